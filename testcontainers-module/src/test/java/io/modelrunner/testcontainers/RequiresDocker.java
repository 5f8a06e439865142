package io.modelrunner.testcontainers;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips tests where no Docker engine answers, or fails them there with {@code -Dmodel-runner.it.required=true}; builds
 * the image if it is missing, which takes longer than a test may.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DockerCondition.class)
@interface RequiresDocker {
    /** {@return which image the tests need} */
    Image value() default Image.LLAMA_CPP;

    /** What can be built. */
    enum Image {
        /** That of {@link TinyImage}. */
        LLAMA_CPP,
        /** That of {@link RunnerImage}. */
        RUNNER
    }
}
