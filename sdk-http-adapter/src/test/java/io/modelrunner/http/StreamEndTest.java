package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.Usage;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How an answer may end, and what comes of it. Trap 19: streams have pings, chunks without choices, null contents and errors in
 * their middle, and are cut; without finish reason and {@code [DONE]} an answer is broken, with a finish reason it is whole.
 */
class StreamEndTest {
    private static final ChatRequest REQUEST = ChatRequest.of("ai/tiny", "Hello");
    private static final String ROLE = chunk("{'role':'assistant','content':null}");
    private static final String TEXT = chunk("{'content':'Hel'}");
    private static final String MORE = chunk("{'content':'lo'}");
    private static final String STOP = json("{'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}");
    private static final String USAGE = json(
            "{'choices':[],'usage':{'prompt_tokens':9,'completion_tokens':2,'prompt_tokens_details':{'cached_tokens':8}},"
                    + "'timings':{'prompt_n':1,'prompt_ms':2,'predicted_n':2,'predicted_ms':4}}");

    /** Trap 20: counts come only when asked for, on a chunk without choices, and the times of llama.cpp on the same. */
    @Test
    void finishReasonAndDoneMakeACompleteAnswer() {
        ChatResponse response = answer(Script.events(ROLE, TEXT, MORE, STOP, USAGE));
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.usage()).contains(Usage.of(9, 2).withCachedTokens(8));
        assertThat(response.timings().orElseThrow().tokensPerSecond()).isEqualTo(500);
        assertThat(response.warnings()).isEmpty();
    }

    @Test
    void finishReasonAndOrderlyEndMakeACompleteAnswerWithAWarning() {
        assertCompleteWithWarning(exchange -> exchange.events(TEXT, MORE, STOP).end());
    }

    @Test
    void finishReasonAndCutMakeACompleteAnswerWithAWarning() {
        assertCompleteWithWarning(exchange -> exchange.events(TEXT, MORE, STOP).cut());
    }

    @Test
    void finishReasonAndSilenceMakeACompleteAnswerWithAWarning() {
        assertCompleteWithWarning(exchange -> exchange.events(TEXT, MORE, STOP).stall());
    }

    @Test
    void finishReasonAndResetMakeACompleteAnswerWithAWarning() {
        String last = json("{'choices':[{'index':0,'delta':{'content':'lo'},'finish_reason':'stop'}]}");
        List<ChatEvent> events = eventsBeforeReset(TEXT, last);
        ChatResponse response = ((ChatEvent.Completed) events.get(2)).response();
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.warnings()).hasSize(1);
    }

    @Test
    void finishReasonAndHalfAnEventMakeACompleteAnswerWithAWarning() {
        assertCompleteWithWarning(exchange ->
                exchange.events(TEXT, MORE, STOP).send("data: {\"cho").end());
    }

    @Test
    void doneWithoutItsEmptyLineIsDone() {
        ChatResponse response = answer(exchange ->
                exchange.events(TEXT, MORE, STOP).send("data: [DONE]\n").end());
        assertThat(response.warnings()).isEmpty();
    }

    @Test
    void doneWithoutFinishReasonIsBroken() {
        assertBroken(exchange -> exchange.events(TEXT, "[DONE]").end(), "Hel");
    }

    @Test
    void endWithoutAnythingIsBroken() {
        assertBroken(exchange -> exchange.events(TEXT).end(), "Hel");
        assertBroken(exchange -> exchange.events(ROLE).end(), "");
        assertBroken(exchange -> exchange.events().end(), "");
    }

    @Test
    void cutIsBroken() {
        assertBroken(exchange -> exchange.events(TEXT).cut(), "Hel");
        assertBroken(exchange -> exchange.events().cut(), "");
    }

    @Test
    void cutInsideAnEventIsBroken() {
        assertBroken(
                exchange -> exchange.events(TEXT)
                        .send("data: " + MORE.substring(0, 20))
                        .cut(),
                "Hel");
    }

    @Test
    void cutInsideAChunkOfHttpIsBroken() {
        assertBroken(
                exchange -> exchange.events(TEXT).raw("40\r\ndata: {\"choices").cut(), "Hel");
    }

    @Test
    void chunkOfHttpThatIsNoneIsBroken() {
        assertBroken(exchange -> exchange.events(TEXT).raw("zz\r\nwhat?\r\n").cut(), "Hel");
    }

    @Test
    void resetIsBroken() {
        BrokenAnswerException e =
                catchThrowableOfType(BrokenAnswerException.class, () -> eventsBeforeReset(TEXT, MORE));
        assertThat(e.partialText()).isEqualTo("Hello");
    }

    @Test
    void closeBeforeTheHeadersIsBroken() {
        assertBroken(exchange -> exchange.cut(), "");
        assertBroken(exchange -> exchange.raw("HTTP/1.1 200 OK\r\nContent-").cut(), "");
    }

    @Test
    void eventThatIsNoJsonIsBroken() {
        assertBroken(
                exchange -> exchange.events(TEXT, "garbage", STOP, "[DONE]").end(), "Hel");
        assertBroken(
                exchange ->
                        exchange.events(TEXT, "{\"choices\":[", STOP, "[DONE]").end(),
                "Hel");
        assertBroken(exchange -> exchange.events(TEXT, "[1,2]", STOP, "[DONE]").end(), "Hel");
    }

    @Test
    void emptyEventSaysNothing() {
        assertThat(answer(Script.events(TEXT, "", MORE, STOP)).text()).isEqualTo("Hello");
    }

    @Test
    void errorInTheMiddleIsTypedAndKeepsTheText() {
        String error = json("{'error':{'code':500,'message':'the engine is tired','type':'server_error'}}");
        for (Script script : List.<Script>of(
                exchange -> exchange.events(TEXT, error).end(),
                exchange -> exchange.events(TEXT, error).cut(),
                exchange ->
                        exchange.events(TEXT).send("error: " + error + "\n\n").end(),
                exchange -> exchange.events(TEXT)
                        .send("error: " + json("{'code':500,'message':'the engine is tired'}") + "\n\n")
                        .end())) {
            EngineFailedException e = failure(EngineFailedException.class, script);
            assertThat(e.partialText()).isEqualTo("Hel");
            assertThat(e.what()).contains("the engine is tired");
            assertThat(e.model()).contains(REQUEST.model());
        }
    }

    @Test
    void errorAsFirstEventIsTyped() {
        String error = json("{'error':{'code':400,'message':'request (3009 tokens) exceeds the available context size',"
                + "'type':'exceed_context_size_error','n_prompt_tokens':3009,'n_ctx':2048}}");
        ContextOverflowException e = failure(
                ContextOverflowException.class,
                exchange -> exchange.events(error).end());
        assertThat(e.promptTokens()).hasValue(3_009);
        assertThat(e.contextTokens()).hasValue(2_048);
        assertThat(e.partialText()).isEmpty();
    }

    @Test
    void nullErrorIsNone() {
        assertThat(answer(Script.events(json("{'error':null,'choices':[{'delta':{'content':'Hello'}}]}"), STOP))
                        .text())
                .isEqualTo("Hello");
    }

    @Test
    void firstOfSeveralChoicesIsTheAnswer() {
        String both =
                json("{'choices':[{'index':0,'delta':{'content':'Hello'}},{'index':1,'delta':{'content':'Hey'}}]}");
        String stops = json("{'choices':[{'index':0,'delta':{},'finish_reason':'stop'},"
                + "{'index':1,'delta':{},'finish_reason':'length'}]}");
        ChatResponse response = answer(Script.events(both, stops));
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[]}",
                "{'choices':null}",
                "{'choices':7}",
                "{'choices':[null]}",
                "{'choices':[{}]}",
                "{'choices':[{'delta':null}]}",
                "{'choices':[{'delta':[{'content':'x'}]}]}",
                "{'choices':[{'delta':{'content':null}}]}",
                "{'choices':[{'delta':{'content':''}}]}",
                "{'choices':[{'delta':{'content':{}}}]}",
                "{'choices':[{'delta':{'tool_calls':null}}]}",
                "{'usage':null,'timings':[]}",
                "{'usage':{'prompt_tokens_details':[1,2]}}",
                "{'prompt_progress':{'total':9,'processed':3}}",
                "{}"
            })
    void chunkThatSaysNothingIsNoEvent(String chunk) {
        List<ChatEvent> events = events(Script.events(TEXT, json(chunk), MORE, STOP));
        assertThat(events.subList(0, 2)).containsExactly(new ChatEvent.Text("Hel"), new ChatEvent.Text("lo"));
        assertThat(events).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reasoning_content", "reasoning"})
    void reasoningGoesByEitherName(String name) {
        List<ChatEvent> events =
                events(Script.events(chunk("{'" + name + "':'Hm'}"), chunk("{'" + name + "':'.'}"), STOP));
        assertThat(events.subList(0, 2)).containsExactly(new ChatEvent.Reasoning("Hm"), new ChatEvent.Reasoning("."));
        ChatResponse response = ((ChatEvent.Completed) events.get(2)).response();
        assertThat(response.reasoning()).contains("Hm.");
        assertThat(response.text()).isEmpty();
    }

    @Test
    void reasoningUnderBothNamesAtOnceIsReadOnce() {
        assertThat(answer(Script.events(chunk("{'reasoning':'Hm','reasoning_content':'Hm'}"), STOP))
                        .reasoning())
                .contains("Hm");
    }

    @Test
    void everythingInOneChunkKeepsItsOrder() {
        String all =
                json("{'choices':[{'finish_reason':'tool_calls','delta':{'tool_calls':[{'index':0,'id':'a','function':"
                        + "{'name':'f','arguments':'{}'}}],'content':'Hello','reasoning_content':'Hm'}}]}");
        List<ChatEvent> events = events(Script.events(all));
        assertThat(events.subList(0, 3))
                .containsExactly(
                        new ChatEvent.Reasoning("Hm"),
                        new ChatEvent.Text("Hello"),
                        new ChatEvent.ToolCallEvent(new ToolCall("a", "f", "{}")));
        assertThat(events).hasSize(4).last().isInstanceOf(ChatEvent.Completed.class);
    }

    @Test
    void unknownFinishReasonIsAWarning() {
        ChatResponse response = answer(Script.events(TEXT, STOP.replace("stop", "tired")));
        assertThat(response.finishReason()).isEqualTo(FinishReason.UNKNOWN);
        assertThat(response.warnings()).singleElement().asString().contains("tired");
    }

    @Test
    void emptyBodyIsBroken() {
        assertBroken(exchange -> exchange.answer(200, "text/event-stream", ""), "");
        assertBroken(exchange -> exchange.head(200, "Content-Length: 0").end(), "");
        assertBroken(exchange -> exchange.answer(200, "application/json", ""), "");
    }

    @Test
    void wholeAnswerInPlaceOfAStreamIsRead() {
        String whole = json("{'id':'x','model':'m','choices':[{'index':0,'finish_reason':'tool_calls','message':"
                + "{'role':'assistant','content':'Hello','reasoning_content':'Hm','tool_calls':"
                + "[{'id':'a','function':{'name':'f','arguments':'{}'}}]}}],"
                + "'usage':{'prompt_tokens':9,'completion_tokens':2}}");
        List<ChatEvent> events = events(Script.json(whole));
        assertThat(events.subList(0, 3))
                .containsExactly(
                        new ChatEvent.Reasoning("Hm"),
                        new ChatEvent.Text("Hello"),
                        new ChatEvent.ToolCallEvent(new ToolCall("a", "f", "{}")));
        ChatResponse response = ((ChatEvent.Completed) events.get(3)).response();
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.usage()).contains(Usage.of(9, 2));
        assertThat(response.servedModel()).contains("m");
    }

    @Test
    void errorInPlaceOfAStreamIsTyped() {
        EngineFailedException e =
                failure(EngineFailedException.class, Script.json("{\"error\":{\"message\":\"no luck\"}}"));
        assertThat(e.what()).contains("no luck");
    }

    @Test
    void pageInPlaceOfAStreamIsBroken() {
        assertBroken(exchange -> exchange.answer(200, "text/html", "<html>\n\n<p>Welcome</p>\n\n"), "");
        assertBroken(exchange -> exchange.answer(200, "application/json", "<html>"), "");
    }

    @Test
    void serverThatKeepsTheAnswerOpenLosesTheConnection() {
        try (ScriptedServer server = ScriptedServer.answering(
                        exchange -> exchange.events(TEXT, MORE, STOP, "[DONE]").stall());
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1");
                ChatStream stream = adapter.stream(REQUEST)) {
            long begin = System.nanoTime();
            ChatResponse response = stream.join();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
            assertThat(response.text()).isEqualTo("Hello");
            assertThat(response.warnings()).isEmpty();
            server.awaitClientClosed(Duration.ofSeconds(20));
        }
    }

    @Test
    void nothingBehindDoneCounts() {
        ChatResponse response = answer(exchange ->
                exchange.events(TEXT, MORE, STOP, "[DONE]", "garbage", TEXT).end());
        assertThat(response.text()).isEqualTo("Hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 307})
    void statusOfNoAnswerIsNoModelRunner(int status) {
        RunnerUnreachableException e = failure(
                RunnerUnreachableException.class,
                exchange -> exchange.head(status, "Location: /elsewhere", "Content-Length: 0")
                        .end());
        assertThat(e.status()).hasValue(status);
        assertThat(e.remedies()).isNotEmpty();
    }

    private static void assertCompleteWithWarning(Script script) {
        ChatResponse response = answer(script);
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.warnings()).singleElement().asString().contains("[DONE]");
    }

    private static void assertBroken(Script script, String textSoFar) {
        BrokenAnswerException e = failure(BrokenAnswerException.class, script);
        assertThat(e).isExactlyInstanceOf(BrokenAnswerException.class);
        assertThat(e.partialText()).isEqualTo(textSoFar);
        assertThat(e.model()).contains(REQUEST.model());
        assertThat(e.elsewhere()).isTrue();
        assertThat(e.remedies()).isNotEmpty();
    }

    private static <E extends ModelRunnerException> E failure(Class<E> type, Script script) {
        E e = catchThrowableOfType(type, () -> answer(script));
        assertThat(e).isNotNull();
        return e;
    }

    private static ChatResponse answer(Script script) {
        List<ChatEvent> events = events(script);
        return ((ChatEvent.Completed) events.get(events.size() - 1)).response();
    }

    private static List<ChatEvent> events(Script script) {
        List<ChatEvent> events = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.answering(script);
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1");
                ChatStream stream = adapter.stream(REQUEST)) {
            stream.forEach(events::add);
        }
        return events;
    }

    /** A reset throws away what was not read yet: it comes when all is read. */
    private static List<ChatEvent> eventsBeforeReset(String... data) {
        List<ChatEvent> events = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.answering(
                        exchange -> exchange.events(data).stall().reset());
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1");
                ChatStream stream = adapter.stream(REQUEST)) {
            for (ChatEvent event : stream) {
                events.add(event);
                if (events.size() == data.length) {
                    server.release();
                }
            }
        }
        return events;
    }

    private static String chunk(String delta) {
        return json("{'choices':[{'index':0,'delta':" + delta + ",'finish_reason':null}]}");
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
