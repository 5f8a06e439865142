package io.modelrunner.chat;

import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.UnsupportedOptionException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Which capabilities a request needs. */
final class Requirements {
    private final Set<Capability> needs = EnumSet.noneOf(Capability.class);

    private Requirements() {}

    static Set<Capability> of(ChatRequest request) {
        Requirements requirements = new Requirements();
        request.messages().forEach(requirements::message);
        long spoken = request.messages().stream()
                .filter(message -> !(message instanceof Message.SystemPrompt))
                .count();
        requirements.add(Capability.CONVERSATION, spoken > 1);
        requirements.add(Capability.SAMPLING, !request.sampling().isUnset());
        boolean limited = request.maxTokens().isPresent() || !request.stop().isEmpty();
        requirements.add(Capability.OUTPUT_LIMITS, limited);
        requirements.add(Capability.TOOLS, !request.tools().isEmpty());
        requirements.add(Capability.STRUCTURED_OUTPUT, !ResponseFormat.TEXT.equals(request.responseFormat()));
        requirements.add(Capability.REASONING, request.reasoning().isPresent());
        requirements.add(Capability.LOGPROBS, request.logprobs().isPresent());
        requirements.add(Capability.HEADERS, !request.headers().isEmpty());
        requirements.add(Capability.EXTRA_FIELDS, !request.extra().isEmpty());
        return requirements.needs;
    }

    static void check(ChatRequest request, String adapter, Set<Capability> carried) {
        for (Capability needed : of(request)) {
            if (!carried.contains(needed)) {
                String option = needed.name().toLowerCase(Locale.ROOT).replace('_', ' ');
                Failure.Builder failure = Failure.of("the adapter " + adapter + " can't carry " + option);
                failure.adapter(adapter).model(request.model());
                failure.remedy("use an adapter whose capabilities() contain " + needed, "the option is needed");
                throw new UnsupportedOptionException(failure.build(), needed);
            }
        }
    }

    private void message(Message message) {
        add(Capability.SYSTEM_MESSAGES, message instanceof Message.SystemPrompt);
        add(Capability.TOOLS, message instanceof Message.ToolResult);
        add(
                Capability.TOOLS,
                message instanceof Message.Assistant said && !said.toolCalls().isEmpty());
        add(
                Capability.IMAGES,
                message instanceof Message.User user
                        && user.parts().stream().anyMatch(ContentPart.Image.class::isInstance));
    }

    private void add(Capability capability, boolean needed) {
        if (needed) {
            needs.add(capability);
        }
    }
}
