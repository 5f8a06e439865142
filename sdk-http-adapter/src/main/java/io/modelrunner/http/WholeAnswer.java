package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.FinishReason;
import tools.jackson.core.JacksonException;

/** Makes the response of an answer that came in one piece. */
final class WholeAnswer {
    private static final String EXPECTED = "a chat completion";

    private final Call call;
    private final ModelName model;

    WholeAnswer(Call call, ModelName model) {
        this.call = call;
        this.model = model;
    }

    ChatResponse read(byte[] body) {
        CompletionReader reader = new CompletionReader();
        try {
            Completion completion = reader.read(body, 0, body.length);
            if (completion.error != null) {
                throw Refusals.inStream(call, completion.error, "");
            }
            if (!completion.hasChoice) {
                throw HttpAdapter.notTheForm(call, EXPECTED, null);
            }
            return response(reader, completion);
        } catch (JacksonException | InvalidRequestException e) {
            throw HttpAdapter.notTheForm(call, EXPECTED, e);
        }
    }

    private ChatResponse response(CompletionReader reader, Completion completion) {
        ChatResponse.Builder response = ChatResponse.builder(model, call.adapterName());
        if (completion.text != null) {
            response.appendText(completion.text);
        }
        if (completion.reasoning != null) {
            response.appendReasoning(completion.reasoning);
        }
        reader.toolCalls().calls().forEach(response::toolCall);
        if (completion.finishReason == null) {
            response.finishReason(FinishReason.UNKNOWN).warning("the server gave no reason for the end of the answer");
        } else {
            CompletionReader.finish(response, completion.finishReason);
        }
        completion.logprobs.forEach(response::logprob);
        response.timeline(call.timeline("answered"));
        response.usage(completion.usage).timings(completion.timings);
        return response.id(completion.id).servedModel(completion.model).build();
    }
}
