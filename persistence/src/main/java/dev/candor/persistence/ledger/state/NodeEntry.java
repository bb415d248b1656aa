package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * An executor, prover, gateway or validator, named by SHA-256 of its key: {@code 32 key | u8 roles | 32 operator | i64 notBefore | i64 notAfter |
 * i64 revokedAt | 32 measurement | i64 stake | i64 unbonding | i64 unbondedAt | u8 equivocated}.
 *
 * @param publicKey raw Ed25519 key, 32 bytes
 * @param roles what it may do
 * @param operator the account that is paid for its work
 * @param notBefore first millisecond of its validity
 * @param notAfter last millisecond of its validity
 * @param revokedAt from this block time on none of its receipts is paid; {@link Long#MAX_VALUE} where it is not revoked
 * @param measurement of its program, zero where it attests none
 * @param stake what its faults are paid from
 * @param unbonding stake that is being withdrawn, still liable
 * @param unbondedAt when the latter returns to the operator; 0 where nothing is being withdrawn
 * @param equivocated whether it was shown to have signed two different votes: punished once
 */
public record NodeEntry(
        Bytes publicKey,
        Set<Role> roles,
        Digest operator,
        long notBefore,
        long notAfter,
        long revokedAt,
        Digest measurement,
        Amount stake,
        Amount unbonding,
        long unbondedAt,
        boolean equivocated) {

    /** What a node may do; {@code code} is its bit. */
    public enum Role {
        /** Signs receipts. */
        EXECUTOR(1),
        /** Settles receipts by proofs and attestations. */
        PROVER(2),
        /** Leases allowances. */
        GATEWAY(4),
        /** Signs blocks. */
        VALIDATOR(8);

        private final int code;

        Role(int code) {
            this.code = code;
        }
    }

    /** Copies the set and refuses a key of another size. */
    public NodeEntry {
        roles = roles.isEmpty() ? Set.of() : EnumSet.copyOf(roles);
        if (publicKey.length() != Digest.SIZE) {
            throw new IllegalArgumentException("a public key has 32 bytes, not " + publicKey.length());
        }
    }

    /** A node that starts without stake. */
    public static NodeEntry fresh(
            Bytes publicKey, Set<Role> roles, Digest operator, long notBefore, long notAfter, Digest measurement) {
        return new NodeEntry(
                publicKey,
                roles,
                operator,
                notBefore,
                notAfter,
                Long.MAX_VALUE,
                measurement,
                Amount.ZERO,
                Amount.ZERO,
                0,
                false);
    }

    /** A copy of the roles, in the order of their codes. */
    @Override
    public Set<Role> roles() {
        return roles.isEmpty() ? Set.of() : EnumSet.copyOf(roles);
    }

    /** Whether it has a role and is not revoked at {@code time}. */
    public boolean acts(Role role, long time) {
        return roles.contains(role) && time < revokedAt;
    }

    /** Whether a receipt answered at {@code answeredAt}, in a block of {@code time}, is to be paid. */
    public boolean earns(long answeredAt, long time) {
        return acts(Role.EXECUTOR, time) && notBefore <= answeredAt && answeredAt <= notAfter;
    }

    /** What its faults can be paid from. */
    public Amount liable() {
        return stake.plus(unbonding);
    }

    /** With other stakes. */
    public NodeEntry withStake(Amount staked, Amount leaving, long leavesAt) {
        return new NodeEntry(
                publicKey,
                roles,
                operator,
                notBefore,
                notAfter,
                revokedAt,
                measurement,
                staked,
                leaving,
                leavesAt,
                equivocated);
    }

    /** Less {@code amount}, from the stake first. */
    public NodeEntry slashed(Amount amount) {
        Amount fromStake = amount.min(stake);
        return withStake(stake.minus(fromStake), unbonding.minus(amount.minus(fromStake)), unbondedAt);
    }

    /** Revoked from {@code time} on. */
    public NodeEntry revoked(long time) {
        return new NodeEntry(
                publicKey,
                roles,
                operator,
                notBefore,
                notAfter,
                time,
                measurement,
                stake,
                unbonding,
                unbondedAt,
                equivocated);
    }

    /** Marked as one that equivocated. */
    public NodeEntry punished() {
        return new NodeEntry(
                publicKey,
                roles,
                operator,
                notBefore,
                notAfter,
                revokedAt,
                measurement,
                stake,
                unbonding,
                unbondedAt,
                true);
    }

    /** The bits of some roles. */
    public static int bits(Set<Role> roles) {
        return roles.stream().mapToInt(role -> role.code).sum();
    }

    /** The roles of some bits; {@link MalformedBytesException} where a bit has none. */
    public static Set<Role> roles(int bits) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Arrays.stream(Role.values()).filter(role -> (bits & role.code) != 0).forEach(roles::add);
        if (bits(roles) != bits) {
            throw new MalformedBytesException("the roles " + bits + " hold a bit that no role has");
        }
        return roles;
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(192)
                .raw(publicKey)
                .u8(bits(roles))
                .digest(operator)
                .i64(notBefore)
                .i64(notAfter)
                .i64(revokedAt)
                .digest(measurement);
        stake.write(out);
        unbonding.write(out);
        return out.i64(unbondedAt).u8(equivocated ? 1 : 0).toBytes();
    }

    /** Reads {@link #encode}'s form. */
    public static NodeEntry read(CanonicalReader in) {
        return new NodeEntry(
                in.raw("public key", Digest.SIZE),
                roles(in.u8("roles")),
                in.digest("operator"),
                in.i64("not before"),
                in.i64("not after"),
                in.i64("revoked at"),
                in.digest("measurement"),
                Amount.read("stake", in),
                Amount.read("unbonding", in),
                in.i64("unbonded at"),
                flag("equivocated", in));
    }

    private static boolean flag(String field, CanonicalReader in) {
        int value = in.u8(field);
        if (value > 1) {
            throw new MalformedBytesException(field + " is 0 or 1, not " + value);
        }
        return value == 1;
    }
}
