package io.modelrunner.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates for tests, made by the JDK's own tool: a CA, servers that it knows, and a CA of somebody else. */
final class Certificates {
    private static final String PASSWORD = "changeit";
    private static final Certificates MADE = new Certificates();

    private final Path directory;

    private Certificates() {
        try {
            directory = Files.createTempDirectory("certificates");
            directory.toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pair("ca", "-ext", "bc:c");
        pair("localhost", "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1");
        pair("elsewhere", "-signer", "ca", "-ext", "san=dns:elsewhere.test");
        pair("stranger", "-ext", "bc:c");
        export("ca");
        export("stranger");
    }

    /** {@return the certificate of the CA of the servers, as PEM} */
    static Path ca() {
        return MADE.directory.resolve("ca.pem");
    }

    /** {@return the certificate of another CA, as PEM} */
    static Path stranger() {
        return MADE.directory.resolve("stranger.pem");
    }

    /** {@return what a server of that name shows} */
    static SSLContext server(String name) {
        try (InputStream file = Files.newInputStream(MADE.store())) {
            char[] password = PASSWORD.toCharArray();
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(file, password);
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(name, all.getKey(name, password), password, all.getCertificateChain(name));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(one, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Path store() {
        return directory.resolve("store.p12");
    }

    private void pair(String alias, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC"));
        arguments.addAll(List.of("-dname", "CN=" + alias, "-validity", "2"));
        arguments.addAll(List.of(more));
        keytool(arguments);
    }

    private void export(String alias) {
        Path pem = directory.resolve(alias + ".pem");
        keytool(List.of("-exportcert", "-rfc", "-alias", alias, "-file", pem.toString()));
        pem.toFile().deleteOnExit();
    }

    private void keytool(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(arguments);
        command.addAll(List.of("-keystore", store().toString(), "-storepass", PASSWORD));
        store().toFile().deleteOnExit();
        try {
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(tool.getInputStream().readAllBytes());
            if (!tool.waitFor(30, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                throw new AssertionError("keytool failed: " + said);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
