package io.modelrunner.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request and reads the head of its answer, which a server may give without having read the request whole.
 *
 * <p>The runner does so with a body over its limit: it answers, closes, and the rest can't be written. The answer then says
 * why, and what went wrong with the writing is of no interest.
 */
final class AnswerExecutor extends HttpRequestExecutor {
    /** Where a call leaves a note that wants to know when its connection stands. */
    static final String ON_CONNECTED = "io.modelrunner.http.onConnected";

    /** Where it is noted that a request was not sent whole, so that its connection is of no further use. */
    static final String CUT_SHORT = "io.modelrunner.http.cutShort";

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback information,
            HttpContext context)
            throws IOException, HttpException {
        boolean toProxy = Method.CONNECT.isSame(request.getMethod());
        if (context.getAttribute(Connector.HAS_PLACE) == null && isClosedByServer(connection)) {
            Closer.close(connection, CloseMode.IMMEDIATE);
            throw new GoneException();
        }
        context.setAttribute(Connector.HAS_PLACE, true);
        if (!toProxy && context.getAttribute(ON_CONNECTED) instanceof Runnable connected) {
            connected.run();
        }
        try {
            ClassicHttpResponse response = exchange(request, connection, context);
            if (toProxy && response.getCode() != HttpStatus.SC_OK) {
                throw new IOException("the proxy did not open a way to the runner, with status " + response.getCode());
            }
            return response;
        } catch (IOException | HttpException | RuntimeException e) {
            Closer.close(connection, CloseMode.IMMEDIATE);
            throw e;
        }
    }

    /**
     * HttpClient looks only at connections that were idle for two seconds, and waits a millisecond for that; this takes
     * microseconds. With TLS it can't be told: what is there to read may be the protocol's own.
     */
    private static boolean isClosedByServer(HttpClientConnection connection) throws IOException {
        Socket socket = connection instanceof ManagedHttpClientConnection managed ? managed.getSocket() : null;
        SocketChannel channel = socket == null ? null : socket.getChannel();
        if (channel == null) {
            return false;
        }
        channel.configureBlocking(false);
        try {
            // Nothing is expected; a byte would be one too many.
            return channel.read(ByteBuffer.allocate(1)) != 0;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            return true;
        } finally {
            if (channel.isOpen()) {
                channel.configureBlocking(true);
            }
        }
    }

    /** The server had closed a connection before a request was sent on it: nothing is lost, and any other connection will do. */
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        GoneException() {
            super("the server had closed the connection");
        }
    }

    private static ClassicHttpResponse exchange(
            ClassicHttpRequest request, HttpClientConnection connection, HttpContext context)
            throws IOException, HttpException {
        try {
            connection.sendRequestHeader(request);
            connection.sendRequestEntity(request);
            connection.flush();
        } catch (IOException unsent) {
            context.setAttribute(CUT_SHORT, true);
            return answerDespite(unsent, request, connection);
        }
        return answer(request, connection);
    }

    private static ClassicHttpResponse answerDespite(
            IOException unsent, ClassicHttpRequest request, HttpClientConnection connection) throws IOException {
        try {
            return answer(request, connection);
        } catch (IOException | HttpException e) {
            unsent.addSuppressed(e);
            throw unsent;
        }
    }

    private static ClassicHttpResponse answer(ClassicHttpRequest request, HttpClientConnection connection)
            throws IOException, HttpException {
        ClassicHttpResponse response = connection.receiveResponseHeader();
        while (response.getCode() < HttpStatus.SC_OK) {
            response = connection.receiveResponseHeader();
        }
        if (MessageSupport.canResponseHaveBody(request.getMethod(), response)) {
            connection.receiveResponseEntity(response);
        }
        return response;
    }
}
