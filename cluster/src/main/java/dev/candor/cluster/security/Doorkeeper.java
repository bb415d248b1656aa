package dev.candor.cluster.security;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.http.HeaderSource;
import dev.candor.cluster.http.RequestSignatures;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds out who calls, by key or by signature, and counts each call against its caller's limit. Thread-safe. */
public final class Doorkeeper implements Authenticator {
    private final Authenticator keys;
    private final Optional<RequestSignatures> signatures;
    private final CallerLimits limits;

    /** Counts whom {@code keys} and {@code signatures} know. */
    public Doorkeeper(Authenticator keys, Optional<? extends RequestSignatures> signatures, CallerLimits limits) {
        this.keys = keys;
        this.signatures = signatures.map(Counted::new);
        this.limits = limits;
    }

    @Override
    public Caller authenticate(HeaderSource headers) {
        Caller caller = keys.authenticate(headers);
        limits.admit(caller);
        return caller;
    }

    @Override
    public Optional<Caller> signer(Bytes address) {
        return keys.signer(address);
    }

    @Override
    public void admit(Caller caller) {
        limits.admit(caller);
    }

    @Override
    public boolean protectsOpenAddresses() {
        return keys.protectsOpenAddresses();
    }

    @Override
    public Optional<RequestSignatures> signatures() {
        return signatures;
    }

    /** Counts a call once its signature holds: whoever only claims to be a caller does not use up that caller's share. */
    private final class Counted implements RequestSignatures {
        private final RequestSignatures signatures;

        private Counted(RequestSignatures signatures) {
            this.signatures = signatures;
        }

        @Override
        public boolean signed(HeaderSource headers) {
            return signatures.signed(headers);
        }

        @Override
        public Claim claim(String method, String target, HeaderSource headers) {
            Claim claim = signatures.claim(method, target, headers);
            return new Claim() {
                @Override
                public Caller caller() {
                    return claim.caller();
                }

                @Override
                public int mostBody() {
                    return claim.mostBody();
                }

                @Override
                public CompletionStage<Void> verify(byte[] body, int length) {
                    return claim.verify(body, length).thenRun(() -> limits.admit(claim.caller()));
                }
            };
        }
    }
}
