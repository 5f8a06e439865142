package io.modelrunner.http;

import io.modelrunner.Failure;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.RunnerUnreachableException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why a runner could not be reached, and what helps against that. */
final class Unreachable {
    private static final String HTTP_TO_TLS = "client sent an http request to an https server";

    private final RunnerEndpoint endpoint;
    private final Exception failure;

    private Unreachable(RunnerEndpoint endpoint, Exception failure) {
        this.endpoint = endpoint;
        this.failure = failure;
    }

    /**
     * {@return what to throw when no connection came about}
     *
     * @param call the call that wanted one
     * @param proxy what stands between, null if nothing does
     */
    static RunnerUnreachableException of(
            Call call, RunnerEndpoint endpoint, @Nullable String proxy, Exception failure) {
        Unreachable told = new Unreachable(endpoint, failure);
        String way = proxy == null ? "" : " through the proxy " + proxy;
        Failure.Builder facts =
                call.facts("no model runner can be reached at " + endpoint + way + ": " + told.reason());
        facts.cause(failure);
        told.remedies(facts);
        if (proxy != null) {
            facts.remedy(
                    "HttpAdapter.builder(…).proxy(…)", "the proxy is another one, or leave it out if none is needed");
        }
        return new RunnerUnreachableException(Refusals.startRunner(facts).build());
    }

    /** {@return whether this is what Go's server says to plain HTTP at a port for TLS} */
    static boolean isHttpToTls(String body) {
        return body.toLowerCase(Locale.ROOT).contains(HTTP_TO_TLS);
    }

    /** {@return what to throw when a server wants TLS and got none} */
    static RunnerUnreachableException httpToTls(Call call) {
        String secure = call.endpoint().replaceFirst("^http:", "https:");
        return new RunnerUnreachableException(call.facts("the server at " + call.endpoint() + " speaks TLS only")
                .remedy("use the address " + secure, "")
                .build());
    }

    private String reason() {
        if (failure instanceof UnknownHostException) {
            return "unknown host";
        }
        CertificateException certificate = certificateFailure();
        if (certificate != null) {
            return (isOfAnotherHost(certificate)
                            ? "its certificate is for another host: "
                            : "its certificate is not trusted: ")
                    + words(certificate);
        }
        if (failure instanceof SSLException) {
            return "TLS failed: " + words(failure);
        }
        return endpoint.unixSocket().map(this::socketReason).orElseGet(() -> words(failure));
    }

    private String socketReason(Path socket) {
        if (!Files.exists(socket)) {
            return "there is no such file";
        }
        return Files.isWritable(socket) ? words(failure) : "no permission to write to it";
    }

    private void remedies(Failure.Builder facts) {
        CertificateException certificate = certificateFailure();
        if (certificate != null && isOfAnotherHost(certificate)) {
            facts.remedy("use a host name that the certificate has", "Docker Model Runner's own has localhost");
        } else if (certificate != null) {
            facts.remedy(
                    "HttpAdapter.builder(…).caFile(…)",
                    "the runner made its certificate itself: .docker/model-runner/certs/ca.crt at its user's home");
        } else if (failure instanceof SSLException) {
            facts.remedy("use an address with http:", "the server at this port does not speak TLS");
        }
        endpoint.unixSocket().ifPresent(socket -> socketRemedies(facts, socket));
    }

    private static void socketRemedies(Failure.Builder facts, Path socket) {
        if (!Files.exists(socket)) {
            facts.remedy("check the path " + socket, "the runner's socket is another file");
        } else if (!Files.isWritable(socket)) {
            facts.remedy(
                    "ls -l " + socket, "it says who may write to the socket: become that user, or join that group");
        }
    }

    private @Nullable CertificateException certificateFailure() {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException found) {
                return found;
            }
        }
        return null;
    }

    /** The JDK throws a subclass for every other fault. */
    private static boolean isOfAnotherHost(CertificateException certificate) {
        return certificate.getClass() == CertificateException.class;
    }

    private static String words(Exception e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
