package io.modelrunner.testing.fake;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pretends to be the engine: checks, counts and answers as llama.cpp does, without thinking. */
final class LlamaServer {
    private final Answers answers;

    LlamaServer(Answers answers) {
        this.answers = answers;
    }

    /** An answer that is known, and how it is streamed if that was asked for. */
    interface Answer {
        /** {@return the answer as it is told whole} */
        Reply whole();

        /** Streams it. */
        void stream(EventSink events) throws IOException;
    }

    /** {@return the answer to a request} */
    Answer answer(Job job) {
        try {
            return switch (job.operation()) {
                case "v1/chat/completions" -> chat(job);
                case "v1/completions" -> completion(job);
                case "v1/embeddings" ->
                    whole(Vectors.embeddings(
                            job.asked(),
                            job.spelling(),
                            job.model().embeds() || job.configuration().pools()));
                case "rerank" -> whole(Vectors.rerank(job.asked(), job.spelling()));
                case "v1/messages" -> AnthropicAnswer.of(job, this);
                case "v1/messages/count_tokens" -> whole(AnthropicAnswer.count(job));
                default -> throw new Refusal(Reply.engineError(404, "not_found_error", "File Not Found"));
            };
        } catch (Refusal refusal) {
            return whole(refusal.reply());
        }
    }

    private static Answer whole(Reply reply) {
        return new Answer() {
            @Override
            public Reply whole() {
                return reply;
            }

            @Override
            public void stream(EventSink events) {
                throw new IllegalStateException("this is not streamed");
            }
        };
    }

    /** Begins a stream as the engine does. */
    static EventSink begin(Exchange exchange, @Nullable Fault fault, Duration pace) throws IOException {
        exchange.head(
                200,
                "Content-Type: text/event-stream",
                Reply.ENGINE,
                "X-Accel-Buffering: no",
                "Transfer-Encoding: chunked");
        return new EventSink(exchange, fault, pace);
    }

    private Answer chat(Job job) {
        ChatQuestion question = ChatQuestion.of(job.asked(), job.model().sees());
        ChatWriter writer = new ChatWriter(question, complete(job, question));
        return answer(Reply.engine(200, writer.whole()), writer::stream);
    }

    /** How an answer is streamed. */
    interface Streaming {
        void stream(EventSink events) throws IOException;
    }

    static Answer answer(Reply whole, Streaming streaming) {
        return new Answer() {
            @Override
            public Reply whole() {
                return whole;
            }

            @Override
            public void stream(EventSink events) throws IOException {
                streaming.stream(events);
            }
        };
    }

    /** {@return what the model says to a chat} */
    Completion complete(Job job, ChatQuestion question) {
        int tokens = checked(question.promptTokens(), job);
        return Completion.of(answers.to(question), question.stops(), question.maxTokens(), tokens, job.model());
    }

    private static int checked(int promptTokens, Job job) {
        if (promptTokens >= job.contextSize()) {
            throw new Refusal(Reply.engine(
                    400,
                    Json.object(
                            "error",
                            Json.object(
                                    "code",
                                    400,
                                    "message",
                                    "request (" + promptTokens + " tokens) exceeds the available context size ("
                                            + job.contextSize() + " tokens), try increasing it",
                                    "type",
                                    "exceed_context_size_error",
                                    "n_prompt_tokens",
                                    promptTokens,
                                    "n_ctx",
                                    job.contextSize()))));
        }
        return promptTokens;
    }

    private Answer completion(Job job) {
        Object prompt = job.asked().get("prompt");
        if (prompt == null) {
            throw ChatQuestion.invalid("[json.exception.out_of_range.403] key 'prompt' not found");
        }
        List<?> prompts = prompt instanceof List<?> list ? list : List.of(prompt);
        List<Completion> completions = new ArrayList<>();
        for (Object each : prompts) {
            completions.add(completion(job, String.valueOf(each)));
        }
        List<Map<String, @Nullable Object>> choices = new ArrayList<>();
        for (Completion each : completions) {
            choices.add(textChoice(each.text(), choices.size(), each.finish()));
        }
        Completion first = completions.get(0);
        Map<String, @Nullable Object> whole = first.envelope(choices, "text_completion", true);
        whole.put("timings", first.timings());
        return answer(Reply.engine(200, whole), events -> stream(first, events));
    }

    private Completion completion(Job job, String prompt) {
        Map<String, @Nullable Object> asked = Json.object();
        asked.putAll(job.asked());
        asked.put("messages", List.of());
        ChatQuestion limits = ChatQuestion.of(asked, false);
        int tokens = checked(Tokens.count(prompt), job);
        FakeAnswer answer = FakeAnswer.text(answers.after(prompt));
        return Completion.of(answer, limits.stops(), limits.maxTokens(), tokens, job.model());
    }

    private static Map<String, @Nullable Object> textChoice(String text, int index, @Nullable String finish) {
        return Json.object("text", text, "index", index, "logprobs", null, "finish_reason", finish);
    }

    private static void stream(Completion completion, EventSink events) throws IOException {
        for (String piece : completion.pieces()) {
            events.event(
                    Json.write(completion.envelope(List.of(textChoice(piece, 0, null)), "text_completion", false)));
        }
        Map<String, @Nullable Object> last =
                completion.envelope(List.of(textChoice("", 0, completion.finish())), "text_completion", true);
        last.put("timings", completion.timings());
        events.event(Json.write(last));
        events.lastComes();
        events.event("[DONE]");
        events.end();
    }
}
