package dev.candor.cluster.http;

import dev.candor.actors.gateway.Caller;
import java.util.Optional;

/** Finds out who calls. Thread-safe and quick: it runs on the threads that serve connections. */
public interface Authenticator {
    /**
     * Who sent these headers.
     *
     * @throws dev.candor.actors.inference.RefusedException with UNAUTHENTICATED where there are no credentials, or none that are known, and with
     *     PERMISSION_DENIED where the request must not come from where it came
     */
    Caller authenticate(HeaderSource headers);

    /** Whether the node may listen on addresses that other machines reach. */
    boolean protectsOpenAddresses();

    /** Callers that sign their requests, where there may be such. */
    default Optional<RequestSignatures> signatures() {
        return Optional.empty();
    }
}
