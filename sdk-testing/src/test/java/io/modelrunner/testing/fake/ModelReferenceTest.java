package io.modelrunner.testing.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "smollm2, docker.io/ai/smollm2:latest",
        "SmolLM2, docker.io/ai/smollm2:latest",
        "ai/smollm2:, docker.io/ai/smollm2:latest",
        "docker.io/smollm2, docker.io/ai/smollm2:latest",
        "index.docker.io/ai/smollm2, docker.io/ai/smollm2:latest",
        "' smollm2 ', docker.io/ai/smollm2:latest",
        "SmolLM2:135M-Q4_0, docker.io/ai/smollm2:135M-Q4_0",
        "docker.io/library/smollm2, docker.io/library/smollm2:latest",
        "MYORG/model:v1, docker.io/myorg/model:v1",
        "a/b/c:d, docker.io/a/b/c:d",
        "registry.example.com/team/m, registry.example.com/team/m:latest",
        "localhost:5000/team/m:x, localhost:5000/team/m:x",
        "registry-1.docker.io/ai/q, registry-1.docker.io/ai/q:latest",
        "hf.co/Bartowski/X-GGUF:Q4_K_M, huggingface.co/bartowski/x-gguf:Q4_K_M",
    })
    void nameIsUnderstoodAsTheRunnerDoes(String sent, String meant) {
        assertThat(ModelReference.parse(sent)).get().hasToString(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a reference!", "http://host/x", "ai/", "ai/x:b d"})
    void nonsenseIsNoReference(String sent) {
        assertThat(ModelReference.parse(sent)).isEmpty();
    }

    @Test
    void idsAreFoundInTheFormsThatAreIds() {
        Store store = new Store();
        FakeModel model = FakeModel.chat("ai/tiny");
        store.add(model.offered());
        String hex = model.id().substring("sha256:".length());
        for (String name : new String[] {model.id(), hex, hex.substring(0, 12), "any/name@" + model.id()}) {
            assertThat(store.idOf(name)).as(name).contains(model.id());
        }
        for (String name :
                new String[] {hex.substring(0, 11), "sha256:" + hex.substring(0, 12), hex.toUpperCase(Locale.ROOT)}) {
            assertThat(store.idOf(name)).as(name).isEmpty();
        }
    }
}
