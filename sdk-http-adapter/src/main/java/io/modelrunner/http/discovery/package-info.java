/** The places that the SDK knows of itself; begin with {@link io.modelrunner.http.discovery.KnownPlaces}. */
@NullMarked
package io.modelrunner.http.discovery;

import org.jspecify.annotations.NullMarked;
