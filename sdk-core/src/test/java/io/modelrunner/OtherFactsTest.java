package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.RunnerNotFoundException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every exception of the core can be made again with other facts, and stays what it is. */
class OtherFactsTest {
    private static final Failure FACTS = Failure.of("it failed").build();

    /** Those that have more than their facts. */
    private static final Map<Class<?>, ModelRunnerException> WITH_MORE = Stream.of(
                    new ContextOverflowException(FACTS, 5_000, 4_096),
                    new InvalidRequestException("topK", "between 0 and 9", "10"),
                    new TimedOutException(FACTS, Timeouts.Phase.LOAD, Duration.ofSeconds(3)),
                    new UnsupportedOptionException(FACTS, Capability.IMAGES),
                    new RunnerNotFoundException(FACTS, diagnosis()))
            .collect(Collectors.toMap(Object::getClass, e -> e));

    private static Diagnosis diagnosis() {
        return new Diagnosis(List.of(), Optional.empty(), "nothing was found", List.of());
    }

    static List<ModelRunnerException> all() throws IOException, URISyntaxException {
        Path classes = Path.of(ModelRunnerException.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith("Exception.class"))
                    .map(name -> name.replaceAll("\\.class$", "").replaceAll("[/\\\\]", "."))
                    .map(OtherFactsTest::type)
                    .filter(ModelRunnerException.class::isAssignableFrom)
                    .filter(type -> !Modifier.isAbstract(type.getModifiers()))
                    .map(OtherFactsTest::sample)
                    .toList();
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static ModelRunnerException sample(Class<?> type) {
        ModelRunnerException known = WITH_MORE.get(type);
        try {
            return known != null
                    ? known
                    : (ModelRunnerException) type.getConstructor(Failure.class).newInstance(FACTS);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + " has more than its facts: make one here", e);
        }
    }

    @Test
    void allAreFound() throws IOException, URISyntaxException {
        assertThat(all()).hasSizeGreaterThanOrEqualTo(25);
        assertThat(all())
                .extracting(Object::getClass)
                .contains(WITH_MORE.keySet().toArray(Class<?>[]::new));
    }

    @ParameterizedTest
    @MethodSource("all")
    void copyIsOfTheSameClassWithAllItsFields(ModelRunnerException original) throws IllegalAccessException {
        Failure other = original.failure().toBuilder("it failed elsewhere, too")
                .adapter("fallback")
                .causes(List.of(original))
                .build();
        ModelRunnerException copy = original.with(other);
        assertThat(copy).hasSameClassAs(original).isNotSameAs(original);
        assertThat(copy.failure()).isSameAs(other);
        assertThat(copy.causes()).containsExactly(original);
        assertThat(copy.elsewhere()).isEqualTo(original.elsewhere());
        assertThat(copy).hasMessageContaining("it failed elsewhere, too");
        for (Class<?> type = original.getClass();
                !type.equals(ModelRunnerException.class);
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                field.setAccessible(true);
                assertThat(field.get(copy)).as(field.toString()).isEqualTo(field.get(original));
            }
        }
    }

    @Test
    void subclassOfOthersThatDoesNotSayHowFallsToItsCategory() {
        ModelRunnerException theirs = new TheirsException(FACTS);
        assertThat(theirs.with(FACTS)).isExactlyInstanceOf(BrokenAnswerException.class);
    }

    private static final class TheirsException extends BrokenAnswerException {
        private static final long serialVersionUID = 1L;

        TheirsException(Failure failure) {
            super(failure);
        }
    }

    @Test
    void factsAreTakenOverButForWhatHappened() {
        Failure facts = Failure.of("it failed")
                .adapter("http")
                .endpoint("http://localhost:12434")
                .model(ModelName.of("tiny"))
                .status(500)
                .partialText("so far")
                .cause(new IOException("reset"))
                .remedy("wait", "")
                .timeline(AttemptTimeline.empty())
                .causes(List.of(new BrokenAnswerException(FACTS)))
                .build();
        Failure copy = facts.toBuilder("again").remedy("ask", "").build();
        assertThat(copy.what()).isEqualTo("again");
        assertThat(copy.remedies()).containsExactly(new Remedy("wait", ""), new Remedy("ask", ""));
        assertThat(copy)
                .usingRecursiveComparison()
                .ignoringFields("what", "remedies")
                .isEqualTo(facts);
        assertThat(facts.remedies()).hasSize(1);
    }
}
