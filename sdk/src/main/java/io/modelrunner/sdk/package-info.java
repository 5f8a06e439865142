/**
 * The front door of the SDK: begin with {@link io.modelrunner.sdk.ModelRunner#connect()}.
 */
@NullMarked
package io.modelrunner.sdk;

import org.jspecify.annotations.NullMarked;
