package dev.candor.persistence.ledger.sim;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.LedgerMutants;
import dev.candor.persistence.ledger.consensus.Consensus;
import dev.candor.persistence.ledger.consensus.ConsensusMutants;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.consensus.Signer;
import dev.candor.persistence.ledger.sim.SimNode.Lie;
import dev.candor.persistence.ledger.sim.Violation.Invariant;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.tx.Transaction.Signed;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A whole network in one thread: four validators of which one may lie, a spare one, two partitions, and everything that goes wrong, all drawn from one seed.
 * The same seed always gives the same history.
 */
final class Simulation {
    static final EvidenceVerifier EVIDENCE = (_, _, _) -> new EvidenceVerifier.Verdict.Accepted();
    static final int BLOCKS = 50;

    private static final long TIMEOUT = 300;
    private static final long STEP = 50;
    private static final long LONGEST_TROUBLE = 120_000;
    private static final long LONGEST_PEACE = 600_000;
    private static final int SPARE = 14;
    private static final LedgerState GENESIS = LedgerFixture.GENESIS.state();

    private record Task(long at, long order, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Random random;
    private final Mutant mutant;
    private final SimPartitions partitions;
    private final Oracle oracle;
    private final Lies lies = new Lies(this);
    private final List<SimNode> nodes = new ArrayList<>();
    private final PriorityQueue<Task> queue = new PriorityQueue<>();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final Map<String, Long> lastArrival = new HashMap<>();
    private final Map<Digest, Equivocation> accusations = new java.util.TreeMap<>();
    private final List<Signed> transactions = new ArrayList<>();
    private final Set<Digest> honestBlocks = new HashSet<>();
    private final Set<Bytes> far = new HashSet<>();
    private final double drops;
    private final int liar;
    private boolean trouble = true;
    private boolean changed;
    private long now;
    private long order;

    Simulation(long seed, Mutant mutant) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        this.mutant = mutant;
        this.partitions = new SimPartitions(mutant == Mutant.ACKNOWLEDGED_BEFORE_COMMIT);
        this.oracle = new Oracle(partitions);
        this.drops = random.nextDouble() * 0.15;
        Lie lie = List.of(Lie.values()).get((int) Math.floorMod(seed, (long) Lie.values().length));
        this.liar = random.nextInt(4);
        for (int i = 0; i < 4; i++) {
            Lie own = i == liar ? lie : Lie.NONE;
            nodes.add(new SimNode(this, "validator " + i, 10 + i, own));
            if (own == Lie.TWIN) {
                nodes.add(new SimNode(this, "twin of validator " + i, 10 + i, own));
                count(Fault.TWO_NODES_SHARED_A_KEY);
            }
        }
        nodes.add(new SimNode(this, "spare", SPARE, Lie.NONE));
        LedgerFixture.setUp(GENESIS).forEach(each -> transactions.add((Signed) each));
        submit(LedgerFixture.node(SPARE, NodeEntry.Role.VALIDATOR));
        submit(new Action.Deposit(LedgerFixture.CALLER, new Amount(1_000_000_000)));
        submit(new Action.Deposit(Digest.sha256(Bytes.ofHex("c1")), new Amount(1_000_000_000)));
    }

    private void submit(Action action) {
        transactions.add((Signed) LedgerFixture.signed(GENESIS, LedgerFixture.OPERATOR, transactions.size(), action));
    }

    Random random() {
        return random;
    }

    Oracle oracle() {
        return oracle;
    }

    Lies lies() {
        return lies;
    }

    SimPartitions partitions() {
        return partitions;
    }

    long now() {
        return now;
    }

    Map<Fault, Integer> faults() {
        return faults;
    }

    void count(Fault fault) {
        faults.merge(fault, 1, Integer::sum);
    }

    void builtHonestly(Digest block) {
        honestBlocks.add(block);
    }

    boolean isHonest(Digest block) {
        return honestBlocks.contains(block);
    }

    void accuse(Equivocation evidence) {
        accusations.putIfAbsent(ValidatorSet.keyId(evidence.one().key()), evidence);
    }

    Consensus consensus(Bytes key) {
        Signer signer = new Signer() {
            @Override
            public Bytes publicKey() {
                return key;
            }

            @Override
            public Bytes sign(Bytes message) {
                return FakeSignatures.sign(key, message);
            }
        };
        return switch (mutant) {
            case QUORUM_OF_TWO_F -> wrong(ConsensusMutants.Wrong.QUORUM_OF_TWO_F, signer);
            case VOTE_BEFORE_JOURNAL -> wrong(ConsensusMutants.Wrong.VOTE_BEFORE_JOURNAL, signer);
            case LOCK_FORGOTTEN -> wrong(ConsensusMutants.Wrong.LOCK_FORGOTTEN, signer);
            case UNJUSTIFIED_ACCEPTED -> wrong(ConsensusMutants.Wrong.UNJUSTIFIED_ACCEPTED, signer);
            case STALE_VALIDATORS -> wrong(ConsensusMutants.Wrong.STALE_VALIDATORS, signer);
            case EQUIVOCATION_IGNORED -> wrong(ConsensusMutants.Wrong.EQUIVOCATION_IGNORED, signer);
            case NONE,
                    PREV_HASH_IGNORED,
                    TWO_EPOCHS_ACCEPTED,
                    ACKNOWLEDGED_BEFORE_COMMIT,
                    DOUBLE_CHARGE,
                    UNSORTED_ITERATION,
                    LOCAL_CLOCK -> new Consensus(new FakeSignatures(), signer, TIMEOUT);
        };
    }

    private static Consensus wrong(ConsensusMutants.Wrong wrong, Signer signer) {
        return ConsensusMutants.with(wrong, new FakeSignatures(), signer, TIMEOUT);
    }

    Ledger ledger(int number, LongSupplier clock) {
        FakeSignatures signatures = new FakeSignatures();
        return switch (mutant) {
            case PREV_HASH_IGNORED -> LedgerMutants.ignoringPrevHash(signatures, EVIDENCE);
            case TWO_EPOCHS_ACCEPTED -> LedgerMutants.acceptingTwoEpochs(signatures, EVIDENCE);
            case DOUBLE_CHARGE -> LedgerMutants.chargingTwice(signatures, EVIDENCE);
            case UNSORTED_ITERATION -> LedgerMutants.unsorted(signatures, EVIDENCE, number % 2 == 1);
            case LOCAL_CLOCK -> LedgerMutants.byLocalClock(signatures, EVIDENCE, clock);
            case NONE,
                    QUORUM_OF_TWO_F,
                    VOTE_BEFORE_JOURNAL,
                    LOCK_FORGOTTEN,
                    UNJUSTIFIED_ACCEPTED,
                    STALE_VALIDATORS,
                    EQUIVOCATION_IGNORED,
                    ACKNOWLEDGED_BEFORE_COMMIT -> new Ledger(signatures, EVIDENCE);
        };
    }

    void later(long millis, Runnable task) {
        queue.add(new Task(now + millis, order++, task));
    }

    /** Transactions that this state has not seen. */
    List<Transaction> pending(LedgerState state) {
        List<Transaction> pending = new ArrayList<>();
        accusations.forEach((id, evidence) -> {
            if (!state.nodes().get(id).map(NodeEntry::equivocated).orElse(true)) {
                pending.add(evidence);
            }
        });
        long nonce = state.accounts()
                .get(LedgerFixture.id(LedgerFixture.OPERATOR))
                .orElse(Account.EMPTY)
                .nonce();
        pending.addAll(transactions.subList((int) nonce, transactions.size()));
        return pending;
    }

    boolean hasWork(LedgerState state) {
        return partitions.hasMore(state) || !pending(state).isEmpty();
    }

    void send(SimNode from, Optional<Bytes> to, Message message) {
        for (SimNode node : nodes) {
            if (node.key.equals(from.key) || (to.isPresent() && !to.get().equals(node.key))) {
                continue;
            }
            if (from.lie == Lie.WITHHOLDING && random.nextInt(2) == 0) {
                count(Fault.VOTES_WITHHELD);
                continue;
            }
            if (trouble && (random.nextDouble() < drops || far.contains(from.key) != far.contains(node.key))) {
                count(Fault.MESSAGE_DROPPED);
                continue;
            }
            deliver(from, node, message);
            if (trouble && random.nextInt(40) == 0) {
                count(Fault.MESSAGE_DOUBLED);
                deliver(from, node, message);
            }
        }
    }

    private void deliver(SimNode from, SimNode to, Message message) {
        long delay = 1L + random.nextInt(20);
        if (trouble && random.nextInt(25) == 0) {
            count(Fault.MESSAGE_DELAYED);
            delay += random.nextInt(1_500);
        }
        String link = from.name + ">" + to.name;
        if (lastArrival.getOrDefault(link, 0L) > now + delay) {
            count(Fault.MESSAGE_OVERTAKEN);
        }
        lastArrival.merge(link, now + delay, Math::max);
        later(delay, () -> to.receive(from.key, message));
    }

    void crash(SimNode node) {
        count(Fault.VALIDATOR_CRASHED);
        node.crash();
        later(50 + random.nextInt(1_000), node::restart);
    }

    /** Runs to the end of the history; throws a {@link Violation}. */
    void run() {
        every(this::serve);
        every(() -> nodes.forEach(SimNode::tick));
        every(this::makeTrouble);
        while (oracle.height() < BLOCKS && now < LONGEST_TROUBLE) {
            next();
        }
        calm();
        long end = now + LONGEST_PEACE;
        while (!isQuiet()) {
            if (now >= end) {
                oracle.atTheEnd();
                throw new Violation(Invariant.PROGRESS, "at height " + oracle.height() + " nothing goes on");
            }
            next();
        }
        oracle.atTheEnd();
    }

    private void next() {
        Task task = queue.remove();
        now = task.at();
        task.run().run();
    }

    private void every(Runnable task) {
        task.run();
        later(STEP, () -> every(task));
    }

    private void serve() {
        if (oracle.height() >= BLOCKS && !trouble) {
            for (int partition = 0; partition < SimPartitions.COUNT; partition++) {
                partitions.sync(partition);
            }
            return;
        }
        int partition = random.nextInt(SimPartitions.COUNT);
        if (random.nextInt(3) == 0) {
            partitions.serve(partition, random);
            later(5 + random.nextInt(30), () -> partitions.sync(partition));
        }
        if (random.nextInt(20) == 0) {
            submit(new Action.Deposit(LedgerFixture.CALLER, new Amount(1 + random.nextInt(50))));
        }
        if (!changed && oracle.height() > 30 && random.nextInt(20) == 0) {
            changed = true;
            count(Fault.VALIDATORS_CHANGED);
            // The one that may have been punished by now: a set with such a member is refused.
            int leaves = liar;
            submit(new Action.ChangeValidators(LedgerFixture.validators(
                    leaves == 0 ? SPARE : 10,
                    leaves == 1 ? SPARE : 11,
                    leaves == 2 ? SPARE : 12,
                    leaves == 3 ? SPARE : 13)));
        }
    }

    private void makeTrouble() {
        if (!trouble) {
            return;
        }
        SimNode node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(60)) {
            case 0 -> {
                if (node.isUp()) {
                    crash(node);
                }
            }
            case 1, 2, 3 -> node.light(random.nextInt(8));
            case 4 -> {
                count(Fault.NETWORK_SPLIT);
                nodes.forEach(each -> {
                    if (random.nextBoolean()) {
                        far.add(each.key);
                    }
                });
                later(100 + random.nextInt(2_000), far::clear);
            }
            case 5 -> {
                count(Fault.CLOCK_JUMPED);
                node.jump(random.nextInt(60_000) - 30_000L);
                later(1_000 + random.nextInt(3_000), () -> node.jump(0));
            }
            case 6 -> {
                if (partitions.crash(random.nextInt(SimPartitions.COUNT))) {
                    count(Fault.WRITER_CRASHED);
                }
            }
            case 7 -> {
                count(Fault.SEGMENT_FORGED);
                partitions.offerUnlinked(oracle.state(), random.nextInt(SimPartitions.COUNT), random);
                later(400, partitions::offerNothing);
            }
            case 8 -> {
                count(Fault.WRITER_WROTE_FENCED);
                partitions.offerFenced(oracle.state(), random.nextInt(SimPartitions.COUNT), random);
                later(400, partitions::offerNothing);
            }
            default -> {}
        }
    }

    private void calm() {
        trouble = false;
        far.clear();
        partitions.offerNothing();
        nodes.forEach(node -> {
            node.jump(0);
            node.light(-1);
            node.restart();
        });
    }

    private boolean isQuiet() {
        return oracle.height() >= BLOCKS
                && oracle.isSettled()
                && !hasWork(oracle.state())
                && nodes.stream().filter(SimNode::isHonest).allMatch(node -> node.height() == oracle.height());
    }

    /** What the history came to, for two runs of one seed to be held against each other. */
    String summary() {
        return "height " + oracle.height() + ", time " + now + ", history " + oracle.history() + ", faults " + faults;
    }
}
