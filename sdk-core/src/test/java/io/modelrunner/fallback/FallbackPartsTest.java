package io.modelrunner.fallback;

import static io.modelrunner.fallback.FallbackTest.HELLO;
import static io.modelrunner.fallback.NamedAdapter.dead;
import static io.modelrunner.fallback.NamedAdapter.echo;
import static io.modelrunner.fallback.NamedAdapter.facts;
import static io.modelrunner.fallback.NamedAdapter.failing;
import static io.modelrunner.fallback.NamedAdapter.replying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Remedy;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.UnauthorizedException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullsModels;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chain's health, models, powers and end are made of those of its steps. */
@Timeout(30)
class FallbackPartsTest {
    private static final Health LOADING = Health.loading("llama.cpp", "loading");
    private static final Health UP = Health.up("llama.cpp", "b1", "up");
    private static final Embedder ONE = request -> {
        throw new AssertionError();
    };
    private static final Embedder TWO = request -> {
        throw new AssertionError();
    };

    @Test
    void healthIsThatOfTheFirstStepThatIsUp() {
        Fallback chain = Fallback.of(
                dead("first"), echo("second").health(LOADING), echo("third").health(UP), echo("fourth"));
        assertThat(chain.health()).isSameAs(UP);
    }

    @Test
    void healthIsThatOfTheFirstStepThatIsLoadingWhereNoneIsUp() {
        assertThat(Fallback.of(dead("first"), echo("second").health(LOADING)).health())
                .isSameAs(LOADING);
    }

    @Test
    void healthIsDownWithWhatEachSaidWhereNobodyIsThere() {
        NamedAdapter twice = dead("second");
        Health health = Fallback.of(dead("first"), twice, twice).health();
        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.detail())
                .isEqualTo("none of 2 adapters is up: first: nobody is there; second: nobody is there");
        assertThat(health.remedies())
                .containsExactly(
                        new Remedy("start first", ""), new Remedy("ask for help", ""), new Remedy("start second", ""));
    }

    @Test
    void capabilitiesAreWhatOneStepAtLeastCanCarry() {
        Fallback chain = Fallback.of(
                new NamedAdapter(
                        "first",
                        MockAdapter.builder()
                                .without(Capability.TOOLS, Capability.IMAGES)
                                .build()),
                new NamedAdapter(
                        "second",
                        MockAdapter.builder().without(Capability.TOOLS).build()));
        assertThat(chain.capabilities()).contains(Capability.IMAGES).doesNotContain(Capability.TOOLS);
        assertThatThrownBy(() -> chain.capabilities().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void modelsAreThoseOfTheFirstStepThatTellsThem() {
        NamedAdapter second = new NamedAdapter(
                "second", MockAdapter.builder().models("a", "b").build());
        assertThat(Fallback.of(dead("first"), second, echo("third")).listModels())
                .extracting(Model::name)
                .hasToString("[a, b]");
    }

    @Test
    void modelsAreAskedOfEachAdapterOnce() {
        NamedAdapter first = dead("first");
        Fallback chain = Fallback.builder().step(first).otherModel("small").build();
        assertThatThrownBy(chain::listModels)
                .isInstanceOfSatisfying(
                        ModelRunnerException.class, e -> assertThat(e.causes()).hasSize(1));
        assertThat(first.asked).hasValue(1);
    }

    @Test
    void modelsAreNotAskedOfAnotherWhereAKeyIsMissing() {
        NamedAdapter second = echo("second");
        Fallback chain = Fallback.of(
                failing("first", () -> new UnauthorizedException(facts("first", "a key is missing"))), second);
        assertThatThrownBy(chain::listModels).isInstanceOf(UnauthorizedException.class);
        assertThat(second.asked).hasValue(0);
    }

    @Test
    void powerIsThatOfTheFirstStepThatHasItAndIsNotDown() {
        NamedAdapter down = dead("first").with(Embedder.class, ONE);
        NamedAdapter loading = echo("second").health(LOADING).with(Embedder.class, TWO);
        assertThat(Fallback.of(down, loading).power(Embedder.class)).containsSame(TWO);
        assertThat(Fallback.of(echo("without"), echo("up").with(Embedder.class, ONE), loading)
                        .power(Embedder.class))
                .containsSame(ONE);
    }

    @Test
    void powerIsThatOfTheFirstStepThatHasItWhereAllAreDownOrThereIsOneAlone() {
        NamedAdapter first = dead("first").with(Embedder.class, ONE);
        assertThat(Fallback.of(first, echo("second")).power(Embedder.class)).containsSame(ONE);
        assertThat(Fallback.of(first, dead("second").with(Embedder.class, TWO)).power(Embedder.class))
                .containsSame(ONE);
        assertThat(Fallback.of(echo("first")).power(Embedder.class)).isEmpty();
    }

    @Test
    void chainIsItsOwnPower() {
        Fallback chain = Fallback.of(echo("first"));
        assertThat(chain.power(Fallback.class)).containsSame(chain);
        assertThat(chain.power(LLMAdapter.class)).containsSame(chain);
    }

    @Test
    void chainPullsAsMuchAsTheStepThatPullsMost() {
        assertThat(policyOf(echo("first"))).isEqualTo(PullPolicy.NEVER);
        assertThat(policyOf(
                        echo("first").pulling(PullPolicy.ALWAYS),
                        Fallback.of(echo("second").pulling(PullPolicy.IF_MISSING))))
                .isEqualTo(PullPolicy.ALWAYS);
    }

    private static PullPolicy policyOf(LLMAdapter... steps) {
        return Fallback.of(steps).power(PullsModels.class).orElseThrow().pullPolicy();
    }

    @Test
    void closingClosesEachAdapterOnce() {
        NamedAdapter first = echo("first");
        NamedAdapter second = echo("second");
        Fallback chain = Fallback.builder()
                .step(first)
                .otherModel("small")
                .step(second)
                .step(first)
                .build();
        chain.close();
        chain.close();
        assertThat(first.closes).hasValue(1);
        assertThat(second.closes).hasValue(1);
    }

    @Test
    void closingGoesOnWhereAnAdapterThrows() {
        RuntimeException same = new IllegalStateException("it sticks");
        RuntimeException other = new IllegalStateException("it sticks, too");
        NamedAdapter last = echo("last");
        Fallback chain = Fallback.of(closingWith(same), closingWith(same), closingWith(other), last);
        assertThatThrownBy(chain::close).isSameAs(same).hasSuppressedException(other);
        assertThat(same.getSuppressed()).hasSize(1);
        assertThat(last.closes).hasValue(1);
    }

    private static NamedAdapter closingWith(RuntimeException failure) {
        return echo("sticky").closing(() -> {
            throw failure;
        });
    }

    @Test
    void callsOfAClosedChainAreCancelled() {
        NamedAdapter first = echo("first");
        Fallback chain = Fallback.of(first);
        chain.close();
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(CancelledException.class);
        assertThatThrownBy(chain::listModels).isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> chain.stream(HELLO).join()).isInstanceOf(CancelledException.class);
        assertThat(chain.health().status()).isEqualTo(Health.Status.DOWN);
        assertThat(first.asked).hasValue(0);
    }

    @Test
    void callUnderWayIsCancelledWhenTheChainCloses() {
        NamedAdapter first = replying("first", MockReply.text("Never").every(Duration.ofHours(1)));
        NamedAdapter second = echo("second");
        Fallback chain = Fallback.of(first, second);
        CompletableFuture<ChatResponse> call = CompletableFuture.supplyAsync(() -> chain.chat(HELLO));
        while (first.asked.get() == 0) { // ends by the time limit of the test
            Thread.onSpinWait();
        }
        chain.close();
        assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
        assertThat(second.asked).hasValue(0);
    }

    @Test
    void chainHasAName() {
        Fallback chain = Fallback.of(echo("first"), Fallback.of(echo("second")));
        assertThat(chain.name()).isEqualTo("fallback");
        assertThat(chain).hasToString("Fallback[first → fallback]");
    }

    @Test
    void chainHasAStepAtLeast() {
        assertThatThrownBy(Fallback::of)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("steps must be at least 1, but is 0");
        assertThatThrownBy(() -> Fallback.builder().otherModel("small"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("otherModel must be behind a step, but is the first");
    }

    @Test
    void failedCallDoesNotCloseAnything() {
        NamedAdapter first = dead("first");
        Fallback chain = Fallback.of(first);
        assertThatThrownBy(() -> chain.chat(HELLO)).isInstanceOf(RunnerUnreachableException.class);
        assertThat(first.closes).hasValue(0);
    }
}
