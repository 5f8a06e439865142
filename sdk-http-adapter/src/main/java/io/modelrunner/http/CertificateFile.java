package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.discovery.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A PEM file with the certificates of those who are trusted. */
final class CertificateFile {
    private CertificateFile() {}

    /** {@return what trusts those in the file and nobody else} */
    static SSLContext trusting(Path file) {
        requireNonNull(file, "file");
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate : read(file)) {
                trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
            }
            TrustManagerFactory judges = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            judges.init(trusted);
            return judgedBy(judges.getTrustManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java can't do TLS", e);
        }
    }

    /** {@return what trusts those who are to be trusted; null for those whom Java trusts} */
    static @Nullable SSLContext trusting(Trust trust) {
        if (trust.caFile().isPresent()) {
            return trusting(trust.caFile().get());
        }
        try {
            return trust.verified() ? null : judgedBy(new Everybody());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't do TLS", e);
        }
    }

    private static SSLContext judgedBy(TrustManager... judges) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, judges, null);
        return context;
    }

    private static Collection<? extends Certificate> read(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (IOException e) {
            throw refused(file, "could not be read");
        } catch (CertificateException e) {
            throw refused(file, "holds something else");
        }
        throw refused(file, "holds none");
    }

    private static InvalidRequestException refused(Path file, String why) {
        return new InvalidRequestException("caFile", "a PEM file with certificates", file + ", which " + why);
    }
}
