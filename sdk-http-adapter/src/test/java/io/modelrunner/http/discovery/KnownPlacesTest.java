package io.modelrunner.http.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.EndpointLocator.Stage;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.discovery.Trust;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the variables, files and marks of a machine say about where a runner is. */
class KnownPlacesTest {
    private static final String SECURE = "MODEL_RUNNER_TLS";
    private static final String SKIP_VERIFY = "MODEL_RUNNER_TLS_SKIP_VERIFY";
    private static final String CA_CERT = "MODEL_RUNNER_TLS_CA_CERT";

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path root;

    private Path home;

    @BeforeEach
    void haveAHome() throws IOException {
        home = Files.createDirectories(root.resolve("home/somebody"));
    }

    @Test
    void orderIsThatOfTheDocumentation() {
        assertThat(KnownPlaces.locators(null))
                .extracting(EndpointLocator::name)
                .containsExactly(
                        "MODEL_RUNNER_BASE_URL",
                        "MODEL_RUNNER_HOST",
                        "<NAME>_URL of Compose",
                        "contexts.json",
                        "model-runner.docker.internal",
                        "localhost:12434",
                        "Docker's socket",
                        "Docker Desktop's socket",
                        "bridge gateway",
                        "host.docker.internal:12434",
                        "localhost:12435");
        assertThat(KnownPlaces.locators(null).subList(0, 4))
                .allSatisfy(locator -> assertThat(locator.stage()).isEqualTo(Stage.NAMED));
        assertThat(KnownPlaces.locators(null).subList(4, 11))
                .allSatisfy(locator -> assertThat(locator.stage()).isEqualTo(Stage.USUAL));
        assertThat(KnownPlaces.lookalikes())
                .extracting(place -> place.endpoint().toString())
                .containsExactly("http://localhost:8080", "http://localhost:11434");
    }

    @Test
    void nothingIsNamedWhereNothingIsSaid() {
        for (EndpointLocator locator : KnownPlaces.locators(null).subList(0, 4)) {
            assertThat(locator.locate(surroundings())).as(locator.name()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:12434, http://localhost:12434",
        "http://localhost:12434/, http://localhost:12434",
        "' localhost:12434 ', http://localhost:12434",
        "http://host:8080/v1/, http://host:8080/v1",
        "https://host/engines/llama.cpp, https://host/engines/llama.cpp/v1",
        "unix:///var/run/docker.sock?prefix=/exp/vDD4.40, unix:///var/run/docker.sock?prefix=/exp/vDD4.40"
    })
    void baseUrlHasAnyForm(String value, String endpoint) {
        environment.put("MODEL_RUNNER_BASE_URL", value);

        assertThat(places(new BaseUrlVariable())).containsExactly(endpoint);
    }

    @Test
    void baseUrlThatIsNoneIsRefusedByTheNameOfTheVariable() {
        environment.put("MODEL_RUNNER_BASE_URL", "http://me:hunter2@host");

        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> new BaseUrlVariable().locate(surroundings()));
        assertThat(refusal.field()).isEqualTo("MODEL_RUNNER_BASE_URL");
        assertThat(refusal).hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "gpu-box:12434, http://gpu-box:12434, https://gpu-box:12434",
        "http://gpu-box:12434, http://gpu-box:12434, https://gpu-box:12434",
        "HTTP://gpu-box:12434/, http://gpu-box:12434, https://gpu-box:12434",
        "https://gpu-box:12444, https://gpu-box:12444, https://gpu-box:12444",
        "http://gpu-box, http://gpu-box, https://gpu-box",
        "http://gpu-box:12434/runner/, http://gpu-box:12434/runner, https://gpu-box:12434/runner"
    })
    void hostHasASchemeOrNoneAndKeepsItsPortWithTls(String host, String plain, String secure) {
        environment.put("MODEL_RUNNER_HOST", host);
        assertThat(only(new HostVariable()).endpoint()).hasToString(plain);
        assertThat(only(new HostVariable()).trust()).isEqualTo(Trust.OF_JAVA);

        environment.put(SECURE, "true");
        environment.put(SKIP_VERIFY, "true");
        assertThat(only(new HostVariable()).endpoint()).hasToString(secure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "TRUE", "yes", "false", ""})
    void onlyTheWordTrueTurnsTlsOn(String value) {
        environment.put("MODEL_RUNNER_HOST", "gpu-box:12434");
        environment.put(SECURE, value);

        assertThat(only(new HostVariable()).endpoint()).hasToString("http://gpu-box:12434");
    }

    @Test
    void certificatesAreThoseOfTheFileThatIsNamed() throws IOException {
        Path pem = Files.createFile(root.resolve("own.pem"));
        environment.putAll(Map.of("MODEL_RUNNER_HOST", "gpu-box:12434", SECURE, "true", CA_CERT, pem.toString()));

        assertThat(only(new HostVariable()).trust()).isEqualTo(Trust.in(pem));
    }

    @Test
    void certificatesAreThoseOfTheRunnerUnlessNamed() throws IOException {
        environment.putAll(Map.of("MODEL_RUNNER_HOST", "gpu-box:12434", SECURE, "true"));
        assertThatThrownBy(() -> new HostVariable().locate(surroundings()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(CA_CERT + " must be a PEM file that can be read, as TLS is asked for, but is unset, and "
                        + ".docker/model-runner/certs/ca.crt is not at home");

        Path pem = Files.createDirectories(home.resolve(".docker/model-runner/certs"))
                .resolve("ca.crt");
        Files.createFile(pem);
        assertThat(only(new HostVariable()).trust()).isEqualTo(Trust.in(pem));
    }

    @Test
    void missingFileOfCertificatesIsRefusedWithoutItsName() {
        environment.putAll(Map.of("MODEL_RUNNER_HOST", "gpu-box:12434", SECURE, "true", CA_CERT, "/no/such/file.pem"));

        assertThatThrownBy(() -> new HostVariable().locate(surroundings()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(CA_CERT)
                .hasMessageNotContaining("/no/such");
    }

    @Test
    void everybodyIsTrustedWithoutAFileIfAskedFor() {
        environment.putAll(Map.of("MODEL_RUNNER_HOST", "gpu-box:12434", SECURE, "true", SKIP_VERIFY, "true"));

        assertThat(only(new HostVariable()).trust()).isEqualTo(Trust.EVERYBODY);
    }

    @Test
    void skippedVerificationIsOfNoEffectWithoutTls() {
        environment.putAll(Map.of("MODEL_RUNNER_HOST", "https://gpu-box:12444", SKIP_VERIFY, "true"));

        assertThat(only(new HostVariable()).trust()).isEqualTo(Trust.OF_JAVA);
    }

    @Test
    void socketHasNoTls() {
        environment.putAll(Map.of("MODEL_RUNNER_HOST", "unix:///var/run/docker.sock", SECURE, "true"));

        assertThatThrownBy(() -> new HostVariable().locate(surroundings()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("MODEL_RUNNER_HOST must be");
    }

    @ParameterizedTest
    @CsvSource({
        "http://172.17.0.1:12434/v1/, http://172.17.0.1:12434/v1",
        "http://localhost:12434/engines/v1/, http://localhost:12434/engines/v1",
        "http://model-runner.docker.internal/v1, http://model-runner.docker.internal/v1"
    })
    void onlyPairOfComposeIsTaken(String url, String endpoint) {
        environment.putAll(
                Map.of("LLM_URL", url, "LLM_MODEL", "ai/smollm2", "DATABASE_URL", "jdbc:x:y", "A_MODEL", "x"));

        Candidate place = only(new ComposeVariables(null));
        assertThat(place.endpoint()).hasToString(endpoint);
        assertThat(place.source()).isEqualTo("LLM_URL");
        assertThat(place.model()).contains(ModelName.of("ai/smollm2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://db/x", "ftp://host", "host:8080", "http://me:secret@host", "a b", ""})
    void pairWithoutAnAddressIsSomebodyElses(String url) {
        environment.putAll(Map.of("CAR_URL", url, "CAR_MODEL", "beetle"));

        assertThat(places(new ComposeVariables(null))).isEmpty();
    }

    @Test
    void pairsOfOnePlaceAreThatPlaceWithoutAModel() {
        environment.putAll(Map.of("LLM_URL", "http://host:1/v1/", "LLM_MODEL", "ai/a"));
        environment.putAll(Map.of("EMBED_URL", "http://host:1/v1", "EMBED_MODEL", "ai/b"));

        Candidate place = only(new ComposeVariables(null));
        assertThat(place.endpoint()).hasToString("http://host:1/v1");
        assertThat(place.source()).isEqualTo("EMBED_URL, LLM_URL");
        assertThat(place.model()).isEmpty();
    }

    @Test
    void pairsOfSeveralPlacesAreToldAndNoneIsTaken() {
        environment.putAll(Map.of("LLM_URL", "http://host:1/v1/", "LLM_MODEL", "ai/a"));
        environment.putAll(Map.of("EMBED_URL", "http://host:2/v1/", "EMBED_MODEL", "ai/b"));

        assertThatThrownBy(() -> new ComposeVariables(null).locate(surroundings()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("EMBED_URL, LLM_URL are several places, so that none is taken");
    }

    @Test
    void nameChoosesAmongSeveralPairs() {
        environment.putAll(Map.of("MY_LLM_URL", "http://host:1/v1/", "MY_LLM_MODEL", "ai/a"));
        environment.putAll(Map.of("EMBED_URL", "http://host:2/v1/", "EMBED_MODEL", "ai/b"));

        Candidate place = only(new ComposeVariables("my-llm"));
        assertThat(place.endpoint()).hasToString("http://host:1/v1");
        assertThat(place.model()).contains(ModelName.of("ai/a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai/a,ai/b", "ai/a, ai/b", "a\nb", ""})
    void severalModelsOrNoneAreNoDefault(String models) {
        environment.putAll(Map.of("LLM_URL", "http://host:1/v1/", "LLM_MODEL", models));

        assertThat(only(new ComposeVariables("llm")).model()).isEmpty();
    }

    @Test
    void nameThatComposeDidNotSetIsRefused() {
        assertThatThrownBy(() -> new ComposeVariables("my-llm").locate(surroundings()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("MY_LLM_URL must be set by Compose, as the program asks for it, but is unset");

        environment.put("MY_LLM_URL", "nonsense://x");
        assertThatThrownBy(() -> new ComposeVariables("my-llm").locate(surroundings()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("MY_LLM_URL must be an http or https URL");
    }

    @Test
    void contextThatIsChosenIsTaken() throws IOException {
        writeContexts("gpu-box", "http://192.168.1.100:12434", "{\"enabled\":false}");

        Candidate place = only(new CliContext());
        assertThat(place.endpoint()).hasToString("http://192.168.1.100:12434");
        assertThat(place.source()).isEqualTo("context gpu-box");
        assertThat(place.trust()).isEqualTo(Trust.OF_JAVA);
    }

    @Test
    void contextsAreWhereDockerConfigSays() throws IOException {
        Path config = root.resolve("config");
        environment.put("DOCKER_CONFIG", config.toString());
        writeContexts("gpu-box", "gpu-box:12434", null);

        assertThat(Files.exists(home.resolve(".docker"))).isFalse();
        assertThat(places(new CliContext())).containsExactly("http://gpu-box:12434");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"version\":1,\"contexts\":{}}",
                "{\"current\":\"default\",\"contexts\":{\"default\":{\"host\":\"http://x\"}}}",
                "{\"current\":\"\"}",
                "{\"current\":null}",
                "{\"current\":7,\"contexts\":[]}",
                "{\"current\":\"a\",\"contexts\":{\"a\":{\"host\":\"\"}}}"
            })
    void fileWithoutAChoiceSaysNothing(String text) throws IOException {
        write(text);

        assertThat(places(new CliContext())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | contexts.json is no JSON object",
                "[] | contexts.json is no JSON object",
                "{\"current\":\"a | contexts.json is no JSON",
                "{\"current\":\"gone\"} | contexts.json has no context of the name that is chosen in it",
                "{\"current\":\"a\",\"contexts\":{\"b\":{\"host\":\"http://x\"}}} | contexts.json has no context of the name"
                        + " that is chosen in it"
            })
    void fileThatCantServeIsToldAndSkipped(String text, String why) throws IOException {
        write(text);

        assertThatThrownBy(() -> new CliContext().locate(surroundings()))
                .isNotInstanceOf(InvalidRequestException.class)
                .hasMessage(why);
    }

    @Test
    void fileThatIsTooLongIsNotRead() throws IOException {
        write("{\"current\":\"" + "a".repeat(1024 * 1024) + "\"}");

        assertThatThrownBy(() -> new CliContext().locate(surroundings()))
                .hasMessage("contexts.json has more than 1048576 bytes");
    }

    @Test
    void directoryInPlaceOfTheFileIsToldAndSkipped() throws IOException {
        Files.createDirectories(home.resolve(".docker/model/contexts.json"));

        assertThatThrownBy(() -> new CliContext().locate(surroundings()))
                .isNotInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("contexts.json can't be read");
    }

    @Test
    void contextWithAHostThatIsNoneIsRefused() throws IOException {
        writeContexts("gpu-box", "ftp://gpu-box", null);

        assertThatThrownBy(() -> new CliContext().locate(surroundings()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("context gpu-box must be");
    }

    @Test
    void contextHasItsTls() throws IOException {
        Path pem = Files.createFile(root.resolve("own.pem"));
        writeContexts("gpu-box", "http://gpu-box:12434", "{\"enabled\":true,\"caCert\":\"" + pem + "\"}");

        assertThat(only(new CliContext()).endpoint()).hasToString("https://gpu-box:12434");
        assertThat(only(new CliContext()).trust()).isEqualTo(Trust.in(pem));
    }

    @Test
    void eachVariableOverridesItsSettingOfTheContext() throws IOException {
        Path pem = Files.createFile(root.resolve("own.pem"));
        Path other = Files.createFile(root.resolve("other.pem"));
        writeContexts(
                "gpu-box", "http://gpu-box:12434", "{\"enabled\":true,\"skipVerify\":true,\"caCert\":\"" + pem + "\"}");
        assertThat(only(new CliContext()).trust()).isEqualTo(Trust.EVERYBODY);

        environment.put(SKIP_VERIFY, "false");
        assertThat(only(new CliContext()).trust()).isEqualTo(Trust.in(pem));

        environment.put(CA_CERT, other.toString());
        assertThat(only(new CliContext()).trust()).isEqualTo(Trust.in(other));

        environment.put(SECURE, "false");
        assertThat(only(new CliContext()).endpoint()).hasToString("http://gpu-box:12434");
    }

    @Test
    void namesOfContainersAreAskedInContainersOnly() throws IOException {
        EndpointLocator inside = new ContainerName("http://model-runner.docker.internal");
        assertThat(places(inside)).isEmpty();

        beInAContainer();
        assertThat(places(inside)).containsExactly("http://model-runner.docker.internal");
        assertThat(places(new ContainerName("http://host.docker.internal:12434")))
                .containsExactly("http://host.docker.internal:12434");
    }

    @Test
    void localPortIsTheOneForTlsWithTls() {
        assertThat(places(new LocalPort(12434, 12444))).containsExactly("http://localhost:12434");

        environment.putAll(Map.of(SECURE, "true", SKIP_VERIFY, "true"));
        assertThat(places(new LocalPort(12434, 12444))).containsExactly("https://localhost:12444");
        assertThat(only(new LocalPort(12434, 12444)).trust()).isEqualTo(Trust.EVERYBODY);
    }

    @Test
    void socketsThatExistAreAskedBelowTheirPrefix() throws IOException {
        assertThat(places(DesktopSocket.ofSystem())).isEmpty();
        assertThat(places(DesktopSocket.ofUser())).isEmpty();

        Path system = create("var/run/docker.sock");
        Path user = create("home/somebody/.docker/run/docker.sock");
        assertThat(places(DesktopSocket.ofSystem())).containsExactly("unix://" + system + "?prefix=/exp/vDD4.40");
        assertThat(only(DesktopSocket.ofUser()).endpoint().unixSocket()).contains(user);
        assertThat(only(DesktopSocket.ofUser()).endpoint().management()).isEqualTo("http://localhost/exp/vDD4.40");
    }

    @Test
    void namedPipeOfWindowsIsToldAndSkipped() {
        EndpointLocator pipe = new DesktopSocket("pipe", Surroundings::root, true);

        assertThatThrownBy(() -> pipe.locate(surroundings()))
                .isNotInstanceOf(InvalidRequestException.class)
                .hasMessage("it is a named pipe on Windows, which Java can't use: enable TCP");
    }

    @Test
    void socketMayHaveAnyName() throws IOException {
        home = Files.createDirectories(root.resolve("home/Jürgen Müller #1"));
        Path user = Files.createFile(
                Files.createDirectories(home.resolve(".docker/run")).resolve("docker.sock"));

        assertThat(only(DesktopSocket.ofUser()).endpoint().unixSocket()).contains(user);
    }

    @Test
    void gatewayOfTheDefaultRouteIsAskedInContainers() throws IOException {
        String gateway = routes("00000000", 172, 17, 0, 1, "0003");
        Files.writeString(create("proc/net/route"), gateway);
        assertThat(places(new BridgeGateway())).isEmpty();

        beInAContainer();
        assertThat(places(new BridgeGateway())).containsExactly("http://172.17.0.1:12434");
    }

    @Test
    void otherRoutesAreNoGateway() throws IOException {
        beInAContainer();
        assertThat(places(new BridgeGateway())).isEmpty();

        Path file = create("proc/net/route");
        Files.writeString(file, routes("000011AC", 172, 17, 0, 1, "0003"));
        assertThat(places(new BridgeGateway())).isEmpty();
        Files.writeString(file, routes("00000000", 0, 0, 0, 0, "0001"));
        assertThat(places(new BridgeGateway())).isEmpty();
        Files.writeString(file, "Iface\tDestination\nnonsense\neth0 zz zz zz zz zz zz zz\n");
        assertThat(places(new BridgeGateway())).isEmpty();
    }

    /** As the kernel writes them: numbers in its own order of bytes. */
    private static String routes(String destination, int a, int b, int c, int d, String flags) {
        byte[] address = {(byte) a, (byte) b, (byte) c, (byte) d};
        int number = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getInt();
        return "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
                + String.format("eth0\t%s\t%08X\t%s\t0\t0\t0\t00000000\t0\t0\t0\n", destination, number, flags)
                + "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
    }

    private void writeContexts(String name, String host, @Nullable String tls) throws IOException {
        write("{\"version\":1,\"current\":\"" + name + "\",\"contexts\":{\"other\":{\"host\":\"http://other\"},\""
                + name
                + "\":{\"host\":\"" + host + "\"" + (tls == null ? "" : ",\"tls\":" + tls)
                + ",\"description\":\"ours\",\"createdAt\":\"2026-07-01T10:00:00Z\",\"later\":[{}]}}}");
    }

    private void write(String text) throws IOException {
        Path directory = Files.createDirectories(surroundings().dockerConfig().resolve("model"));
        Files.writeString(directory.resolve("contexts.json"), text);
    }

    private void beInAContainer() throws IOException {
        create(".dockerenv");
    }

    private Path create(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private Candidate only(EndpointLocator locator) {
        List<Candidate> places = locator.locate(surroundings());
        assertThat(places).hasSize(1);
        return places.get(0);
    }

    private List<String> places(EndpointLocator locator) {
        return locator.locate(surroundings()).stream()
                .map(place -> place.endpoint().toString())
                .toList();
    }

    private Surroundings surroundings() {
        return new Surroundings(environment, home, root);
    }
}
