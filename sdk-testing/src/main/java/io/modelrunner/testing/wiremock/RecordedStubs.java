package io.modelrunner.testing.wiremock;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.request;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static java.util.Objects.requireNonNull;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.internal.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Exchanges recorded from real runners as stubs for WireMock.
 *
 * <pre>{@code
 * WireMockServer server = new WireMockServer(options().dynamicPort());
 * server.start();
 * RecordedStubs.of("models/list", "inference/chat", "inference/model-not-pulled").forEach(server::addStubMapping);
 * }</pre>
 *
 * <p>A stub answers the recorded method, path and body (JSON by what it means), and the headers by which a runner decides;
 * where a recording has only a note of what was sent, any body will do. Of two stubs for one request WireMock takes the one
 * that was added last.
 *
 * <p>WireMock sends whole answers only. For one that breaks off, or comes event by event, there is
 * {@link io.modelrunner.testing.ScriptedServer}, and for a runner that keeps state
 * {@link io.modelrunner.testing.fake.FakeModelRunner}.
 */
public final class RecordedStubs {
    /** What the server that answers says itself. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "date", "keep-alive", "transfer-encoding");

    private RecordedStubs() {}

    /**
     * {@return stubs of some recordings, in that order}
     *
     * @param names such as {@code inference/chat}; see {@link Recordings#names()}
     * @throws IllegalArgumentException if there is none of that name, or it is one of an answer that breaks off
     */
    public static List<StubMapping> of(String... names) {
        return List.of(names).stream()
                .map(Recordings::load)
                .map(RecordedStubs::of)
                .toList();
    }

    /**
     * {@return stubs of all recordings of a folder but those of answers that break off}
     *
     * @param folder such as {@code inference}
     * @throws IllegalArgumentException if there is no such folder
     */
    public static List<StubMapping> folder(String folder) {
        return Recordings.folder(folder).stream()
                .filter(recording -> !breaksOff(recording))
                .map(RecordedStubs::of)
                .toList();
    }

    /**
     * {@return the stub of a recording}
     *
     * @param recording what was asked and answered
     * @throws IllegalArgumentException if it is one of an answer that breaks off
     */
    public static StubMapping of(Recording recording) {
        if (breaksOff(requireNonNull(recording, "recording"))) {
            throw new IllegalArgumentException(
                    "WireMock can't break off an answer as " + recording.name() + " does: use ScriptedServer.replay");
        }
        return asked(recording.request())
                .withName(recording.name())
                .willReturn(answered(recording.response()))
                .build();
    }

    private static boolean breaksOff(Recording recording) {
        return recording.response().end() != Recording.End.WHOLE;
    }

    private static MappingBuilder asked(Recording.Request asked) {
        MappingBuilder stub = request(asked.method(), urlEqualTo(asked.path()));
        asked.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("content-type")) {
                stub.withHeader(name, equalTo(value));
            }
        });
        if (!asked.body().isEmpty() && !asked.isPlaceholder()) {
            boolean json = isJson(asked.body());
            stub.withRequestBody(json ? equalToJson(asked.body()) : equalTo(asked.body()));
        }
        return stub;
    }

    private static boolean isJson(String body) {
        try {
            Json.read(body);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static ResponseDefinitionBuilder answered(Recording.Response answer) {
        ResponseDefinitionBuilder stub = aResponse().withStatus(answer.status());
        answer.headers().forEach((name, value) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                stub.withHeader(name, value);
            }
        });
        boolean file = answer.body().isEmpty() && answer.bodyLength() > 0;
        return file ? stub.withBody(new byte[(int) answer.bodyLength()]) : stub.withBody(answer.body());
    }
}
