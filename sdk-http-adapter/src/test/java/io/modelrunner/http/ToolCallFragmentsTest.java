package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ToolCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tool calls in pieces, as servers send them and as they might. */
class ToolCallFragmentsTest {
    private static final ChatRequest REQUEST = ChatRequest.of("ai/tiny", "Hello");

    @Test
    void fragmentsAreJoinedByIndex() {
        assertThat(calls(
                        "{'index':0,'id':'a','type':'function','function':{'name':'f','arguments':'{'}}",
                        "{'index':0,'function':{'arguments':'}'}}",
                        "{'index':1,'id':'b','type':'function','function':{'name':'g','arguments':''}}",
                        "{'index':1,'function':{'arguments':'{}'}}"))
                .containsExactly(new ToolCall("a", "f", "{}"), new ToolCall("b", "g", "{}"));
    }

    @Test
    void fragmentsMayBeInterleaved() {
        assertThat(calls(
                        "{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}",
                        "{'index':1,'id':'b','function':{'name':'g','arguments':'2'}}",
                        "{'index':0,'function':{'arguments':'3'}}",
                        "{'index':1,'function':{'arguments':'4'}},{'index':0,'function':{'arguments':'5'}}"))
                .containsExactly(new ToolCall("a", "f", "135"), new ToolCall("b", "g", "24"));
    }

    @Test
    void missingIdsAreMadeUp() {
        assertThat(calls(
                        "{'index':0,'function':{'name':'f','arguments':'1'}}",
                        "{'index':1,'id':'','function':{'name':'g','arguments':'2'}}",
                        "{'index':2,'id':null,'function':{'name':'h','arguments':'3'}}"))
                .containsExactly(
                        new ToolCall("call_0", "f", "1"),
                        new ToolCall("call_1", "g", "2"),
                        new ToolCall("call_2", "h", "3"));
    }

    @Test
    void idMayComeLate() {
        assertThat(calls(
                        "{'index':0,'function':{'name':'f','arguments':'1'}}",
                        "{'index':0,'id':'a','function':{'arguments':'2'}}"))
                .containsExactly(new ToolCall("a", "f", "12"));
    }

    @Test
    void idAndNameMayStandInEachFragment() {
        assertThat(calls(
                        "{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}",
                        "{'index':0,'id':'a','function':{'name':'f','arguments':'2'}}"))
                .containsExactly(new ToolCall("a", "f", "12"));
    }

    @Test
    void twoCallsOfOneIdAreToldApart() {
        List<ToolCall> calls = calls(
                "{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}",
                "{'index':1,'id':'a','function':{'name':'g','arguments':'2'}}");
        assertThat(calls).containsExactly(new ToolCall("a", "f", "1"), new ToolCall("a_1", "g", "2"));
    }

    @Test
    void idsDifferWhateverTheServerCallsThem() {
        List<ToolCall> calls = calls(
                "{'index':0,'id':'a_2','function':{'name':'f','arguments':''}}",
                "{'index':1,'id':'a','function':{'name':'f','arguments':''}}",
                "{'index':2,'id':'a','function':{'name':'f','arguments':''}}",
                "{'index':3,'id':'call_4','function':{'name':'f','arguments':''}}",
                "{'index':4,'function':{'name':'f','arguments':''}}");
        assertThat(calls).hasSize(5).extracting(ToolCall::id).doesNotHaveDuplicates();
        assertThat(new Message.Assistant("", calls).toolCalls()).hasSize(5);
    }

    @Test
    void indexZeroForEveryCallIsNoHindrance() {
        assertThat(calls(
                        "{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}",
                        "{'index':0,'id':'b','function':{'name':'g','arguments':'2'}}",
                        "{'index':0,'function':{'arguments':'3'}}"))
                .containsExactly(new ToolCall("a", "f", "1"), new ToolCall("b", "g", "23"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'index':null,", "'index':'x',", "'index':-1,"})
    void placeStandsForMissingIndex(String index) {
        assertThat(calls("{" + index + "'function':{'name':'f','arguments':'1'}},{" + index
                        + "'function':{'name':'g','arguments':'2'}}"))
                .containsExactly(new ToolCall("call_0", "f", "1"), new ToolCall("call_1", "g", "2"));
    }

    @Test
    void argumentsMayBeAnObject() {
        assertThat(calls("{'index':0,'id':'a','function':{'name':'f','arguments':{'city':'Paris','n':[1,2.5,null]}}}"))
                .containsExactly(new ToolCall("a", "f", "{\"city\":\"Paris\",\"n\":[1,2.5,null]}"));
    }

    @Test
    void argumentsMayBeMissing() {
        assertThat(calls("{'index':0,'id':'a','function':{'name':'f'}}")).containsExactly(new ToolCall("a", "f", ""));
        assertThat(calls("{'index':0,'id':'a','function':{'name':'f','arguments':null}}"))
                .containsExactly(new ToolCall("a", "f", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'index':0,'id':'a'}", "{'index':0,'id':'a','function':null}", "null", "1", "[1,[2]]"})
    void whatNamesNoFunctionIsNoCall(String fragment) {
        assertThat(calls(fragment + ",{'index':1,'id':'b','function':{'name':'g','arguments':''}}"))
                .containsExactly(new ToolCall("b", "g", ""));
    }

    @Test
    void cutArgumentsAreKeptAsTheyAre() {
        ChatResponse response = InProcess.stream(
                REQUEST,
                "data: " + chunk("{'index':0,'id':'a','function':{'name':'f','arguments':'{\\'ci'}}") + "\n\n"
                        + "data: " + json("{'choices':[{'delta':{},'finish_reason':'length'}]}")
                        + "\n\ndata: [DONE]\n\n");
        assertThat(response.toolCalls()).containsExactly(new ToolCall("a", "f", "{\"ci"));
        assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "name"})
    void overlongIdOrNameBreaksTheAnswer(String field) {
        String call = "{'index':0,'id':'ID','function':{'name':'NAME','arguments':''}}"
                .replace(field.equals("id") ? "ID" : "NAME", "x".repeat(257));
        String whole = json("{'choices':[{'message':{'tool_calls':[" + call + "]},'finish_reason':'tool_calls'}]}");
        assertThatThrownBy(() -> calls(call)).isInstanceOf(BrokenAnswerException.class);
        assertThatThrownBy(() -> InProcess.chat(REQUEST, whole)).isInstanceOf(BrokenAnswerException.class);
    }

    @Test
    void callsOfAWholeAnswerAreReadLikeThoseOfAStream() {
        String whole = json("{'choices':[{'finish_reason':'tool_calls','message':{'content':null,'tool_calls':["
                + "{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}},"
                + "{'id':'a','type':'function','function':{'name':'g','arguments':{'x':1}}},"
                + "{'type':'function','function':{'name':'h','arguments':''}}]}}]}");
        assertThat(InProcess.chat(REQUEST, whole).toolCalls())
                .containsExactly(
                        new ToolCall("a", "f", "{}"),
                        new ToolCall("a_1", "g", "{\"x\":1}"),
                        new ToolCall("call_2", "h", ""));
    }

    @Test
    void eachCallIsAnEventOnceItIsWhole() {
        List<ChatEvent> events = InProcess.events(
                REQUEST,
                stream(
                        "{'index':0,'id':'a','function':{'name':'f','arguments':'{'}}",
                        "{'index':0,'function':{'arguments':'}'}}"));
        assertThat(events).hasSize(2);
        assertThat(events.get(0)).isEqualTo(new ChatEvent.ToolCallEvent(new ToolCall("a", "f", "{}")));
        assertThat(events.get(1)).isInstanceOf(ChatEvent.Completed.class);
    }

    private static List<ToolCall> calls(String... chunks) {
        return InProcess.stream(REQUEST, stream(chunks)).toolCalls();
    }

    private static String stream(String... chunks) {
        List<String> events = new ArrayList<>();
        Arrays.stream(chunks).map(ToolCallFragmentsTest::chunk).forEach(events::add);
        events.add(json("{'choices':[{'index':0,'delta':{},'finish_reason':'tool_calls'}]}"));
        events.add("[DONE]");
        StringBuilder stream = new StringBuilder();
        events.forEach(event -> stream.append("data: ").append(event).append("\n\n"));
        return stream.toString();
    }

    private static String chunk(String calls) {
        return json("{'choices':[{'index':0,'delta':{'tool_calls':[" + calls + "]},'finish_reason':null}]}");
    }

    private static String json(String text) {
        return text.replace("\\'", "\\\"").replace('\'', '"');
    }
}
