/** The recordings for those who use WireMock, which is an optional dependency: bring it yourself. */
@NullMarked
package io.modelrunner.testing.wiremock;

import org.jspecify.annotations.NullMarked;
