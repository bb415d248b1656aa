package dev.candor.cluster.rest;

import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.rpc.RpcService;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** One envelope over HTTP. */
final class EnvelopeCall extends RestCall {
    private final RpcService service;
    private final int offloadFrom;
    private final Executor codecs;
    private final Set<Runnable> cancels = ConcurrentHashMap.newKeySet();

    EnvelopeCall(RestRequest request, RestMetrics metrics, RpcService service, int offloadFrom, Executor codecs) {
        super(request, metrics);
        this.service = service;
        this.offloadFrom = offloadFrom;
        this.codecs = codecs;
        requirePlainBody();
    }

    @Override
    public BodyPlan plan() {
        return new BodyPlan.Buffered(RpcApi.MAX_BODY);
    }

    @Override
    public void run() {
        if (exchange().bodyLength() > offloadFrom) {
            codecs.execute(this::answer);
        } else {
            answer();
        }
    }

    private void answer() {
        var _ = service.answer(
                        exchange().body(),
                        exchange().bodyLength(),
                        request().caller(),
                        true,
                        cancels::add,
                        Optional.empty())
                .thenAccept(json -> {
                    HttpReply reply = HttpReply.start(json.length == 0 ? 204 : 200);
                    reply.body().raw(json);
                    exchange().send(reply);
                });
    }

    @Override
    public void cancel() {
        cancels.forEach(Runnable::run);
    }
}
