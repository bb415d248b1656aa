package dev.candor.persistence.ledger.sim;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.Ledger.Built;
import dev.candor.persistence.ledger.Ledger.Outcome;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Consensus;
import dev.candor.persistence.ledger.consensus.ConsensusState;
import dev.candor.persistence.ledger.consensus.Effect;
import dev.candor.persistence.ledger.consensus.Event;
import dev.candor.persistence.ledger.consensus.JournalEntry;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.sim.Violation.Invariant;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One validator with its driver: carries out effects in their order, forgets in a crash what was not journalled, and may lie. */
final class SimNode {
    /** How a validator lies. */
    enum Lie {
        NONE,
        TWIN,
        INVALID_BLOCKS,
        WITHHOLDING,
        UNJUSTIFIED
    }

    private static final long MOST_AHEAD = 2_000;

    final String name;
    final Bytes key;
    final Lie lie;
    private final Simulation world;
    private final Consensus consensus;
    private final Ledger ledger;

    /** What survives a crash. */
    private final List<JournalEntry> journal = new ArrayList<>();

    private final Map<Long, Message.Decided> chain = new HashMap<>();
    private LedgerState ledgerState = LedgerFixture.GENESIS.state();

    private ConsensusState state;
    private final Map<Digest, Outcome.Applied> applied = new HashMap<>();
    private final Map<String, Vote> seen = new HashMap<>();
    private boolean up = true;
    private int incarnation;
    private int timer;
    private int fuse = -1;
    private long offset;

    SimNode(Simulation world, String name, int number, Lie lie) {
        this.world = world;
        this.name = name;
        this.key = FakeSignatures.key(number);
        this.lie = lie;
        consensus = world.consensus(key);
        ledger = world.ledger(number, this::clock);
        state = recovered();
    }

    private ConsensusState recovered() {
        return consensus.recover(
                ledgerState.chain(), ledgerState.validators(), ledgerState.height() + 1, List.copyOf(journal));
    }

    boolean isHonest() {
        return lie == Lie.NONE;
    }

    boolean isUp() {
        return up;
    }

    long height() {
        return ledgerState.height();
    }

    LedgerState ledgerState() {
        return ledgerState;
    }

    long clock() {
        return LedgerFixture.START + world.now() + offset;
    }

    void jump(long to) {
        offset = to;
    }

    /** Crashes after this many more effects. */
    void light(int effects) {
        fuse = effects;
    }

    void crash() {
        up = false;
        incarnation++;
        fuse = -1;
        applied.clear();
        seen.clear();
    }

    void restart() {
        if (up) {
            return;
        }
        up = true;
        Message.Decided next = chain.get(ledgerState.height() + 1);
        if (next != null) {
            Outcome outcome = apply(next.block()).orElseThrow();
            if (outcome instanceof Outcome.Applied done) {
                adopt(next, done);
            }
        }
        state = recovered();
    }

    void tick() {
        if (!up) {
            return;
        }
        if (!state.active() && world.hasWork(ledgerState)) {
            handle(new Event.WorkArrived());
        }
        // A validator that missed the last block before a silence hears nothing: drivers ask around now and then.
        if (up && world.random().nextInt(40) == 0) {
            world.send(this, Optional.empty(), new Message.SyncRequest(state.height()));
        }
        if (up && lie == Lie.UNJUSTIFIED && world.random().nextInt(4) == 0) {
            world.lies().unjustified(this, state, ledger);
        }
    }

    void receive(Bytes from, Message message) {
        Optional<Bytes> rival = up && isHonest() ? rival(message) : Optional.empty();
        int before = incarnation;
        handle(new Event.Received(from, message));
        if (rival.isPresent() && up && before == incarnation) {
            world.oracle().sawEquivocation(rival.get());
        }
    }

    /** Whose second, different vote of a slot this is, as far as this node must notice. */
    private Optional<Bytes> rival(Message message) {
        if (message instanceof Message.Ballot(SignedVote signed)) {
            Vote vote = signed.vote();
            if (vote.height() == state.height()
                    && Math.abs(vote.round() - state.round()) <= 8
                    && state.validators().indexOf(signed.key()) >= 0
                    && signed.holds(state.chain(), new FakeSignatures())) {
                String slot = signed.key().toHex() + vote.kind() + vote.height() + "/" + vote.round();
                Vote known = seen.putIfAbsent(slot, vote);
                return known != null && !known.equals(vote) ? Optional.of(signed.key()) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    void handle(Event event) {
        if (!up) {
            return;
        }
        Consensus.Step step = consensus.step(state, event);
        state = step.state();
        for (Effect effect : step.effects()) {
            if (fuse == 0) {
                world.count(Fault.STEP_CUT_SHORT);
                world.crash(this);
                return;
            }
            fuse = Math.max(-1, fuse - 1);
            perform(effect);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Journal(JournalEntry entry) -> {
                if (entry instanceof JournalEntry.Final(var block, var certificate)) {
                    journal.clear();
                    chain.put(block.header().height(), new Message.Decided(block, certificate));
                } else {
                    journal.add(entry);
                }
            }
            case Effect.Send(var to, var message) -> {
                if (isHonest()) {
                    vote(message).ifPresent(world.oracle()::voted);
                }
                world.send(this, to, message);
            }
            case Effect.Serve(var to, var height) -> {
                Message.Decided decided = chain.get(height);
                if (decided != null) {
                    world.send(this, Optional.of(to), decided);
                }
            }
            case Effect.Build(var height, var round) ->
                later(1 + world.random().nextInt(5), () -> build(height, round));
            case Effect.Check(var block, var certified) ->
                later(world.random().nextInt(10), () -> check(block, certified));
            case Effect.StartTimer(var height, var round, var millis) -> {
                int mine = ++timer;
                later(millis, () -> {
                    if (mine == timer) {
                        handle(new Event.TimedOut(height, round));
                    }
                });
            }
            case Effect.Decide(var block, var certificate) -> {
                Outcome.Applied done = applied.get(block.hash());
                if (done == null && !isHonest()) {
                    crash();
                } else {
                    adopt(new Message.Decided(block, certificate), Objects.requireNonNull(done));
                }
            }
            case Effect.Accuse(var evidence) -> {
                if (isHonest()) {
                    world.accuse(evidence);
                }
            }
            case Effect.Halt(var why) -> {
                if (isHonest()) {
                    throw new Violation(Invariant.ROOTS, name + " halts: " + why);
                }
                crash();
            }
        }
    }

    private void later(long millis, Runnable task) {
        int now = incarnation;
        world.later(millis, () -> {
            if (up && now == incarnation) {
                task.run();
            }
        });
    }

    private void build(long height, int round) {
        if (ledgerState.height() + 1 != height) {
            return;
        }
        Built built = ledger.build(
                ledgerState,
                clock(),
                world.pending(ledgerState),
                world.partitions().behind(ledgerState));
        Block block = built.block();
        ValidatorSet next = built.applied().state().validators();
        if (lie == Lie.INVALID_BLOCKS) {
            block = world.lies().spoiled(block);
        } else {
            applied.put(block.hash(), built.applied());
        }
        if (isHonest()) {
            world.builtHonestly(block.hash());
        }
        handle(new Event.Built(height, round, block, next));
    }

    private void check(Block block, boolean certified) {
        if (ledgerState.height() + 1 != block.header().height()) {
            return;
        }
        Optional<Outcome> outcome = apply(block);
        if (outcome.isEmpty()) {
            later(50, () -> check(block, certified));
            return;
        }
        Optional<ValidatorSet> next = Optional.empty();
        if (outcome.get() instanceof Outcome.Applied done) {
            applied.put(block.hash(), done);
            if (certified || block.header().time() <= clock() + MOST_AHEAD) {
                next = Optional.of(done.state().validators());
            }
        } else if (isHonest() && block.header().parent().equals(ledgerState.lastBlock())) {
            Violation.unless(
                    !world.isHonest(block.hash()),
                    Invariant.HONEST_BLOCKS,
                    name + " refuses an honest block: " + outcome.get());
        }
        handle(new Event.Checked(block.hash(), certified, next));
    }

    private Optional<Outcome> apply(Block block) {
        Optional<List<Segment>> segments =
                world.partitions().fetch(ledgerState, block.body().advances());
        return segments.map(each -> ledger.apply(ledgerState, block, each));
    }

    private void adopt(Message.Decided decided, Outcome.Applied done) {
        ledgerState = done.state();
        applied.clear();
        seen.clear();
        if (isHonest()) {
            done.entries().values().forEach(entries -> entries.forEach(world.oracle()::logged));
            world.oracle().decided(name, decided.block(), decided.certificate(), ledgerState);
        }
    }

    static Optional<SignedVote> vote(Message message) {
        return switch (message) {
            case Message.Proposal proposal -> Optional.of(proposal.vote());
            case Message.Ballot ballot -> Optional.of(ballot.vote());
            case Message.RoundChange change -> Optional.of(change.vote());
            case Message.Decided _, Message.SyncRequest _ -> Optional.empty();
        };
    }
}
