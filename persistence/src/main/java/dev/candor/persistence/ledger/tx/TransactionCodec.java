package dev.candor.persistence.ledger.tx;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.tx.Transaction.Signed;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The canonical bytes of transactions, version 1; {@code docs/ledger.md} lists the actions' fields.
 *
 * <pre>
 * signed:       u8 1 | 32 key | i64 nonce | u8 action | fields | 64 signature | u8 0 or 1 | 1: place
 * equivocation: u8 2 | vote | vote
 * </pre>
 */
public final class TransactionCodec {
    private static final int SIGNED = 1;
    private static final int EQUIVOCATION = 2;

    private static final int DEPOSIT = 1;
    private static final int WITHDRAW = 2;
    private static final int REGISTER_MODEL = 3;
    private static final int SET_PRICES = 4;
    private static final int COMMIT_WEIGHTS = 5;
    private static final int REGISTER_NODE = 6;
    private static final int REVOKE_NODE = 7;
    private static final int CHANGE_VALIDATORS = 8;
    private static final int STAKE = 9;
    private static final int UNSTAKE = 10;
    private static final int LEASE_ALLOWANCES = 11;
    private static final int SETTLE = 12;
    private static final int DISPROVE = 13;

    private TransactionCodec() {}

    /** The canonical bytes of a transaction. */
    public static Bytes encode(Transaction transaction) {
        CanonicalWriter out = new CanonicalWriter(256);
        switch (transaction) {
            case Signed signed -> {
                out.u8(SIGNED).raw(signed.key()).i64(signed.nonce());
                write(signed.action(), out);
                out.raw(signed.signature()).u8(signed.place().isPresent() ? 1 : 0);
                signed.place().ifPresent(place -> place.write(out));
            }
            case Equivocation equivocation -> {
                out.u8(EQUIVOCATION);
                equivocation.one().write(out);
                equivocation.two().write(out);
            }
        }
        return out.toBytes();
    }

    /** Reads a transaction; {@link MalformedBytesException} where the bytes are none. */
    public static Transaction decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        try {
            int kind = in.u8("kind of the transaction");
            Transaction transaction = switch (kind) {
                case SIGNED ->
                    new Signed(
                            in.raw("key", Digest.SIZE),
                            in.i64("nonce"),
                            action(in),
                            in.raw("signature", Receipt.SIGNATURE_SIZE),
                            place(in));
                case EQUIVOCATION -> new Equivocation(SignedVote.read(in), SignedVote.read(in));
                default -> throw new MalformedBytesException("there is no transaction of kind " + kind);
            };
            in.end("the transaction");
            return transaction;
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("transaction: " + e.getMessage());
        }
    }

    /** Writes an action: its byte and its fields. */
    static void write(Action action, CanonicalWriter out) {
        switch (action) {
            case Action.Deposit(Digest account, Amount amount) -> pair(DEPOSIT, account, amount, out);
            case Action.Withdraw(Digest account, Amount amount) -> pair(WITHDRAW, account, amount, out);
            case Action.RegisterModel(Digest model, String name, PriceList prices) -> {
                out.u8(REGISTER_MODEL).digest(model).text(name);
                prices.write(out);
            }
            case Action.SetPrices(Digest model, PriceList prices, long from) -> {
                out.u8(SET_PRICES).digest(model);
                prices.write(out);
                out.i64(from);
            }
            case Action.CommitWeights(Digest model, long epoch, Digest root, int proofs, Evidence evidence) -> {
                out.u8(COMMIT_WEIGHTS).digest(model).i64(epoch).digest(root).u32(proofs);
                evidence.write(out);
            }
            case Action.RegisterNode node ->
                out.u8(REGISTER_NODE)
                        .raw(node.publicKey())
                        .u8(NodeEntry.bits(node.roles()))
                        .digest(node.operator())
                        .i64(node.notBefore())
                        .i64(node.notAfter())
                        .digest(node.measurement());
            case Action.RevokeNode(Digest node) -> out.u8(REVOKE_NODE).digest(node);
            case Action.ChangeValidators(ValidatorSet validators) -> {
                out.u8(CHANGE_VALIDATORS);
                validators.write(out);
            }
            case Action.Stake(Digest node, Amount amount) -> pair(STAKE, node, amount, out);
            case Action.Unstake(Digest node, Amount amount) -> pair(UNSTAKE, node, amount, out);
            case Action.LeaseAllowances lease -> {
                out.u8(LEASE_ALLOWANCES)
                        .i64(lease.expiresAt())
                        .u16(lease.wishes().size());
                lease.wishes().forEach(each -> {
                    out.digest(each.account());
                    each.least().write(out);
                    each.most().write(out);
                });
                out.u16(lease.unused().size());
                lease.unused().forEach(each -> {
                    out.digest(each.lease());
                    each.amount().write(out);
                });
            }
            case Action.Settle(Bytes receipt, Evidence evidence) -> {
                out.u8(SETTLE).bytes(receipt);
                evidence.write(out);
            }
            case Action.Disprove(Bytes receipt, LogEntry entry, Evidence evidence) -> {
                out.u8(DISPROVE).bytes(receipt);
                entry.write(out);
                evidence.write(out);
            }
        }
    }

    private static Action action(CanonicalReader in) {
        int code = in.u8("action");
        return switch (code) {
            case DEPOSIT -> new Action.Deposit(in.digest("account"), Amount.read("amount", in));
            case WITHDRAW -> new Action.Withdraw(in.digest("account"), Amount.read("amount", in));
            case REGISTER_MODEL -> new Action.RegisterModel(in.digest("model"), in.text("name"), PriceList.read(in));
            case SET_PRICES -> new Action.SetPrices(in.digest("model"), PriceList.read(in), in.i64("from"));
            case COMMIT_WEIGHTS ->
                new Action.CommitWeights(
                        in.digest("model"), in.i64("epoch"), in.digest("root"), in.u32("proofs"), Evidence.read(in));
            case REGISTER_NODE ->
                new Action.RegisterNode(
                        in.raw("node's key", Digest.SIZE),
                        NodeEntry.roles(in.u8("roles")),
                        in.digest("operator"),
                        in.i64("not before"),
                        in.i64("not after"),
                        in.digest("measurement"));
            case REVOKE_NODE -> new Action.RevokeNode(in.digest("node"));
            case CHANGE_VALIDATORS -> new Action.ChangeValidators(ValidatorSet.read(in));
            case STAKE -> new Action.Stake(in.digest("node"), Amount.read("amount", in));
            case UNSTAKE -> new Action.Unstake(in.digest("node"), Amount.read("amount", in));
            case LEASE_ALLOWANCES -> leases(in);
            case SETTLE -> new Action.Settle(in.bytes("receipt"), Evidence.read(in));
            case DISPROVE -> new Action.Disprove(in.bytes("receipt"), LogEntry.read(in), Evidence.read(in));
            default -> throw new MalformedBytesException("there is no action " + code);
        };
    }

    private static Action leases(CanonicalReader in) {
        long expiresAt = in.i64("expires at");
        int wanted = in.u16("number of wishes");
        List<Action.Wish> wishes = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            wishes.add(new Action.Wish(in.digest("account"), Amount.read("least", in), Amount.read("most", in)));
        }
        int back = in.u16("number of leases given back");
        List<Action.Unused> unused = new ArrayList<>();
        for (int i = 0; i < back; i++) {
            unused.add(new Action.Unused(in.digest("lease"), Amount.read("unused", in)));
        }
        return new Action.LeaseAllowances(wishes, expiresAt, unused);
    }

    private static Optional<LogProof> place(CanonicalReader in) {
        int has = in.u8("whether there is a place");
        return switch (has) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(LogProof.read(in));
            default -> throw new MalformedBytesException("whether there is a place is 0 or 1, not " + has);
        };
    }

    private static void pair(int code, Digest name, Amount amount, CanonicalWriter out) {
        out.u8(code).digest(name);
        amount.write(out);
    }
}
