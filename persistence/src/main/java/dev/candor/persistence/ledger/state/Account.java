package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;

/**
 * What one party has: {@code balance | debt | leased | nonce}, each an i64. A caller's account is named by its pseudonym, a signer's by SHA-256 of its public
 * key.
 *
 * @param balance what may be charged
 * @param debt what was answered and could not be charged
 * @param leased what gateways may still admit requests for, see {@link Lease}; may exceed the balance while charges of a lease come in
 * @param nonce transactions this account has signed
 */
public record Account(Amount balance, Amount debt, Amount leased, long nonce) {
    /** An account that never was touched. */
    public static final Account EMPTY = new Account(Amount.ZERO, Amount.ZERO, Amount.ZERO, 0);

    /** The account of the holder of a key. */
    public static Digest of(Bytes publicKey) {
        return Digest.sha256(publicKey);
    }

    /** What is neither spent nor leased. */
    public Amount free() {
        return balance.lessAtMost(leased);
    }

    /** With another balance. */
    public Account withBalance(Amount other) {
        return new Account(other, debt, leased, nonce);
    }

    /** With another debt. */
    public Account withDebt(Amount other) {
        return new Account(balance, other, leased, nonce);
    }

    /** With other leases. */
    public Account withLeased(Amount other) {
        return new Account(balance, debt, other, nonce);
    }

    /** After one more transaction. */
    public Account signedOnce() {
        return new Account(balance, debt, leased, nonce + 1);
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(32);
        balance.write(out);
        debt.write(out);
        leased.write(out);
        return out.i64(nonce).toBytes();
    }

    /** Reads {@link #encode}'s form. */
    public static Account read(CanonicalReader in) {
        return new Account(
                Amount.read("balance", in), Amount.read("debt", in), Amount.read("leased", in), in.i64("nonce"));
    }
}
