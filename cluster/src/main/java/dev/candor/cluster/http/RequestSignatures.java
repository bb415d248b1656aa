package dev.candor.cluster.http;

import dev.candor.actors.gateway.Caller;
import java.util.concurrent.CompletionStage;

/** Finds out who signed a request with a key of its own. Thread-safe. */
public interface RequestSignatures {
    /** What a request says of its signature, none of it proven yet. */
    interface Claim {
        /** Who it says it is. */
        Caller caller();

        /** Bytes that the body of a signed request may have. */
        int mostBody();

        /**
         * Proves it and uses up its nonce: off the thread that calls, which may be a connection's.
         *
         * @param body what the signature must cover; its first {@code length} bytes count, and nobody changes them meanwhile
         * @return fails with a refusal where it does not hold
         */
        CompletionStage<Void> verify(byte[] body, int length);
    }

    /** Whether a request is signed: then its signature counts, and nothing else. */
    boolean signed(HeaderSource headers);

    /**
     * Reads what a signed request says, before its body is there.
     *
     * @param method as the request line has it
     * @param target as the request line has it
     * @throws dev.candor.actors.inference.RefusedException where that cannot be right
     */
    Claim claim(String method, String target, HeaderSource headers);
}
