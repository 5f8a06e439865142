/**
 * Language models of about 1 MB for tests: {@link io.modelrunner.tinymodel.TinyModel} has their files.
 */
@NullMarked
package io.modelrunner.tinymodel;

import org.jspecify.annotations.NullMarked;
