package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.Tool;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.ToolChoice;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestWriterTest {
    private static final Tool TOOL = Tool.of("f", "does it", "{\"type\":\"object\"}");

    @Test
    void smallestRequest() {
        assertThat(written(ChatRequest.of("ai/tiny", "Hello"), false))
                .isEqualTo("{\"model\":\"ai/tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
    }

    @Test
    void streamAsksForUsage() {
        assertThat(written(ChatRequest.of("ai/tiny", "Hello"), true))
                .isEqualTo("{\"model\":\"ai/tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
                        + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    static List<Arguments> options() {
        Tool bare = Tool.of("g", "");
        return List.of(
                option(request -> request.temperature(0), "'temperature':0.0"),
                option(request -> request.temperature(0.25), "'temperature':0.25"),
                option(request -> request.topP(0.9), "'top_p':0.9"),
                option(request -> request.topK(40), "'top_k':40"),
                option(request -> request.minP(0.05), "'min_p':0.05"),
                option(request -> request.seed(42L), "'seed':42"),
                option(request -> request.presencePenalty(-1.5), "'presence_penalty':-1.5"),
                option(request -> request.frequencyPenalty(1.5), "'frequency_penalty':1.5"),
                option(request -> request.logitBias(Map.of(15043, -100.0)), "'logit_bias':{'15043':-100.0}"),
                option(request -> request.maxTokens(7), "'max_tokens':7"),
                option(request -> request.stop("\n", "END"), "'stop':['\\n','END']"),
                option(request -> request.parallelToolCalls(false), "'parallel_tool_calls':false"),
                option(
                        request -> request.responseFormat(ResponseFormat.JSON),
                        "'response_format':{'type':'json_object'}"),
                option(
                        request -> request.responseFormat(ResponseFormat.jsonSchema("s", "{\"type\":\"object\"}")),
                        "'response_format':{'type':'json_schema','json_schema':"
                                + "{'name':'s','strict':true,'schema':{'type':'object'}}}"),
                option(request -> request.reasoning(true), "'chat_template_kwargs':{'enable_thinking':true}"),
                option(request -> request.reasoning(false), "'chat_template_kwargs':{'enable_thinking':false}"),
                option(
                        request -> request.tools(TOOL, bare),
                        "'tools':[{'type':'function','function':{'name':'f','description':'does it',"
                                + "'parameters':{'type':'object'}}},"
                                + "{'type':'function','function':{'name':'g','parameters':{'type':'object','properties':{}}}}]"),
                option(request -> request.toolChoice(ToolChoice.NONE), "'tool_choice':'none'"),
                option(request -> request.toolChoice(ToolChoice.AUTO), "'tool_choice':'auto'"),
                option(
                        request -> request.tools(TOOL).toolChoice(ToolChoice.REQUIRED),
                        "'tools':[{'type':'function','function':{'name':'f','description':'does it',"
                                + "'parameters':{'type':'object'}}}],'tool_choice':'required'"),
                option(
                        request -> request.tools(TOOL).toolChoice(ToolChoice.function("f")),
                        "'tools':[{'type':'function','function':{'name':'f','description':'does it',"
                                + "'parameters':{'type':'object'}}}],"
                                + "'tool_choice':{'type':'function','function':{'name':'f'}}"));
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionIsWrittenOnce(ChatRequest request, String expected) {
        assertThat(written(request, false))
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                        + expected.replace('\'', '"') + "}");
    }

    static Stream<Arguments> extras() {
        return Stream.of(
                Arguments.of("text", "\"text\""),
                Arguments.of(true, "true"),
                Arguments.of(null, "null"),
                Arguments.of(1, "1"),
                Arguments.of(Long.MAX_VALUE, "9223372036854775807"),
                Arguments.of((short) 3, "3"),
                Arguments.of(0.1, "0.1"),
                Arguments.of(0.1f, "0.1"),
                Arguments.of(new BigDecimal("1.50"), "1.50"),
                Arguments.of(new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
                Arguments.of(new java.util.concurrent.atomic.AtomicInteger(5), "5"),
                Arguments.of(List.of(), "[]"),
                Arguments.of(Arrays.asList(1, null, List.of("a")), "[1,null,[\"a\"]]"),
                Arguments.of(Map.of("a", Map.of("b", List.of(false))), "{\"a\":{\"b\":[false]}}"));
    }

    @ParameterizedTest
    @MethodSource("extras")
    void extraFieldIsWrittenAsItIs(@Nullable Object value, String expected) {
        ChatRequest request =
                ChatRequest.builder("m").user("Hi").extra("mirostat", value).build();
        assertThat(written(request, false)).endsWith(",\"mirostat\":" + expected + "}");
    }

    @Test
    void extraFieldsKeepTheirOrder() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", null);
        ChatRequest request = ChatRequest.builder("m")
                .user("Hi")
                .extra("y", map)
                .extra("b", 2)
                .build();
        assertThat(written(request, false)).endsWith(",\"y\":{\"z\":1,\"a\":null},\"b\":2}");
    }

    @Test
    void conversationKeepsItsOrder() {
        ChatRequest request = ChatRequest.builder("m")
                .system("Be brief.")
                .user("Weather?")
                .message(new Message.Assistant("", List.of(new ToolCall("a", "f", "{\"city\":\"Paris\"}"))))
                .message(Message.toolResult("a", "18 degrees"))
                .message(new Message.Assistant("Warm, and…", List.of(new ToolCall("b", "f", "no json"))))
                .message(Message.toolResult("b", ""))
                .assistant("Warm.")
                .user("Thanks")
                .build();
        assertThat(JsonValues.text(JsonValues.object(written(request, false)).get("messages")))
                .isEqualTo(("[{'role':'system','content':'Be brief.'},{'role':'user','content':'Weather?'},"
                                + "{'role':'assistant','content':'','tool_calls':[{'id':'a','type':'function',"
                                + "'function':{'name':'f','arguments':'{\\'city\\':\\'Paris\\'}'}}]},"
                                + "{'role':'tool','content':'18 degrees','tool_call_id':'a'},"
                                + "{'role':'assistant','content':'Warm, and…','tool_calls':[{'id':'b','type':'function',"
                                + "'function':{'name':'f','arguments':'no json'}}]},"
                                + "{'role':'tool','content':'','tool_call_id':'b'},"
                                + "{'role':'assistant','content':'Warm.'},{'role':'user','content':'Thanks'}]")
                        .replace('\'', '"'));
    }

    @Test
    void picturesAreDataUrlsOrLinks() {
        ChatRequest request = ChatRequest.builder("m")
                .message(Message.user(
                        ContentPart.text("What?"),
                        ContentPart.image("image/png", new byte[] {1, 2, 3}),
                        new ContentPart.Image("https://example.com/a.png")))
                .build();
        assertThat(JsonValues.text(JsonValues.object(written(request, false)).get("messages")))
                .isEqualTo(("[{'role':'user','content':[{'type':'text','text':'What?'},"
                                + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AQID'}},"
                                + "{'type':'image_url','image_url':{'url':'https://example.com/a.png'}}]}]")
                        .replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "äöüß 日本語 🦙",
                "\"quotes\" and \\backslashes\\",
                "\u0000\u0001\b\f\n\r\t\u001f",
                "\u2028\u2029",
                "\uFEFF",
                "</script>"
            })
    void textComesThroughAsItIs(String text) {
        Map<String, @Nullable Object> json = JsonValues.object(written(ChatRequest.of("m", text), false));
        Object message = JsonValues.list(json.get("messages")).get(0);
        assertThat(JsonValues.object(message)).containsEntry("content", text);
    }

    @Test
    void longTextComesThroughAsItIs() {
        String text = "x🦙é".repeat(50_000);
        Map<String, @Nullable Object> json = JsonValues.object(written(ChatRequest.of("m", text), false));
        Object message = JsonValues.list(json.get("messages")).get(0);
        assertThat(JsonValues.object(message)).containsEntry("content", text);
    }

    @Test
    void halfACharacterIsEscaped() {
        assertThat(written(ChatRequest.of("m", "cut \uD83E"), false)).contains("\"content\":\"cut \\uD83E\"");
    }

    @Test
    void schemasMayHaveLineEnds() {
        String schema = "{\r\n  \"type\": \"object\",\n\t\"properties\": {}\n}\n";
        ChatRequest request = ChatRequest.builder("m")
                .user("Hi")
                .tools(Tool.of("f", "", schema))
                .responseFormat(ResponseFormat.jsonSchema("s", schema))
                .build();
        Map<String, @Nullable Object> json = JsonValues.object(written(request, false));
        assertThat(JsonValues.text(json.get("tools")))
                .contains("\"parameters\":{\"type\":\"object\",\"properties\":{}}");
        assertThat(JsonValues.text(json.get("response_format")))
                .contains("\"schema\":{\"type\":\"object\",\"properties\":{}}");
    }

    private static String written(ChatRequest request, boolean streamed) {
        return new String(ChatRequestWriter.write(request, streamed), UTF_8);
    }

    private static Arguments option(java.util.function.UnaryOperator<ChatRequest.Builder> setting, String expected) {
        return Arguments.of(setting.apply(ChatRequest.builder("m").user("Hi")).build(), expected);
    }
}
