package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GpuTest {
    @Test
    void noneAsksForNothingEvenWhereThereAreSome() {
        assertThat(Gpu.NONE.requests(GpuTest::notAsked)).isEmpty();
    }

    @Test
    void allAsksForAllWithoutLooking() {
        assertThat(Gpu.ALL.requests(GpuTest::notAsked)).singleElement().satisfies(request -> {
            assertThat(request.getCount()).isEqualTo(-1);
            assertThat(request.getCapabilities()).containsExactly(List.of("gpu"));
        });
    }

    private static Set<String> notAsked() {
        throw new AssertionError("the engine was asked");
    }

    @Test
    void autoAsksForAllWhereTheEngineHasARuntimeForThem() {
        assertThat(Gpu.AUTO.requests(() -> Set.of("runc", "nvidia"))).hasSize(1);
        assertThat(Gpu.AUTO.requests(() -> Set.of("runc", "io.containerd.runc.v2")))
                .isEmpty();
    }
}
