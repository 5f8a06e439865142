package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** The ready-made bytes of the stub server, in the form recorded from llama.cpp behind Docker Model Runner. */
final class Answers {
    static final int TOKENS_OF_WHOLE_ANSWER = 300;

    private static final String[] TOKENS = {
        " A", " container", " is", " a", " running", " process", ",", " isolated", "."
    };

    private static final String FACTS = "\"created\":1795253505,\"id\":\"chatcmpl-T1Z9pBxpnSYpD7F3xSEJqdnYXz0YLC3t\","
            + "\"model\":\"/models/bundles/sha256/9351ec10c41ba346012c7e7de5fbbfe4a9b7010689794264f9200379bb00e777"
            + "/model/model.gguf\",\"system_fingerprint\":\"b11669-Debian\"";

    private static final String COUNTS = "\"usage\":{\"completion_tokens\":10,\"prompt_tokens\":9,\"total_tokens\":19,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":8}},\"timings\":{\"cache_n\":8,\"prompt_n\":1,"
            + "\"prompt_ms\":0.368,\"prompt_per_token_ms\":0.368,\"prompt_per_second\":2717.391304347826,"
            + "\"predicted_n\":10,\"predicted_ms\":1.072,\"predicted_per_token_ms\":0.11911111111111111,"
            + "\"predicted_per_second\":8395.5223880597}";

    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nDate: Sat, 21 Nov 2026 09:31:45 GMT\r\n";

    private Answers() {}

    /** {@return the text of an answer of so many tokens} */
    static String text(int tokens) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            text.append(TOKENS[i % TOKENS.length]);
        }
        return text.toString();
    }

    /** {@return a streamed answer: the headers, then each event as an HTTP chunk of its own, then the end} */
    static List<byte[]> streamed(int tokens) {
        List<byte[]> pieces = new ArrayList<>(tokens + 6);
        pieces.add(bytes(HEAD + "Content-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"));
        pieces.add(chunk(choice("null", "\"role\":\"assistant\",\"content\":null"), ""));
        for (int i = 0; i < tokens; i++) {
            pieces.add(piece(TOKENS[i % TOKENS.length]));
        }
        pieces.add(chunk(choice("\"stop\"", ""), ""));
        pieces.add(chunk("", "," + COUNTS));
        pieces.add(httpChunk("data: [DONE]\n\n"));
        pieces.add(bytes("0\r\n\r\n"));
        return pieces;
    }

    /** {@return the event of a token} */
    static byte[] piece(String token) {
        return chunk(choice("null", "\"content\":\"" + token + "\""), "");
    }

    /** {@return an answer in one piece, headers included} */
    static byte[] whole() {
        String body =
                "{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                        + text(TOKENS_OF_WHOLE_ANSWER) + "\"}}]," + FACTS + ",\"object\":\"chat.completion\"," + COUNTS
                        + "}";
        return bytes(HEAD + "Content-Type: application/json; charset=utf-8\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    private static String choice(String finishReason, String delta) {
        return "{\"finish_reason\":" + finishReason + ",\"index\":0,\"delta\":{" + delta + "}}";
    }

    private static byte[] chunk(String choice, String counts) {
        return httpChunk("data: {\"choices\":[" + choice + "]," + FACTS + ",\"object\":\"chat.completion.chunk\""
                + counts + "}\n\n");
    }

    private static byte[] httpChunk(String data) {
        return bytes(Integer.toHexString(data.length()) + "\r\n" + data + "\r\n");
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(ISO_8859_1);
    }
}
