package dev.candor.cluster.rest;

import dev.candor.cluster.http.HttpReply;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Serves the OpenAPI 3.1 document of every endpoint, a resource beside this class; a test holds it against the router and against real answers. */
final class OpenApi {
    static final String RESOURCE = "openapi.json";

    private OpenApi() {}

    static List<Endpoint> endpoints(RestMetrics metrics) {
        byte[] document = document();
        return List.of(new Endpoint(
                HttpMethod.GET,
                "/openapi.json",
                Endpoint.Access.OPEN,
                request -> new SimpleCall(request, metrics, call -> {
                    HttpReply reply = HttpReply.start(200);
                    reply.body().raw(document);
                    call.exchange().send(reply);
                })));
    }

    static byte[] document() {
        try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the node was packed without " + RESOURCE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
