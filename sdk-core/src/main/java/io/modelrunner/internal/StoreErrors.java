package io.modelrunner.internal;

import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.store.DiskFullException;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.RegistryAccessException;
import io.modelrunner.store.RegistryUnavailableException;
import io.modelrunner.store.StoreDamagedException;
import io.modelrunner.store.UnsupportedArtifactException;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exception for what went wrong between a runner, its store and a registry.
 *
 * <p>The runner passes a registry's words on, with a status that says little: 401 of a registry may be its 500, 503 of a registry is
 * (both recorded), and behind the beginning of a stream there is no status at all. So the words decide.
 */
public final class StoreErrors {
    private static final String[] DISK = {"no space left", "not enough space", "disk quota exceeded"};
    private static final String[] DAMAGED = {
        "rename blob file", "open completed blob file", "read config file", "model unavailable"
    };
    private static final String[] UNSUPPORTED = {
        "unsupported model config media type",
        "unsupported artifact",
        "no supported model weights",
        "unsupported media type"
    };
    private static final String[] NO_ARCHIVE = {
        "unexpected eof",
        "manifest not found",
        "blob digest mismatch",
        "missing blob",
        "invalid tar header",
        "parse manifest"
    };
    private static final String[] ACCESS = {
        "unauthorized",
        "access denied",
        "access to the resource is denied",
        "no basic auth credentials",
        "403 forbidden",
        "failed to authorize",
        "authorization failed",
        "insufficient_scope"
    };
    private static final String[] UNKNOWN = {
        "manifest_unknown", "model not found", "file does not exist", "404 not found"
    };
    private static final String[] UNAVAILABLE = {
        "too many requests",
        "toomanyrequests",
        "unexpected status from",
        "502 bad gateway",
        "503 service",
        "504 gateway",
        "connection refused",
        "connection reset",
        "no such host",
        "server misbehaving",
        "network is unreachable",
        "unexpected eof",
        "timeout",
        "deadline exceeded",
        "tls:",
        "x509",
        "dial tcp",
        "failed to do request",
        "failed to fetch"
    };

    private static final String[] NO_NAME = {"invalid reference", "invalid model reference"};

    private final ErrorContext context;
    private final ServerError said;
    private final String words;
    private final String model;

    private StoreErrors(ErrorContext context, ServerError said) {
        this.context = context;
        this.said = said;
        this.words = said.message().toLowerCase(Locale.ROOT);
        this.model = context.model();
    }

    /**
     * {@return what to throw for a pull, a push or a look into a registry that was refused}
     *
     * @param status the status of the answer; 0 if there was none
     */
    public static ModelRunnerException ofRegistry(ErrorContext context, int status, ServerError said) {
        StoreErrors errors = new StoreErrors(context, said);
        if (status == 401 || status == 403) {
            return errors.access();
        }
        ModelRunnerException known = status == 422 ? errors.unsupported() : errors.byWords();
        return known == null ? errors.byStatus(status) : known;
    }

    /** {@return what to throw for a question about the store, or a change of it, that was refused} */
    public static ModelRunnerException ofStore(ErrorContext context, int status, ServerError said) {
        StoreErrors errors = new StoreErrors(context, said);
        ModelRunnerException known = errors.ofStoreByWords();
        return known == null ? errors.byStatus(status) : known;
    }

    /** {@return what to throw for a removal that was refused} */
    public static ModelRunnerException ofRemoval(ErrorContext context, int status, ServerError said) {
        if (status != 409) {
            return ofStore(context, status, said);
        }
        StoreErrors errors = new StoreErrors(context, said);
        return new RequestRefusedException(errors.facts("keeps the model " + context.model())
                .remedy("models().remove(…, true)", "all names of the model are to go")
                .build());
    }

    /** {@return what to throw for an archive that was refused} */
    public static ModelRunnerException ofArchive(ErrorContext context, int status, ServerError said) {
        StoreErrors errors = new StoreErrors(context, said);
        if (errors.says(NO_ARCHIVE)) {
            return errors.noArchive();
        }
        ModelRunnerException known = errors.byWords();
        return known == null ? errors.byStatus(status) : known;
    }

    /** {@return what to throw for an error that was told in a stream, where there is no status} */
    public static ModelRunnerException inStream(ErrorContext context, ServerError said) {
        StoreErrors errors = new StoreErrors(context, said);
        ModelRunnerException known = errors.byWords();
        return known == null ? errors.failed() : known;
    }

    /** No engine has to do with models that are brought or moved, so 500 is not the failure of one. */
    private ModelRunnerException byStatus(int status) {
        return switch (status) {
            case 500 -> failed();
            case 408, 502, 504 ->
                new RunnerUnreachableException(
                        facts("is not reached by what stands before it, which answered with status " + status)
                                .remedy("try again", "the runner is being restarted")
                                .remedy("docker model status", "it stays this way")
                                .build());
            default -> RunnerErrors.of(context, status, said, "");
        };
    }

    private @Nullable ModelRunnerException ofStoreByWords() {
        if (says(DISK)) {
            return new DiskFullException(facts("has no room for the model " + model)
                    .remedy("docker model df", "it says how much room models take")
                    .remedy("docker model rm MODEL", "one is no longer needed")
                    .build());
        }
        if (says(DAMAGED)) {
            return damaged(context, facts("has a damaged copy of the model " + model));
        }
        if (says(NO_NAME)) {
            return new RequestRefusedException(facts("takes no such name of a model")
                    .remedy("use a name such as ai/smollm2:latest", "")
                    .build());
        }
        return null;
    }

    private @Nullable ModelRunnerException byWords() {
        ModelRunnerException own = ofStoreByWords();
        return own == null ? byWordsOfRegistry() : own;
    }

    private @Nullable ModelRunnerException byWordsOfRegistry() {
        if (says(UNSUPPORTED)) {
            return unsupported();
        }
        if (says(ACCESS)) {
            return access();
        }
        if (says(UNKNOWN)) {
            return new NotInRegistryException(facts("found no model " + model + " in its registry")
                    .remedy("docker model search " + model, "its name is another one")
                    .build());
        }
        if (says(UNAVAILABLE)) {
            return new RegistryUnavailableException(facts("got nothing from the registry of " + model)
                    .remedy("try again", "the registry is back; what was downloaded is kept")
                    .build());
        }
        return null;
    }

    /** {@return that a model has to be pulled again} */
    static StoreDamagedException damaged(ErrorContext context, Failure.Builder facts) {
        return new StoreDamagedException(facts.remedy(
                        "docker model pull " + context.model(), "pulling again repairs it, as models().repair(…) does")
                .build());
    }

    private ModelRunnerException access() {
        Failure.Builder facts = facts("was not let in by the registry of " + model);
        return new RegistryAccessException(facts.remedy("docker login", "the model is private, and the runner yours")
                .remedy("RegistryRequest.builder(…).token(…)", "you have a token for the registry")
                .remedy("check the name " + model, "registries say the same of what does not exist")
                .build());
    }

    private ModelRunnerException unsupported() {
        return new UnsupportedArtifactException(facts("can't use what the registry has as " + model)
                .remedy("docker model reinstall-runner", "the model is made for a newer runner")
                .build());
    }

    private ModelRunnerException noArchive() {
        return new UnsupportedArtifactException(facts("can't use the archive")
                .remedy("models().load(…) with a GGUF file", "it makes an archive that is whole")
                .build());
    }

    private ModelRunnerException failed() {
        return new ModelUnavailableException(facts("failed with the model " + model)
                .remedy("docker model logs", "the runner's own words are needed")
                .build());
    }

    private boolean says(String... parts) {
        return Stream.of(parts).anyMatch(words::contains);
    }

    private Failure.Builder facts(String what) {
        String headline = said.headline();
        return context.facts(context.runner() + " " + what + (headline.isEmpty() ? "" : ": " + headline));
    }
}
