package dev.candor.cluster.http;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.value.Bytes;
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

    /**
     * Counts a further call of a caller that came with one counted before: an entry of a batch, a message of a WebSocket.
     *
     * @throws dev.candor.actors.inference.RefusedException with RATE_LIMITED where it is one too many
     */
    default void admit(Caller caller) {}

    /** Whether the node may listen on addresses that other machines reach. */
    boolean protectsOpenAddresses();

    /** Who signs under an address of secp256k1, 20 bytes; empty where nobody does. */
    default Optional<Caller> signer(Bytes address) {
        return Optional.empty();
    }

    /** Callers that sign their requests, where there may be such. */
    default Optional<RequestSignatures> signatures() {
        return Optional.empty();
    }
}
