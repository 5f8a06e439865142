package io.modelrunner.examples;

import io.modelrunner.mock.MockAdapter;
import io.modelrunner.sdk.ModelRunner;
import java.util.Optional;

/** The mock, which is always open. */
final class MockRoad implements Road {
    @Override
    public String name() {
        return "mock";
    }

    @Override
    public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
        notes.taken(
                this,
                "it repeats the prompt; for a real answer start Docker, or a model runner: "
                        + "docker desktop enable model-runner --tcp 12434");
        ModelRunner runner = ModelRunner.builder().adapter(MockAdapter.echo()).build();
        cleanup.add(runner::close);
        return Optional.of(new Partner(runner, "mock"));
    }
}
