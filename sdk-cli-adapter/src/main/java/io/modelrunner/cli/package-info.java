/**
 * A model runner over the command {@code docker model}, for machines where the command works and HTTP is awkward.
 *
 * <p>Begin with {@link io.modelrunner.cli.CliAdapter}.
 */
@NullMarked
package io.modelrunner.cli;

import org.jspecify.annotations.NullMarked;
