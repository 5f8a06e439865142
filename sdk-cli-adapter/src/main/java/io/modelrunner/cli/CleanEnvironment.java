package io.modelrunner.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a command gets to see of the environment: what it needs to find Docker and the runner, and no secrets that happen to be there, as
 * a prompt can make {@code docker model run} read its own environment (tried).
 */
final class CleanEnvironment {
    private static final Set<String> NAMES = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LANG",
            "TMPDIR",
            "XDG_RUNTIME_DIR",
            "SSH_AUTH_SOCK",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            // Windows
            "SYSTEMROOT",
            "SYSTEMDRIVE",
            "WINDIR",
            "USERPROFILE",
            "USERNAME",
            "APPDATA",
            "LOCALAPPDATA",
            "PROGRAMDATA",
            "PROGRAMFILES",
            "TEMP",
            "TMP");
    private static final Set<String> DOCKER = Set.of(
            "DOCKER_HOST",
            "DOCKER_CONTEXT",
            "DOCKER_CONFIG",
            "DOCKER_CERT_PATH",
            "DOCKER_TLS",
            "DOCKER_TLS_VERIFY",
            "DOCKER_API_VERSION");

    private static final Pattern SECRET = Pattern.compile("KEY|TOKEN|SECRET|PASSWORD");

    private CleanEnvironment() {}

    private static boolean isOfTheRunner(String name) {
        return name.startsWith("MODEL_RUNNER_") && !SECRET.matcher(name).find();
    }

    /** {@return those of the variables that a command may see} */
    static Map<String, String> of(Map<String, String> environment) {
        Map<String, String> clean = new TreeMap<>();
        environment.forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (NAMES.contains(upper) || DOCKER.contains(upper) || isOfTheRunner(upper)) {
                clean.put(name, value);
            }
        });
        return clean;
    }
}
