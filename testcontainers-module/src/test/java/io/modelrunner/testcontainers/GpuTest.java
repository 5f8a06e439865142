package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.RuntimeInfo;
import java.util.List;
import java.util.Map;
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

    private static Info notAsked() {
        throw new AssertionError("the engine was asked");
    }

    @Test
    void autoAsksForAllWhereTheEngineHasARuntimeForThem() {
        Info with = new Info().withRuntimes(Map.of("runc", new RuntimeInfo(), "nvidia", new RuntimeInfo()));
        Info without = new Info().withRuntimes(Map.of("runc", new RuntimeInfo()));

        assertThat(Gpu.AUTO.requests(() -> with)).hasSize(1);
        assertThat(Gpu.AUTO.requests(() -> without)).isEmpty();
        assertThat(Gpu.AUTO.requests(Info::new)).isEmpty();
    }
}
