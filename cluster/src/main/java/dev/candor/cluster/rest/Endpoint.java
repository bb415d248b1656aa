package dev.candor.cluster.rest;

import dev.candor.cluster.http.HttpCall;
import dev.candor.cluster.security.Operation;
import io.netty.handler.codec.http.HttpMethod;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A method on a path, and what serves it. */
final class Endpoint {
    /** Who may call. */
    enum Access {
        /** Everybody: probes carry no credentials. */
        OPEN(Operation.PROBE),
        /** Everybody where the settings say so, else auditors and administrators. */
        FIGURES(Operation.FIGURES),
        /** Callers with any role. */
        READ(Operation.READ),
        /** Callers that may infer. */
        INFER(Operation.INFERENCE),
        /** Callers that may administer. */
        ADMIN(Operation.ADMINISTRATION);

        private final Operation operation;

        Access(Operation operation) {
            this.operation = operation;
        }

        Operation operation() {
            return operation;
        }
    }

    /** Takes a request by its head. */
    @FunctionalInterface
    interface Handler {
        HttpCall open(RestRequest request);
    }

    private static final int STATUSES = 600;

    private final HttpMethod method;
    private final String template;
    private final Access access;
    private final Handler handler;
    private final AtomicReferenceArray<@Nullable Runnable> counters = new AtomicReferenceArray<>(STATUSES);

    /**
     * An endpoint.
     *
     * @param template a path whose segments in braces match anything
     */
    Endpoint(HttpMethod method, String template, Access access, Handler handler) {
        this.method = method;
        this.template = template;
        this.access = access;
        this.handler = handler;
    }

    HttpMethod method() {
        return method;
    }

    String template() {
        return template;
    }

    Access access() {
        return access;
    }

    Handler handler() {
        return handler;
    }

    /** Counts an answer; the counter of each status is looked up once. */
    void count(int status, RestMetrics metrics) {
        Runnable counter = counters.get(status);
        if (counter == null) {
            counter = metrics.counter(method + " " + template, status);
            counters.set(status, counter);
        }
        counter.run();
    }

    @Override
    public String toString() {
        return method + " " + template;
    }
}
