package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import java.nio.charset.StandardCharsets;

/**
 * An allowance: a gateway may admit requests of an account worth up to {@code amount} until {@code expiresAt}. {@code 32 gateway | 32 account | i64 amount |
 * i64 expiresAt | i64 releasedAt}. The ledger releases it later than the gateway stops using it, so that what the gateway admitted last is charged first.
 *
 * @param gateway key id
 * @param account the caller's
 * @param amount of the caller's balance
 * @param expiresAt last millisecond in which the gateway admits anything
 * @param releasedAt block time from which the amount is free again
 */
public record Lease(Digest gateway, Digest account, Amount amount, long expiresAt, long releasedAt) {
    private static final Bytes DOMAIN = Bytes.wrap("candor-lease-v1\0".getBytes(StandardCharsets.US_ASCII));

    /**
     * How a lease is named: {@code SHA-256("candor-lease-v1" NUL, 32 key, i64 nonce, u16 place)}.
     *
     * @param key the gateway's raw public key
     * @param nonce of the transaction
     * @param place of the wish in it, from 0
     */
    public static Digest id(Bytes key, long nonce, int place) {
        return Digest.sha256(new CanonicalWriter(64)
                .raw(DOMAIN)
                .raw(key)
                .i64(nonce)
                .u16(place)
                .toBytes());
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(88).digest(gateway).digest(account);
        amount.write(out);
        return out.i64(expiresAt).i64(releasedAt).toBytes();
    }

    /** Reads {@link #encode}'s form. */
    public static Lease read(CanonicalReader in) {
        return new Lease(
                in.digest("gateway"),
                in.digest("account"),
                Amount.read("amount", in),
                in.i64("expires at"),
                in.i64("released at"));
    }
}
