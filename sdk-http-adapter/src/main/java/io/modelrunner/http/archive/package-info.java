/**
 * The archives in which models come to Docker Model Runner and leave it.
 *
 * <p>Not for users: {@link io.modelrunner.http.archive.ModelArchive} makes one from a GGUF file,
 * {@link io.modelrunner.http.archive.ManifestDigest} tells the id of the model in one that passes by.
 */
@NullMarked
package io.modelrunner.http.archive;

import org.jspecify.annotations.NullMarked;
