package dev.candor.cluster.rest;

import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.HttpCall;
import dev.candor.cluster.security.Audit;

/** A call that goes into the audit log once it was answered, or its caller left. */
final class AuditedCall implements HttpCall {
    private final HttpCall call;
    private final Audit audit;
    private final RestRequest request;

    AuditedCall(HttpCall call, Audit audit, RestRequest request) {
        this.call = call;
        this.audit = audit;
        this.request = request;
    }

    static void record(Audit audit, RestRequest request, String outcome) {
        audit.record(new Audit.Act(
                request.caller().name(),
                "rest",
                request.endpoint().toString(),
                String.join("/", request.arguments()),
                outcome));
    }

    @Override
    public BodyPlan plan() {
        return call.plan();
    }

    @Override
    public void run() {
        call.run();
    }

    @Override
    public void cancel() {
        record(audit, request, "left");
        call.cancel();
    }

    @Override
    public void answered(int status) {
        record(audit, request, Integer.toString(status));
        call.answered(status);
    }
}
