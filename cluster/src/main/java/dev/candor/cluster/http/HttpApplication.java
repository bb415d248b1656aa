package dev.candor.cluster.http;

import dev.candor.actors.inference.Refusal;
import org.jspecify.annotations.Nullable;

/** What a server serves. */
public interface HttpApplication {
    /**
     * Takes a request by its head, on the connection's thread, before any of the body is read.
     *
     * @throws dev.candor.actors.inference.RefusedException to refuse it; the body is then not kept
     */
    HttpCall open(HttpExchange exchange);

    /** Renders a refusal of a request, or of one that cannot be read. */
    void refuse(Refusal refusal, HttpReply reply, @Nullable HttpExchange exchange);

    /** Hears of an answer to a request that no call took, by its status. */
    void refusedUnopened(int status);
}
