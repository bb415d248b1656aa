package dev.candor.cluster.security;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.HeaderSource;
import dev.candor.cluster.http.RequestSignatures;
import dev.candor.cluster.security.SignedMessage.Scheme;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Requests signed by a caller's own key of secp256k1. The signature covers the network, method, target, body, a nonce and a deadline; a nonce is taken once on all
 * nodes of the network. Finding out who signed takes milliseconds, so it is done by few threads, of whom only so much is asked at once. Thread-safe.
 */
public final class SignedRequests implements RequestSignatures, AutoCloseable {
    private static final String SIGNATURE = "candor-signature";
    private static final int THREADS = 2;
    private static final int QUEUED = 256;

    private final Digest network;
    private final Function<Bytes, Optional<Caller>> signers;
    private final NonceBook nonces;
    private final Duration validity;
    private final int mostBody;
    private final InstantSource clock;
    private final ThreadPoolExecutor threads;

    /**
     * Signed requests of a network.
     *
     * @param signers who signs under an address
     * @param nonces which were used
     * @param validity how far ahead a deadline may lie
     * @param mostBody bytes of a signed body
     */
    public SignedRequests(
            Digest network,
            Function<Bytes, Optional<Caller>> signers,
            NonceBook nonces,
            Duration validity,
            int mostBody,
            InstantSource clock) {
        this.network = network;
        this.signers = signers;
        this.nonces = nonces;
        this.validity = validity;
        this.mostBody = mostBody;
        this.clock = clock;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUED),
                Thread.ofPlatform().name("candor-signatures-", 0).daemon().factory(),
                (work, full) -> {
                    throw new RefusedException(Refusal.retryable(
                            ErrorCode.OVERLOADED,
                            "the node checks as many signatures as it may at the moment; try again",
                            Duration.ofSeconds(1)));
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean signed(HeaderSource headers) {
        return headers.first(SIGNATURE) != null;
    }

    @Override
    public Claim claim(String method, String target, HeaderSource headers) {
        Bytes signature = bytes(headers, SIGNATURE, Secp256k1.SIGNATURE);
        Bytes address = bytes(headers, "candor-signer", Secp256k1.ADDRESS);
        Digest nonce = Digest.of(bytes(headers, "candor-nonce", Digest.SIZE).toArray());
        Scheme scheme = scheme(required(headers, "candor-signature-scheme"));
        long deadline = deadline(required(headers, "candor-deadline"));
        Caller caller = signers.apply(address)
                .orElseThrow(() -> refused("no caller of this node signs as 0x" + address.toHex()));
        return new Claim() {
            @Override
            public Caller caller() {
                return caller;
            }

            @Override
            public int mostBody() {
                return mostBody;
            }

            @Override
            public CompletionStage<Void> verify(byte[] body, int length) {
                try {
                    return CompletableFuture.runAsync(
                                    () -> {
                                        SignedMessage message = new SignedMessage(
                                                network,
                                                method,
                                                target,
                                                Secp256k1.keccak(body, 0, length),
                                                nonce,
                                                deadline);
                                        if (Secp256k1.signer(message.digest(scheme), signature)
                                                .filter(address::equals)
                                                .isEmpty()) {
                                            throw refused(
                                                    "0x" + address.toHex()
                                                            + " did not sign this: sign the network's digest, method, target, body, nonce and deadline as they are sent");
                                        }
                                    },
                                    threads)
                            .thenCompose(signed -> nonces.use(address, nonce, deadline));
                } catch (RefusedException e) {
                    return CompletableFuture.failedStage(e);
                }
            }
        };
    }

    private long deadline(String text) {
        long deadline;
        try {
            deadline = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw refused("Candor-Deadline is seconds since 1970-01-01 UTC, not \"" + shown(text) + "\"");
        }
        long now = clock.instant().getEpochSecond();
        if (deadline < now) {
            throw refused("this request's deadline has passed; sign it again with a later one");
        }
        if (deadline > now + validity.toSeconds()) {
            throw refused("a deadline lies at most " + validity.toSeconds() + " s ahead, this one " + (deadline - now)
                    + "; is the clock right?");
        }
        return deadline;
    }

    private static Scheme scheme(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "eip-191" -> Scheme.EIP_191;
            case "eip-712" -> Scheme.EIP_712;
            default -> throw refused("Candor-Signature-Scheme is eip-191 or eip-712, not \"" + shown(text) + "\"");
        };
    }

    private static String required(HeaderSource headers, String name) {
        String value = headers.first(name);
        if (value == null) {
            throw refused("a signed request has the headers Candor-Signer, Candor-Signature, Candor-Signature-Scheme,"
                    + " Candor-Nonce and Candor-Deadline; " + name + " is missing");
        }
        return value;
    }

    private static Bytes bytes(HeaderSource headers, String name, int length) {
        String text = required(headers, name);
        if (text.length() == 2 + 2 * length && text.startsWith("0x")) {
            try {
                return Bytes.ofHex(text.substring(2));
            } catch (IllegalArgumentException e) {
                throw refused(name + " is 0x and " + 2 * length + " hexadecimal digits: " + e.getMessage());
            }
        }
        throw refused(name + " is 0x and " + 2 * length + " hexadecimal digits");
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(40, text.length()));
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(ErrorCode.UNAUTHENTICATED, sentence);
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
