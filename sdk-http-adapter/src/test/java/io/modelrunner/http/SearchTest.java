package io.modelrunner.http;

import static io.modelrunner.http.Known.last;
import static io.modelrunner.http.Known.named;
import static io.modelrunner.http.Known.nothing;
import static io.modelrunner.http.Known.place;
import static io.modelrunner.http.Known.stuck;
import static io.modelrunner.http.Known.usual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.Diagnosis.Lookup;
import io.modelrunner.discovery.Diagnosis.Outcome;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.EndpointLocator.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order places count, and how long a search may take; the places themselves are stood in for. */
@Timeout(60)
class SearchTest {
    private static final Duration LONG = Duration.ofSeconds(40);

    /** Long enough for a machine that has other things to do. */
    private static final Search.Patience PATIENT = new Search.Patience(LONG, LONG, LONG);

    /** Of those who have to wait until it ends; a machine may stop for a second or two and nothing else is seen. */
    private static final Search.Patience SHORT =
            new Search.Patience(Duration.ofSeconds(5), Duration.ofSeconds(5), Search.Patience.USUAL.grace());

    /** Ends what has no end; far below the wait of the patient. */
    private static final Duration IN_TIME = Duration.ofSeconds(20);

    private final CountDownLatch end = new CountDownLatch(1);
    private final Scene scene = new Scene(end);
    private final List<EndpointLocator> locators = new ArrayList<>();
    private final List<Candidate> lookalikes = new ArrayList<>();
    private Search.Patience patience = PATIENT;

    @AfterEach
    void letGo() {
        end.countDown();
    }

    @Test
    void firstUsualPlaceThatAnswersIsTaken() throws InterruptedException {
        ask(usual("a", "a:1"), usual("b", "b:1"), usual("c", "c:1"));
        scene.alive("b:1").alive("c:1");

        assertThat(find()).isEqualTo(new Search.Found(place("b", "b:1"), false, Dialect.MODEL_RUNNER));
    }

    @Test
    void placesOfALocatorAreAskedOneAfterTheOther() throws InterruptedException {
        ask(new Known("a", Stage.USUAL, () -> List.of(place("a", "a:1"), place("a", "a:2"), place("a", "a:3"))));
        scene.alive("a:2").alive("a:3");

        assertThat(find().place()).isEqualTo(place("a", "a:2"));
        assertThat(scene.asked).containsExactlyInAnyOrder("a:1", "a:2");
    }

    @Test
    void nobodyWaitsLongForASlowPlaceOfHigherRank() throws InterruptedException {
        ask(usual("slow", "slow:1"), usual("fast", "fast:1"));
        scene.stuck("slow:1").alive("fast:1");
        Duration grace = Search.Patience.USUAL.grace();
        patience = new Search.Patience(LONG, LONG, grace);
        long begin = System.nanoTime();

        assertThat(find().place().source()).isEqualTo("fast");
        assertThat(since(begin)).isBetween(grace, IN_TIME);
    }

    @Test
    void placeOfHigherRankIsWaitedForALittle() throws InterruptedException {
        CountDownLatch fastAnswered = new CountDownLatch(1);
        ask(usual("high", "high:1"), usual("low", "low:1"));
        scene.alive("low:1").alive("high:1").before("low:1", fastAnswered::countDown);
        scene.before("high:1", () -> Known.stuck(fastAnswered));

        assertThat(find().place().source()).isEqualTo("high");
    }

    /** The promise is of 2.5 s; with what is waited for beyond that, a busy machine has to do. */
    @Test
    void searchTakesLessThanIsPromised() {
        assertThat(Search.Patience.USUAL.whole()).isLessThan(Duration.ofMillis(2_500));
    }

    @Test
    void searchEndsInTimeWhenNothingAnswers() throws InterruptedException {
        ask(usual("a", "a:1"), stuck("b", Stage.USUAL, end), usual("c", "c:1"), last("d", "d:1"));
        scene.stuck("a:1").stuck("d:1");
        lookalikes.add(place("e", "e:1"));
        scene.stuck("e:1");
        patience = SHORT;
        long begin = System.nanoTime();
        try (Search search = search()) {
            assertThat(search.find()).isNull();
            assertThat(search.inVain().lookups())
                    .extracting(Lookup::source, Lookup::outcome, Lookup::detail)
                    .containsExactly(
                            tuple("a", Outcome.SILENT, "nothing within the limit"),
                            tuple("b", Outcome.SILENT, "did not say where within the limit"),
                            tuple("c", Outcome.SILENT, "nobody is there"),
                            tuple("d", Outcome.SILENT, "nothing within the limit"),
                            tuple("e", Outcome.SILENT, "nothing within the limit"));
        }
        assertThat(since(begin)).isLessThan(IN_TIME);
    }

    @Test
    void threadsThatAreStuckKeepNobodyAlive() throws InterruptedException {
        ask(usual("a", "stuck-for-good:1"), usual("b", "b:1"));
        scene.stuck("stuck-for-good:1").alive("b:1");
        patience = SHORT;
        find();

        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("model-runner-search")))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void namedPlaceIsTakenWithoutAQuestion() throws InterruptedException {
        ask(nothing("a", Stage.NAMED), named("b", "b:1"), named("c", "c:1"), usual("d", "d:1"));
        scene.alive("c:1").alive("d:1");

        assertThat(find()).isEqualTo(new Search.Found(place("b", "b:1"), true, null));
        assertThat(scene.asked).isEmpty();
    }

    @Test
    void namedPlaceThatIsNoneEndsTheSearch() {
        ask(wrong("a"), usual("b", "b:1"));
        scene.alive("b:1");

        assertThatThrownBy(this::find)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("a must be b, but is c");
        assertThat(scene.asked).isEmpty();
    }

    @Test
    void locatorThatFailsIsSkipped() throws InterruptedException {
        ask(failing("a", Stage.NAMED), stuck("b", Stage.NAMED, end), failing("c", Stage.USUAL), usual("d", "d:1"));
        scene.alive("d:1");
        patience = SHORT;

        assertThat(find().place().source()).isEqualTo("d");
    }

    @Test
    void whatTakesTimeIsAskedLastAndOnlyIfNeeded() throws InterruptedException {
        ask(usual("a", "a:1"), last("b", "b:1"));
        scene.alive("b:1");
        assertThat(find().place().source()).isEqualTo("b");

        scene.asked.clear();
        scene.alive("a:1");
        assertThat(find().place().source()).isEqualTo("a");
        assertThat(scene.asked).containsExactly("a:1");
    }

    @Test
    void interruptEndsTheSearch() {
        ask(usual("a", "a:1"));
        scene.stuck("a:1");
        Thread.currentThread().interrupt();

        assertThatThrownBy(this::find).isInstanceOf(InterruptedException.class);
    }

    @Test
    void diagnosisShowsAllPlacesAndTheReason() throws InterruptedException {
        ask(nothing("a", Stage.NAMED), failing("b", Stage.NAMED), usual("c", "c:1"), usual("d", "d:1"));
        ask(usual("e", "e:1"), last("f", "f:1"));
        scene.alive("d:1").alive("e:1");
        lookalikes.add(place("g", "g:1"));
        scene.alive("g:1");

        Diagnosis diagnosis = diagnose();
        assertThat(diagnosis.lookups())
                .extracting(Lookup::source, Lookup::outcome)
                .containsExactly(
                        tuple("a", Outcome.ABSENT),
                        tuple("b", Outcome.WRONG),
                        tuple("c", Outcome.SILENT),
                        tuple("d", Outcome.RUNNER),
                        tuple("e", Outcome.LOOKALIKE),
                        tuple("f", Outcome.SKIPPED),
                        tuple("g", Outcome.LOOKALIKE));
        assertThat(diagnosis.chosen()).contains(place("d", "d:1"));
        assertThat(diagnosis.reason())
                .isEqualTo("taken: http://d:1, the first usual place where one answers; nobody names another");
        assertThat(diagnosis.remedies()).isEmpty();
    }

    @Test
    void diagnosisTellsWhatElseAnswersThanTheNamedPlace() throws InterruptedException {
        ask(named("MODEL_RUNNER_BASE_URL", "a:1"), named("b", "b:1"), usual("c", "c:1"));
        lookalikes.add(place("d", "d:1"));
        scene.alive("b:1").alive("c:1").alive("d:1");

        Diagnosis diagnosis = diagnose();
        assertThat(diagnosis.chosen()).isEmpty();
        assertThat(diagnosis.reason())
                .isEqualTo("no model runner answers at http://a:1, which MODEL_RUNNER_BASE_URL names, and so no other "
                        + "is taken");
        assertThat(diagnosis.lookups())
                .extracting(Lookup::source, Lookup::outcome)
                .containsExactly(
                        tuple("MODEL_RUNNER_BASE_URL", Outcome.SILENT),
                        tuple("b", Outcome.SKIPPED),
                        tuple("c", Outcome.LOOKALIKE),
                        tuple("d", Outcome.LOOKALIKE));
        assertThat(diagnosis.remedies())
                .extracting(remedy -> remedy.command())
                .containsExactly(
                        "unset MODEL_RUNNER_BASE_URL",
                        "export MODEL_RUNNER_BASE_URL=http://c:1",
                        "export MODEL_RUNNER_BASE_URL=http://d:1");
    }

    @Test
    void diagnosisOfANamedPlaceThatAnswersLooksNoFurther() throws InterruptedException {
        ask(named("context gpu-box", "a:1"), usual("b", "b:1"));
        lookalikes.add(place("c", "a:1"));
        lookalikes.add(place("d", "d:1"));
        scene.alive("a:1").alive("b:1").alive("d:1");

        Diagnosis diagnosis = diagnose();
        assertThat(diagnosis.reason()).isEqualTo("taken: http://a:1, as context gpu-box says");
        assertThat(diagnosis.lookups())
                .extracting(Lookup::source, Lookup::outcome)
                .containsExactly(
                        tuple("context gpu-box", Outcome.RUNNER),
                        tuple("b", Outcome.SKIPPED),
                        tuple("d", Outcome.LOOKALIKE));
    }

    @Test
    void diagnosisOfWhatIsNoPlaceSaysSo() throws InterruptedException {
        ask(wrong("MODEL_RUNNER_HOST"), usual("b", "b:1"));

        Diagnosis diagnosis = diagnose();
        assertThat(diagnosis.reason()).isEqualTo("MODEL_RUNNER_HOST must be b, but is c");
        assertThat(diagnosis.remedies().get(0).command()).isEqualTo("unset MODEL_RUNNER_HOST");
    }

    @Test
    void contextThatLeadsNowhereIsLeft() throws InterruptedException {
        ask(named("context gpu-box", "a:1"));

        assertThat(diagnose().remedies().get(0).command()).isEqualTo("docker model context use default");
    }

    @Test
    void remediesOfNothingAreThoseOfARunnerThatIsNotThere() throws InterruptedException {
        ask(usual("a", "a:1"));

        assertThat(diagnose().remedies())
                .extracting(remedy -> remedy.command())
                .containsExactly(
                        "docker model status",
                        "docker desktop enable model-runner --tcp 12434",
                        "docker model install-runner",
                        "docker model start-runner",
                        "sudo apt-get install docker-model-plugin",
                        "export MODEL_RUNNER_BASE_URL=…");
    }

    @Test
    void runnerWithoutModelsNeedsOne() throws InterruptedException {
        ask(usual("a", "a:1"));
        scene.alive("a:1").models(0);

        assertThat(diagnose().remedies())
                .extracting(remedy -> remedy.command())
                .containsExactly("docker model pull ai/smollm2");
    }

    @Test
    void diagnosisEndsInTimeToo() throws InterruptedException {
        ask(named("a", "a:1"), stuck("b", Stage.USUAL, end), usual("c", "c:1"), last("d", "d:1"));
        lookalikes.add(place("e", "e:1"));
        scene.stuck("a:1").stuck("c:1").stuck("d:1").stuck("e:1");
        patience = SHORT;
        long begin = System.nanoTime();

        assertThat(diagnose().isFound()).isFalse();
        assertThat(since(begin)).isLessThan(IN_TIME);
    }

    private void ask(EndpointLocator... more) {
        Collections.addAll(locators, more);
    }

    private static EndpointLocator wrong(String name) {
        return new Known(name, Stage.NAMED, () -> {
            throw new InvalidRequestException(name, "b", "c");
        });
    }

    private static EndpointLocator failing(String name, Stage stage) {
        return new Known(name, stage, () -> {
            throw new IllegalStateException("the file is broken");
        });
    }

    private Search.Found find() throws InterruptedException {
        try (Search search = search()) {
            return search.find();
        }
    }

    private Diagnosis diagnose() throws InterruptedException {
        try (Search search = search()) {
            return search.diagnose();
        }
    }

    private Search search() {
        return RunnerFinder.builder()
                .locators(locators.toArray(EndpointLocator[]::new))
                .lookalikes(lookalikes.toArray(Candidate[]::new))
                .surroundings(Places.nowhere())
                .patience(patience)
                .build()
                .search(scene);
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Stands in for the network: at its places a runner answers, or nobody, or the question is stuck in the system. */
    private static final class Scene implements Prober {
        private final CountDownLatch end;
        private final Set<RunnerEndpoint> alive = ConcurrentHashMap.newKeySet();
        private final ConcurrentHashMap<RunnerEndpoint, Runnable> before = new ConcurrentHashMap<>();
        private final Set<String> asked = ConcurrentHashMap.newKeySet();
        private volatile OptionalInt models = OptionalInt.empty();

        Scene(CountDownLatch end) {
            this.end = end;
        }

        Scene alive(String address) {
            return with(address, alive::add);
        }

        Scene stuck(String address) {
            return before(address, () -> Known.stuck(end));
        }

        Scene before(String address, Runnable action) {
            return with(address, endpoint -> before.put(endpoint, action));
        }

        Scene models(int count) {
            models = OptionalInt.of(count);
            return this;
        }

        private Scene with(String address, Consumer<RunnerEndpoint> action) {
            action.accept(RunnerEndpoint.parse(address));
            return this;
        }

        @Override
        public Answer ask(Candidate place, boolean named) {
            asked.add(place.endpoint().toString().replace("http://", ""));
            Runnable action = before.get(place.endpoint());
            if (action != null) {
                action.run();
            }
            Duration took = Duration.ofMillis(1);
            return alive.contains(place.endpoint())
                    ? new Answer(Outcome.RUNNER, Dialect.MODEL_RUNNER, "a runner", models, took)
                    : new Answer(Outcome.SILENT, null, "nobody is there", OptionalInt.empty(), took);
        }

        @Override
        public void close() {}
    }
}
