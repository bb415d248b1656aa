package dev.candor.persistence.ledger.tx;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.List;
import java.util.Set;

/** What a signer asks of the ledger. The network's operators, named at genesis, may do what is marked so. */
public sealed interface Action {
    /**
     * Operator: money enters the ledger. Debt is paid first, to the treasury.
     *
     * @param account credited
     * @param amount created
     */
    record Deposit(Digest account, Amount amount) implements Action {}

    /**
     * Operator: free money of an account leaves the ledger.
     *
     * @param account debited
     * @param amount destroyed
     */
    record Withdraw(Digest account, Amount amount) implements Action {}

    /**
     * Operator: a model becomes known.
     *
     * @param model content id
     * @param name as callers know it
     * @param prices from now on
     */
    record RegisterModel(Digest model, String name, PriceList prices) implements Action {}

    /**
     * Operator: a model's prices change later.
     *
     * @param model content id
     * @param prices from then on
     * @param from block time, at least the notice of a price ahead
     */
    record SetPrices(Digest model, PriceList prices, long from) implements Action {}

    /**
     * Operator: a model's weights are committed to, for the first time or anew.
     *
     * @param model content id
     * @param epoch the next
     * @param root of the commitment
     * @param proofs how many proofs it allows
     * @param evidence that the root is of the model's weights
     */
    record CommitWeights(Digest model, long epoch, Digest root, int proofs, Evidence evidence) implements Action {}

    /**
     * Operator: a node becomes known, or gets other roles, validity or measurement; its stake stays.
     *
     * @param publicKey raw Ed25519
     * @param roles what it may do
     * @param operator the account paid for its work
     * @param notBefore first millisecond of its validity
     * @param notAfter last millisecond of its validity
     * @param measurement of its program, zero for none
     */
    record RegisterNode(
            Bytes publicKey,
            Set<NodeEntry.Role> roles,
            Digest operator,
            long notBefore,
            long notAfter,
            Digest measurement)
            implements Action {
        /** Copies the set. */
        public RegisterNode {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * Operator: a node's key is not to be believed from this block on.
     *
     * @param node key id
     */
    record RevokeNode(Digest node) implements Action {}

    /**
     * Operator: other validators certify from the next block on.
     *
     * @param validators all of them
     */
    record ChangeValidators(ValidatorSet validators) implements Action {}

    /**
     * The signer's free money becomes a node's stake.
     *
     * @param node key id
     * @param amount staked
     */
    record Stake(Digest node, Amount amount) implements Action {}

    /**
     * The signer, who is the node's operator, withdraws stake; it stays liable until the unbonding time is over, for all of it anew.
     *
     * @param node key id
     * @param amount withdrawn
     */
    record Unstake(Digest node, Amount amount) implements Action {}

    /**
     * The signer, a gateway, reserves free money of accounts for requests that it will admit, and gives back what it will not use. Each wish is granted as far as
     * its account's free money goes, or not at all, so that one caller without money holds up nobody.
     *
     * @param wishes at most {@value #MOST}, granted in order
     * @param expiresAt when the gateway stops admitting against what is granted, block time
     * @param unused of its earlier leases, at most {@value #MOST}; taken back first
     */
    record LeaseAllowances(List<Wish> wishes, long expiresAt, List<Unused> unused) implements Action {
        /** The most wishes, and the most that is given back. */
        public static final int MOST = 256;

        /** Copies the lists and refuses ones that are too long. */
        public LeaseAllowances {
            wishes = List.copyOf(wishes);
            unused = List.copyOf(unused);
            if (wishes.size() > MOST || unused.size() > MOST) {
                throw new IllegalArgumentException(
                        "a transaction has at most " + MOST + " wishes for allowances and gives " + MOST + " back, not "
                                + wishes.size() + " and " + unused.size());
            }
        }
    }

    /**
     * For an allowance.
     *
     * @param account the caller's
     * @param least that is of use
     * @param most that is wanted
     */
    record Wish(Digest account, Amount least, Amount most) {}

    /**
     * A part of an allowance that no request was admitted for, and none will be.
     *
     * @param lease the allowance
     * @param amount given back
     */
    record Unused(Digest lease, Amount amount) {}

    /**
     * The signer, a prover, settles a receipt that waits for a proof or an attestation.
     *
     * @param receipt canonical bytes
     * @param evidence that its answer is right
     */
    record Settle(Bytes receipt, Evidence evidence) implements Action {}

    /**
     * Anyone shows that an answer is wrong. The entry's place in its partition's log goes with the transaction, unsigned, because it moves as the log grows.
     *
     * @param receipt canonical bytes
     * @param entry of the receipt in its partition's log
     * @param evidence that its answer is wrong
     */
    record Disprove(Bytes receipt, LogEntry entry, Evidence evidence) implements Action {}
}
