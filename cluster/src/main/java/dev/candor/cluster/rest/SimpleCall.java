package dev.candor.cluster.rest;

import java.util.function.Consumer;

/** A request whose answer is a step on the connection's thread, or a stage that such a step starts. */
final class SimpleCall extends RestCall {
    private final Consumer<SimpleCall> step;

    SimpleCall(RestRequest request, RestMetrics metrics, Consumer<SimpleCall> step) {
        super(request, metrics);
        this.step = step;
        requirePlainBody();
    }

    @Override
    public void run() {
        step.accept(this);
    }
}
