package io.modelrunner.http;

import java.io.IOException;
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
