package dev.candor.cluster.proof;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.rest.VerificationDesk.Follow;
import dev.candor.cluster.rest.VerificationDesk.Status;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.sharding.Proofs;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells of proof jobs while they go on: each state once, in order, whatever was lost or came twice on the way. Thread-safe. */
final class ProofFollower {
    private static final int REMEMBERED = 4_096;

    private final Proofs proofs;
    private final boolean settles;

    /**
     * A follower.
     *
     * @param settles whether verified proofs go to a ledger, so that verified is not the end
     */
    ProofFollower(Proofs proofs, boolean settles) {
        this.proofs = proofs;
        this.settles = settles;
    }

    /** The verification of one request, until its end. */
    Follow ofRequest(ReceiptLeaf leaf) {
        return status -> {
            Teller teller = new Teller(status);
            return proofs.watch(leaf.caller(), leaf.model(), leaf.id(), job -> {
                if (job.isPresent()) {
                    teller.tell(job.get());
                    if (ended(job.get())) {
                        status.end();
                    }
                } else {
                    status.changed("none", none(leaf));
                    status.end();
                }
            });
        };
    }

    /** Those of all requests of a caller. */
    Follow ofCaller(Digest caller) {
        return status -> proofs.watch(caller, new Teller(status)::tell);
    }

    private static ObjectNode none(ReceiptLeaf leaf) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("request_id", leaf.id().toString())
                .put("model", leaf.model().name())
                .put("version", leaf.model().version().toString());
        json.putObject("verification").put("state", leaf.requested() == VerificationMode.ZKML ? "unknown" : "none");
        return json;
    }

    private boolean ended(JobState state) {
        boolean waitsForLedger = settles
                && state.job().settles()
                && state.phase() == JobPhase.VERIFIED
                && state.reason().isEmpty();
        return !state.phase().isOpen() && !waitsForLedger;
    }

    /** Leaves out what was told. For one thread at a time. */
    private static final class Teller {
        private final Status status;
        private final Map<RequestId, JobState> told = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<RequestId, JobState> eldest) {
                return size() > REMEMBERED;
            }
        };

        Teller(Status status) {
            this.status = status;
        }

        void tell(JobState state) {
            JobState before = told.put(state.job().id(), state);
            if (!state.equals(before)) {
                String id = state.job().id() + "." + state.phase().word() + "." + state.attempts();
                status.changed(id, ProofJson.status(state));
            }
        }
    }
}
