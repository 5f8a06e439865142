package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** The request of {@code docker model run} to a runner, over a plain socket: that starts sooner than a client of the JDK. */
final class ChatCall {
    private final URI url;
    private final String shownPath;

    /**
     * @param base what stands before the path
     * @param path the path, as errors show it
     */
    ChatCall(String base, String path) {
        this.url = URI.create(base.replaceAll("/+$", "") + path);
        this.shownPath = path;
    }

    /** {@return the response, whose headers have come} Closing its body ends the connection. */
    HttpAnswer post(String json, String... headers) throws IOException, Failure {
        Socket socket = connected();
        byte[] body = json.getBytes(UTF_8);
        String head = "POST " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                + "\r\nUser-Agent: docker-model-cli/dev\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\n" + String.join("", headers) + "\r\n";
        try {
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            socket.getOutputStream().write(body);
        } catch (IOException e) {
            // it may have answered before it read all
        }
        InputStream answer = socket.getInputStream();
        try {
            return HttpAnswer.read(answer, socket);
        } catch (IOException e) {
            throw failed("EOF");
        }
    }

    private Socket connected() throws IOException, Failure {
        int port = url.getPort() < 0 ? 80 : url.getPort();
        InetSocketAddress address = new InetSocketAddress(url.getHost(), port);
        if (address.isUnresolved()) {
            throw failed("dial tcp: lookup " + url.getHost() + ": no such host");
        }
        try {
            return new Socket(address.getAddress(), port);
        } catch (ConnectException e) {
            String host = address.getAddress().getHostAddress();
            throw failed("dial tcp " + host + ":" + port + ": connect: connection refused");
        }
    }

    private Failure failed(String why) {
        return new Failure("error querying " + shownPath + ": Post \"" + url + "\": " + why);
    }
}
