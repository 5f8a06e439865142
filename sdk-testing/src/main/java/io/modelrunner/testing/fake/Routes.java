package io.modelrunner.testing.fake;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Sends each request to who answers it; answers the few that concern the service itself. */
final class Routes implements Script {
    private static final Set<String> WITH_SLASH = Set.of("/engines", "/api", "/anthropic", "/v1");
    private static final Set<String> WITHOUT_CORS = Set.of("/", "/version", "/logs", "/metrics");
    private static final Pattern ORIGIN =
            Pattern.compile("https?://(?:localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0)(?::\\*)?");

    private static final Pattern FULL_ID = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final String NO_METRICS = "# No active runners\n";

    private final String banner;
    private final List<Routing> routings;
    private final Engines engines;
    private final Faults faults;

    Routes(String banner, List<Routing> routings, Engines engines, Faults faults) {
        this.banner = banner;
        this.routings = routings;
        this.engines = engines;
        this.faults = faults;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Call call = new Call(exchange);
        Fault fault = faults.take(target(call), Fault.Stage.INSTEAD);
        if (fault != null) {
            fault.strike(exchange);
            return;
        }
        try {
            if (!crosses(call) && !servesItself(call)) {
                route(call);
            }
        } catch (Refusal refusal) {
            refusal.reply().send(exchange);
        }
    }

    private static Fault.Target target(Call call) {
        String path = call.path();
        if (!call.method().equals("POST")) {
            return Fault.Target.ANY;
        }
        if (path.equals("/models/create") || path.equals("/api/pull")) {
            return Fault.Target.PULL;
        }
        if (path.startsWith("/models/") && path.endsWith("/push")) {
            return Fault.Target.PUSH;
        }
        boolean inference = InferenceRoutes.isInference(path)
                || ResponsesRoutes.isResponses(path)
                || path.startsWith("/anthropic/")
                || path.equals("/api/chat")
                || path.equals("/api/generate");
        return inference ? Fault.Target.INFERENCE : Fault.Target.ANY;
    }

    /** {@return whether it was a question of a browser's, or one that is not allowed to ask} */
    private static boolean crosses(Call call) throws IOException {
        String origin = call.header("origin");
        if (origin.isEmpty() || WITHOUT_CORS.contains(call.path())) {
            return false;
        }
        if (!ORIGIN.matcher(origin).matches()) {
            throw new Refusal(403, "Origin not allowed");
        }
        if (!call.method().equals("OPTIONS")) {
            return false;
        }
        call.answer(Reply.empty(204)
                .with("Access-Control-Allow-Credentials: true")
                .with("Access-Control-Allow-Headers: *")
                .with("Access-Control-Allow-Methods: GET, POST, DELETE")
                .with("Access-Control-Allow-Origin: " + origin));
        return true;
    }

    private boolean servesItself(Call call) throws IOException {
        if (WITH_SLASH.contains(call.path())) {
            String target = call.path() + "/";
            Reply reply = new Reply(
                    307,
                    "<a href=\"" + target + "\">Temporary Redirect</a>.\n\n",
                    List.of("Content-Type: text/html; charset=utf-8", "Location: " + target));
            call.answer(reply);
            return true;
        }
        switch (call.path()) {
            case "/" -> call.answer(Reply.text(banner));
            case "/version" -> call.answer(Reply.json(200, Json.object("version", "dev")));
            case "/logs" -> logs(call);
            case "/metrics" -> metrics(call);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void logs(Call call) throws IOException {
        if (!call.method().equals("GET")) {
            throw new Refusal(404, "404 page not found");
        }
        String follow = call.query("follow").orElse("");
        if (!follow.isEmpty() && !follow.matches("1|0|t|f|T|F|true|false|TRUE|FALSE|True|False")) {
            throw new Refusal(400, "invalid follow parameter: \"" + follow + "\" is not a valid boolean");
        }
        Exchange exchange = call.exchange();
        exchange.head(200, "Content-Type: text/plain", "Transfer-Encoding: chunked");
        exchange.send("[2026-11-21T09:00:00Z] level=INFO msg=\"this is a pretended runner\" component=fake\n");
        if (call.flag("follow") && !follow.isEmpty()) {
            exchange.stall(); // a log is followed until the client has enough
        }
        exchange.end();
    }

    private void metrics(Call call) throws IOException {
        if (!exchangeIs(call, "GET")) {
            throw new Refusal(Reply.error(405, "Method Not Allowed"));
        }
        String text = engines.shown().stream()
                .map(engine -> String.valueOf(engine.get("model_name")))
                .filter(name -> FULL_ID.matcher(name).matches())
                .findFirst()
                .map(Routes::metrics)
                .orElse(NO_METRICS);
        call.answer(new Reply(200, text, List.of("Content-Type: text/plain; version=0.0.4; charset=utf-8")));
    }

    /** The real one knows only engines that were loaded by the full id of their model. */
    private static String metrics(String id) {
        String recorded = Recordings.load("service/metrics-by-id").response().body();
        return FULL_ID.matcher(recorded).replaceAll(id);
    }

    private static boolean exchangeIs(Call call, String method) {
        return call.exchange().requestHead().method().equals(method);
    }

    private void route(Call call) throws IOException {
        for (Routing routing : routings) {
            if (routing.answers(call)) {
                return;
            }
        }
        boolean known = call.path().startsWith("/engines/");
        throw new Refusal(404, known ? "not found" : "404 page not found");
    }
}
