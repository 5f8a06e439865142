package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunnerEndpointTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:12434/engines",
                "http://localhost:12434/engines/",
                "http://localhost:12434/engines/v1",
                "http://localhost:12434/engines/v1/",
                "http://localhost:12434/engines/v1//",
                "http://localhost:12434//engines/v1",
                "HTTP://LocalHost:12434/engines/v1",
                "  http://localhost:12434/engines/v1 ",
                "localhost:12434/engines"
            })
    void addressOfAllEngines(String address) {
        RunnerEndpoint endpoint = RunnerEndpoint.parse(address);

        assertThat(endpoint.openAi()).isEqualTo("http://localhost:12434/engines/v1");
        assertThat(endpoint.management()).isEqualTo("http://localhost:12434");
        assertThat(endpoint.engine()).isEmpty();
        assertThat(endpoint.bare()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:12434/engines/llama.cpp",
                "http://localhost:12434/engines/llama.cpp/",
                "http://localhost:12434/engines/llama.cpp/v1",
                "http://localhost:12434/engines/llama.cpp/v1/"
            })
    void chosenEngineIsKept(String address) {
        RunnerEndpoint endpoint = RunnerEndpoint.parse(address);

        assertThat(endpoint.engine()).contains("llama.cpp");
        assertThat(endpoint.openAi()).isEqualTo("http://localhost:12434/engines/llama.cpp/v1");
        assertThat(endpoint.management()).isEqualTo("http://localhost:12434");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:12434", "http://localhost:12434/", "localhost:12434", "localhost:12434/"})
    void addressWithoutPathIsBare(String address) {
        RunnerEndpoint endpoint = RunnerEndpoint.parse(address);

        assertThat(endpoint.bare()).isTrue();
        assertThat(endpoint.openAi()).isEqualTo("http://localhost:12434/engines/v1");
        assertThat(endpoint).hasToString("http://localhost:12434");
    }

    @ParameterizedTest
    @CsvSource({
        "http://host:8080/v1, http://host:8080, http://host:8080/v1",
        "http://host:8080/v1/, http://host:8080, http://host:8080/v1",
        "https://host/proxy/v1, https://host/proxy, https://host/proxy/v1",
        "http://localhost/exp/vDD4.40/engines/v1, http://localhost/exp/vDD4.40,"
                + " http://localhost/exp/vDD4.40/engines/v1",
        "http://localhost/exp/vDD4.40, http://localhost/exp/vDD4.40, http://localhost/exp/vDD4.40/engines/v1",
        "https://host/a/engines/vllm, https://host/a, https://host/a/engines/vllm/v1",
        "http://[::1]:12434/engines, http://[::1]:12434, http://[::1]:12434/engines/v1",
        "host, http://host, http://host/engines/v1"
    })
    void whatStandsBeforeThePathIsKept(String address, String management, String openAi) {
        RunnerEndpoint endpoint = RunnerEndpoint.parse(address);

        assertThat(endpoint.management()).isEqualTo(management);
        assertThat(endpoint.openAi()).isEqualTo(openAi);
        assertThat(RunnerEndpoint.parse(endpoint.toString()))
                .isEqualTo(endpoint)
                .hasSameHashCodeAs(endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///var/run/docker.sock, /var/run/docker.sock, http://localhost, http://localhost/engines/v1",
        "unix:///var/run/docker.sock?prefix=/exp/vDD4.40, /var/run/docker.sock, http://localhost/exp/vDD4.40,"
                + " http://localhost/exp/vDD4.40/engines/v1",
        "unix:///var/run/docker.sock?prefix=/exp/vDD4.40/engines/v1, /var/run/docker.sock,"
                + " http://localhost/exp/vDD4.40, http://localhost/exp/vDD4.40/engines/v1",
        "unix:///s?prefix=/exp/engines/llama.cpp/, /s, http://localhost/exp, http://localhost/exp/engines/llama.cpp/v1",
        "unix:/s?prefix=/v1, /s, http://localhost, http://localhost/v1",
        "unix:///s?prefix=/, /s, http://localhost, http://localhost/engines/v1",
        "UNIX:///Run//a%20b.sock/, /Run/a b.sock, http://localhost, http://localhost/engines/v1"
    })
    void socketInTheFileSystem(String address, String socket, String management, String openAi) {
        RunnerEndpoint endpoint = RunnerEndpoint.parse(address);

        assertThat(endpoint.unixSocket()).contains(Path.of(socket));
        assertThat(endpoint.management()).isEqualTo(management);
        assertThat(endpoint.openAi()).isEqualTo(openAi);
        assertThat(RunnerEndpoint.parse(endpoint.toString()))
                .isEqualTo(endpoint)
                .hasSameHashCodeAs(endpoint)
                .extracting(RunnerEndpoint::unixSocket, RunnerEndpoint::bare, RunnerEndpoint::openAi)
                .containsExactly(endpoint.unixSocket(), endpoint.bare(), openAi);
    }

    @Test
    void socketIsShownAsItIsTyped() {
        assertThat(RunnerEndpoint.parse("unix:///var/run/docker.sock?prefix=/exp/vDD4.40"))
                .hasToString("unix:///var/run/docker.sock?prefix=/exp/vDD4.40");
        assertThat(RunnerEndpoint.parse("unix:///var/run/docker.sock")).hasToString("unix:///var/run/docker.sock");
        assertThat(RunnerEndpoint.parse("http://localhost:12434").unixSocket()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unix:///s?prefix=exp",
                "unix:///s?prefix",
                "unix:///s?",
                "unix:///s?prefix=",
                "unix:///s?path=/exp",
                "unix:///s?prefix=/a&key=b",
                "unix:///s?prefix=/a?b",
                "unix:///s?prefix=/a/../b",
                "unix:///s?prefix=/a%zz",
                "unix:///s#prefix=/a"
            })
    void socketWithAnotherQueryIsRefused(String address) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> RunnerEndpoint.parse(address));

        assertThat(refusal.field()).isEqualTo("endpoint");
        assertThat(refusal.bound()).contains("prefix=/path");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:12434, http://localhost:12434",
        "http://localhost:12434/, http://localhost:12434",
        "localhost:12434, http://localhost:12434",
        "http://localhost:12434/engines, http://localhost:12434",
        "http://localhost:12434/engines/v1/, http://localhost:12434",
        "http://localhost:12434/engines/llama.cpp, http://localhost:12434",
        "http://localhost:12434/engines/llama.cpp/v1, http://localhost:12434",
        "http://172.17.0.1:12434/v1/, http://172.17.0.1:12434",
        "https://host/proxy/engines/v1, https://host/proxy",
        "unix:///var/run/docker.sock?prefix=/exp/vDD4.40, http://localhost/exp/vDD4.40"
    })
    void basesOfOtherApisStandBesideTheEngines(String address, String management) {
        RunnerEndpoint endpoint = RunnerEndpoint.parse(address);

        assertThat(endpoint.management()).isEqualTo(management);
        assertThat(endpoint.anthropic()).isEqualTo(management + "/anthropic");
        assertThat(endpoint.ollama()).isEqualTo(management);
        assertThat(RunnerEndpoint.parse(endpoint.toString()))
                .isEqualTo(endpoint)
                .hasToString(endpoint.toString())
                .extracting(RunnerEndpoint::openAi, RunnerEndpoint::engine, RunnerEndpoint::bare)
                .containsExactly(endpoint.openAi(), endpoint.engine(), endpoint.bare());
    }

    @Test
    void differentAddressesDiffer() {
        assertThat(RunnerEndpoint.parse("host:1/v1"))
                .isNotEqualTo(RunnerEndpoint.parse("host:1"))
                .isNotEqualTo(RunnerEndpoint.parse("host:1/engines"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "ftp://host/v1",
                "unix://",
                "unix:///",
                "unix://var/run/docker.sock",
                "unix://localhost/var/run/docker.sock",
                "unix:///var/run/a socket",
                "unix:///var/run/%00",
                "unix:///var/run/%zz",
                "http://host:0",
                "http://host:70000",
                "http://host:port",
                "http://a b/",
                "http:host:1/v1",
                "http://host/engines/../v1",
                "http://host/engines/..",
                "http://host/../engines",
                "::1",
                "://host"
            })
    void nonsenseIsRefused(String address) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> RunnerEndpoint.parse(address));

        assertThat(refusal.field()).isEqualTo("endpoint");
        assertThat(refusal.value()).isEqualTo('"' + address + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host/engines/v1/chat/completions",
                "http://host/engines/llama.cpp/v1/models",
                "http://host/engines/llama.cpp/v2",
                "http://host/engines/v1/v1",
                "http://host/a/engines/x/y/",
                "http://host/v1/chat/completions",
                "http://host/v1/completions/",
                "http://host/v1/embeddings",
                "http://host/models",
                "http://host/rerank",
                "host:8080/v1/models"
            })
    void addressOfAnOperationIsRefused(String address) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> RunnerEndpoint.parse(address));

        assertThat(refusal.bound()).contains("ends with /engines");
        assertThat(refusal.value()).isEqualTo('"' + address + '"');
    }

    @Test
    void addressOfAnOperationBehindASocketIsRefused() {
        InvalidRequestException refusal = catchThrowableOfType(
                InvalidRequestException.class, () -> RunnerEndpoint.parse("unix:///s?prefix=/engines/v1/models"));

        assertThat(refusal.bound()).contains("ends with /engines");
    }

    @ParameterizedTest
    @CsvSource({
        "12434, such as localhost:12434",
        "http://12434/v1, such as localhost:12434",
        "http://my_runner:8080/v1, without '_'",
        "model_runner, without '_'"
    })
    void hostThatIsNoneIsToldWhy(String address, String why) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> RunnerEndpoint.parse(address));

        assertThat(refusal.bound()).contains(why);
        assertThat(refusal.value()).isEqualTo('"' + address + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:hunter2@host/v1",
                "http://user_name:hunter2@host_name/v1",
                "http://host/v1?key=hunter2",
                "http://host/v1#hunter2",
                "host/path?from=http://hunter2",
                "ftp://me:hunter2@host",
                "unix:///s?key=hunter2",
                "unix://me:hunter2@host/s"
            })
    void secretsAreNotShown(String address) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> RunnerEndpoint.parse(address));

        assertThat(refusal).hasMessageNotContaining("hunter2").hasNoCause();
        assertThat(refusal.value()).isEqualTo("one with '@', '?' or '#'");
    }

    @Test
    void noAddressIsAProgrammingError() {
        assertThatNullPointerException()
                .isThrownBy(() -> RunnerEndpoint.parse(null))
                .withMessage("address");
    }
}
