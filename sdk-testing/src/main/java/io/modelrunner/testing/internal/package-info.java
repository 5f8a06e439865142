/** What packages of this module share; no API: it may change with every release. */
@NullMarked
package io.modelrunner.testing.internal;

import org.jspecify.annotations.NullMarked;
