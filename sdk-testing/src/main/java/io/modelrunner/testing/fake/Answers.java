package io.modelrunner.testing.fake;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides what the models say: what a test has told it to, else what the tiny model says. */
final class Answers {
    private volatile @Nullable Function<String, FakeAnswer> told;

    void tell(@Nullable Function<String, FakeAnswer> answers) {
        told = answers;
    }

    FakeAnswer to(ChatQuestion question) {
        return toldTo(question.lastUserText()).orElseGet(() -> TinyModel.answer(question));
    }

    /** {@return how a prompt goes on} */
    String after(String prompt) {
        String text = toldTo(prompt).map(FakeAnswer::text).orElseGet(() -> TinyModel.text(prompt));
        return text.startsWith(prompt) ? text.substring(prompt.length()) : text;
    }

    private Optional<FakeAnswer> toldTo(String prompt) {
        Function<String, FakeAnswer> known = told;
        return known == null ? Optional.empty() : Optional.of(known.apply(prompt));
    }
}
