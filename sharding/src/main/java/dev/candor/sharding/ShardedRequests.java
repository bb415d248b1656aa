package dev.candor.sharding;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.routing.JobSink;
import dev.candor.persistence.request.Request;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Sends jobs with an idempotency key to the entity of their identity. Thread-safe; never blocks. */
public final class ShardedRequests implements JobSink {
    private final ClusterSharding sharding;

    ShardedRequests(ClusterSharding sharding) {
        this.sharding = sharding;
    }

    @Override
    public void submit(InferenceJob job) {
        if (job.identity().isEmpty()) {
            job.replyTo()
                    .tell(new Refused(
                            job.uuid(),
                            Refusal.of(
                                    ErrorCode.INTERNAL,
                                    "A request without an idempotency key was sent to a request's entity.")));
            return;
        }
        entity(job.identity().get()).tell(new Request.Submit(job));
    }

    @Override
    public void cancel(UUID uuid, ModelRef model, Optional<Identity> identity) {
        identity.ifPresent(each -> entity(each).tell(new Request.Cancel(uuid)));
    }

    private EntityRef<Request.Command> entity(Identity identity) {
        return sharding.entityRefFor(EntityTypes.REQUEST, Request.entityId(identity));
    }
}
