package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Says what the tiny model of the recordings said; knows as little as that one. */
final class TinyModel {
    private static final String UNKNOWN = "I am a tiny test model, I do not know that.";
    private static final String GREETING = "Hello! How can I help you today?";
    private static final String PERSON = "{\"name\": \"Ada Lovelace\", \"age\": 36, \"city\": \"London\"}";
    private static final Pattern COUNT = Pattern.compile("Count from 1 to (\\d{1,4})");
    private static final Pattern WEATHER = Pattern.compile("What is the weather in (.+)\\?");
    private static final Pattern LITERAL = Pattern.compile("root ::= \"(.*)\"", Pattern.DOTALL);
    private static final Pattern THOUGHTS = Pattern.compile("<think>\n(.*)</think>\n*(.*)", Pattern.DOTALL);

    private TinyModel() {}

    static FakeAnswer answer(ChatQuestion question) {
        Matcher literal = LITERAL.matcher(question.grammar());
        if (literal.matches()) {
            return thought(literal.group(1).replace("\\n", "\n"));
        }
        if (question.lastRole().equals("tool")) {
            return FakeAnswer.text("The result is: " + question.lastText());
        }
        if (!question.tools().isEmpty()) {
            Matcher weather = WEATHER.matcher(question.lastUserText());
            if (weather.matches()) {
                return calls(question, weather.group(1));
            }
            if (question.mustCall()) {
                Map<String, @Nullable Object> tool = question.tools().get(0);
                return FakeAnswer.call(String.valueOf(tool.get("name")), Json.write(object(tool.get("parameters"))));
            }
        }
        if (question.wantsJson() && !question.lastUserText().startsWith("Describe a person")) {
            return FakeAnswer.text(Json.write(sample(question.schema())));
        }
        return FakeAnswer.text(
                question.hasImage() ? "red" : question.wantsJson() ? PERSON : text(question.lastUserText()));
    }

    private static FakeAnswer thought(String text) {
        Matcher thoughts = THOUGHTS.matcher(text);
        return thoughts.matches()
                ? FakeAnswer.text(thoughts.group(2)).withReasoning(thoughts.group(1))
                : FakeAnswer.text(text);
    }

    private static FakeAnswer calls(ChatQuestion question, String cities) {
        Map<String, @Nullable Object> tool = question.tools().get(0);
        String name = String.valueOf(tool.get("name"));
        Map<String, @Nullable Object> sample = object(tool.get("parameters"));
        FakeAnswer answer = FakeAnswer.text("");
        List<String> each = question.mayCallSeveral() ? List.of(cities.split(" and ", -1)) : List.of(cities);
        for (String city : each) {
            Map<String, @Nullable Object> arguments = new LinkedHashMap<>(sample);
            arguments.replaceAll((argument, value) -> value instanceof String ? city : value);
            answer = answer.thenCall(name, Json.write(arguments).replace("\":", "\": "));
        }
        return answer;
    }

    /** {@return what is said to a prompt} */
    static String text(String prompt) {
        Matcher count = COUNT.matcher(prompt);
        if (count.matches()) {
            return IntStream.rangeClosed(1, Integer.parseInt(count.group(1)))
                    .mapToObj(String::valueOf)
                    .collect(Collectors.joining(", "));
        }
        if (prompt.startsWith("Repeat: ")) {
            return prompt.substring("Repeat: ".length());
        }
        return prompt.equals("Hello") ? GREETING : UNKNOWN;
    }

    private static Map<String, @Nullable Object> object(@Nullable Object schema) {
        return sample(schema) instanceof Map<?, ?> map ? Json.members(map) : Json.object();
    }

    /** {@return a value that fits a JSON schema, if that is a plain one} */
    private static @Nullable Object sample(@Nullable Object schema) {
        if (!(schema instanceof Map<?, ?> map)) {
            return Json.object();
        }
        if (map.get("enum") instanceof List<?> values && !values.isEmpty()) {
            return values.get(0);
        }
        return switch (String.valueOf(map.get("type"))) {
            case "string" -> "text";
            case "integer", "number" -> 1;
            case "boolean" -> true;
            case "null" -> null;
            case "array" -> map.get("items") == null ? List.of() : Collections.singletonList(sample(map.get("items")));
            default -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                if (map.get("properties") instanceof Map<?, ?> properties) {
                    properties.forEach((name, value) -> members.put(String.valueOf(name), sample(value)));
                }
                yield members;
            }
        };
    }
}
