package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.ledger.vote.Vote.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** One step of a validator, on copies of its state. */
final class Turn {
    private static final int MOST_DOUBLINGS = 8;

    /** A peer that is one height ahead says this much before this validator follows: a proposal, two votes, some round changes. */
    private static final int MOST_EARLY = 6;

    private final Signatures signatures;
    private final Signer signer;
    private final long timeoutMillis;
    private final ConsensusRules rules;
    private final Digest chain;
    private final List<Effect> effects = new ArrayList<>();

    private ValidatorSet validators;
    private int self;
    private long height;
    private int round;
    private boolean active;
    private int building;
    private Optional<Digest> proposed;
    private Optional<Message.Prepared> prepared;
    private Optional<Message.Decided> finished;
    private Ballots ballots;
    private SortedMap<Digest, Block> blocks;
    private SortedMap<Digest, ValidatorSet> valid;
    private Set<Bytes> asked;
    private List<Event.Received> early;
    private long began;

    Turn(ConsensusState state, Signatures signatures, Signer signer, long timeoutMillis, ConsensusRules rules) {
        this.signatures = signatures;
        this.signer = signer;
        this.timeoutMillis = timeoutMillis;
        this.rules = rules;
        chain = state.chain();
        validators = state.validators();
        self = validators.indexOf(signer.publicKey());
        height = state.height();
        round = state.round();
        active = state.active();
        building = state.building();
        proposed = state.proposed();
        prepared = state.prepared();
        finished = state.finished();
        ballots = new Ballots(state, rules);
        blocks = new TreeMap<>(state.blocks());
        valid = new TreeMap<>(state.valid());
        asked = new HashSet<>(state.asked());
        early = new ArrayList<>(state.early());
        began = height;
    }

    Consensus.Step end() {
        return new Consensus.Step(
                new ConsensusState(
                        chain,
                        validators,
                        height,
                        round,
                        active,
                        building,
                        proposed,
                        prepared,
                        finished,
                        ballots.votes(),
                        ballots.roundChanges(),
                        blocks,
                        valid,
                        ballots.accused(),
                        asked,
                        early),
                effects);
    }

    void remember(SignedVote vote) {
        if (vote.vote().height() == height && self >= 0) {
            ballots.put(self, vote);
            round = Math.max(round, vote.vote().round());
        }
    }

    void remember(Message.Prepared locked) {
        if (locked.block().header().height() == height
                && locked.round() > prepared.map(Message.Prepared::round).orElse(-1)) {
            prepared = Optional.of(locked);
        }
    }

    void begin() {
        if (active) {
            return;
        }
        active = true;
        startTimer();
        if (round == 0 && isProposer() && own(Kind.PROPOSAL, 0).isEmpty()) {
            build();
        }
    }

    void timedOut(Event.TimedOut event) {
        if (event.height() == height && event.round() == round && active && round < Vote.MAX_ROUND) {
            asked.clear();
            changeRound(round + 1);
        }
    }

    void built(Event.Built built) {
        if (built.height() != height || built.round() != round || building != round || proposed.isPresent()) {
            return;
        }
        building = -1;
        if (round > 0 && !ballots.givenUpBefore(round)) {
            return;
        }
        valid.put(built.block().hash(), built.next());
        proposeLast(Optional.of(built.block()));
    }

    /** Proposes what was prepared last among those who gave up the rounds before; where nothing was, a fresh block. */
    private void proposeLast(Optional<Block> fresh) {
        Optional<Message.Prepared> last = ballots.preparedLast(round);
        if (last.isPresent()) {
            propose(last.get().block(), Optional.of(last.get().certificate()));
        } else if (fresh.isPresent()) {
            propose(fresh.get(), Optional.empty());
        } else {
            build();
        }
    }

    void checked(Event.Checked checked) {
        checked.next().ifPresent(next -> {
            if (blocks.containsKey(checked.block()) || isFinishing(checked.block())) {
                valid.put(checked.block(), next);
            }
        });
        if (isFinishing(checked.block())) {
            if (checked.next().isPresent()) {
                decide(finished.orElseThrow());
            } else if (checked.certified()) {
                effects.add(new Effect.Halt("block " + height + ", " + checked.block()
                        + ", has a certificate and is not valid: more validators lie than the ledger withstands,"
                        + " or this program differs from theirs"));
            }
        } else if (checked.next().isPresent() && proposed.equals(Optional.of(checked.block()))) {
            vote(Kind.PREPARE, checked.block());
            count();
        } else {
            count();
        }
    }

    private boolean isFinishing(Digest block) {
        return finished.map(each -> each.block().hash().equals(block)).orElse(false);
    }

    void received(Bytes from, Message message) {
        switch (message) {
            case Message.Proposal proposal -> {
                if (isNow(from, proposal.vote(), proposal)) {
                    proposal(proposal);
                }
            }
            case Message.Ballot(SignedVote vote) -> {
                Kind kind = vote.vote().kind();
                if ((kind == Kind.PREPARE || kind == Kind.COMMIT) && isNow(from, vote, message) && holds(vote)) {
                    keep(vote);
                    count();
                }
            }
            case Message.RoundChange change -> {
                if (change.vote().vote().kind() == Kind.ROUND_CHANGE
                        && isNow(from, change.vote(), change)
                        && holds(change.vote())
                        && justification().of(change)) {
                    keep(change);
                    follow();
                }
            }
            case Message.Decided decided -> decided(from, decided);
            case Message.SyncRequest(long wanted) -> {
                if (wanted < height) {
                    effects.add(new Effect.Serve(from, wanted));
                }
            }
        }
    }

    /** Whether a vote is of this height. Who is behind is helped, who is ahead is asked. */
    private boolean isNow(Bytes from, SignedVote vote, Message message) {
        long of = vote.vote().height();
        if (of < height) {
            effects.add(new Effect.Serve(from, of));
        } else if (of > height) {
            ask(from);
            if (of == height + 1
                    && early.stream().filter(each -> each.from().equals(from)).count() < MOST_EARLY) {
                early.add(new Event.Received(from, message));
            }
        }
        return of == height;
    }

    /** What peers said of a height before this validator came to it. */
    void catchUp() {
        while (height > began && !early.isEmpty()) {
            began = height;
            List<Event.Received> now = List.copyOf(early);
            early.clear();
            now.forEach(each -> received(each.from(), each.message()));
        }
    }

    private void ask(Bytes from) {
        if (asked.add(from)) {
            effects.add(new Effect.Send(Optional.of(from), new Message.SyncRequest(height)));
            if (!active) {
                active = true;
                startTimer();
            }
        }
    }

    private Justification justification() {
        return new Justification(chain, validators, height, signatures, rules);
    }

    private boolean holds(SignedVote vote) {
        return justification().holds(vote);
    }

    private void proposal(Message.Proposal proposal) {
        Vote vote = proposal.vote().vote();
        int of = vote.round();
        if (vote.kind() != Kind.PROPOSAL
                || of < round
                || of > round + Ballots.NEAR
                || validators.indexOf(proposal.vote().key()) != validators.proposer(height, of)
                || !proposal.block().hash().equals(vote.block())
                || proposal.block().header().height() != height
                || !holds(proposal.vote())
                || !justification().of(proposal)) {
            return;
        }
        keep(proposal.vote());
        if (of > round) {
            enter(of);
        }
        if (proposed.isEmpty()) {
            proposed = Optional.of(vote.block());
            begin();
            blocks.put(vote.block(), proposal.block());
            if (valid.containsKey(vote.block())) {
                vote(Kind.PREPARE, vote.block());
            } else {
                effects.add(new Effect.Check(proposal.block(), false));
            }
        }
        count();
    }

    private void decided(Bytes from, Message.Decided decided) {
        long of = decided.block().header().height();
        Vote vote = decided.certificate().vote();
        if (of > height) {
            ask(from);
        }
        if (of != height
                || finished.isPresent()
                || !vote.equals(Vote.on(
                        Kind.COMMIT, height, vote.round(), decided.block().hash()))
                || decided.certificate()
                        .defect(chain, validators, rules.quorum(validators), signatures)
                        .isPresent()) {
            return;
        }
        finish(decided);
        if (height > of) {
            effects.add(new Effect.Send(Optional.of(from), new Message.SyncRequest(height)));
        }
    }

    private void finish(Message.Decided decided) {
        finished = Optional.of(decided);
        if (valid.containsKey(decided.block().hash())) {
            decide(decided);
        } else {
            effects.add(new Effect.Check(decided.block(), true));
        }
    }

    private void decide(Message.Decided decided) {
        ValidatorSet next = rules.following(
                validators, Objects.requireNonNull(valid.get(decided.block().hash())));
        effects.add(new Effect.Journal(new JournalEntry.Final(decided.block(), decided.certificate())));
        effects.add(new Effect.Decide(decided.block(), decided.certificate()));
        validators = next;
        self = validators.indexOf(signer.publicKey());
        height++;
        round = 0;
        active = false;
        building = -1;
        proposed = Optional.empty();
        prepared = Optional.empty();
        finished = Optional.empty();
        ballots = new Ballots(next, rules);
        blocks = new TreeMap<>();
        valid = new TreeMap<>();
        asked = new HashSet<>();
    }

    /** Moves on by whatever votes there are. */
    private void count() {
        long now = height;
        if (proposed.isPresent()
                && valid.containsKey(proposed.get())
                && own(Kind.COMMIT, round).isEmpty()) {
            ballots.quorum(Vote.on(Kind.PREPARE, height, round, proposed.get())).ifPresent(certificate -> {
                Message.Prepared lock =
                        new Message.Prepared(Objects.requireNonNull(blocks.get(proposed.orElseThrow())), certificate);
                prepared = Optional.of(lock);
                if (self >= 0) {
                    effects.add(new Effect.Journal(new JournalEntry.Locked(lock)));
                }
                vote(Kind.COMMIT, proposed.orElseThrow());
            });
        }
        for (Vote commit : ballots.commits()) {
            Block block = blocks.get(commit.block());
            Optional<Certificate> certificate = ballots.quorum(commit);
            if (height == now && finished.isEmpty() && block != null && certificate.isPresent()) {
                finish(new Message.Decided(block, certificate.get()));
            }
        }
    }

    private void keep(SignedVote vote) {
        accuse(ballots.keep(vote, round));
    }

    private void keep(Message.RoundChange change) {
        accuse(ballots.keep(change));
    }

    private void accuse(Optional<Equivocation> evidence) {
        evidence.ifPresent(each -> effects.add(new Effect.Accuse(each)));
    }

    /** Follows those that are ahead: f + 1 of them hold at least one honest; a quorum makes the round's proposer propose. */
    private void follow() {
        Optional<Integer> ahead = ballots.ahead(round);
        if (ahead.isPresent()) {
            changeRound(ahead.get());
            return;
        }
        if (round > 0
                && isProposer()
                && building != round
                && own(Kind.PROPOSAL, round).isEmpty()
                && ballots.givenUpBefore(round)) {
            proposeLast(Optional.empty());
        }
    }

    private void build() {
        building = round;
        effects.add(new Effect.Build(height, round));
    }

    private void propose(Block block, Optional<Certificate> shown) {
        SignedVote vote = signed(Vote.on(Kind.PROPOSAL, height, round, block.hash()));
        Message.Proposal proposal =
                new Message.Proposal(vote, block, round == 0 ? List.of() : ballots.giversUp(round), shown);
        say(vote, proposal);
        proposal(proposal);
    }

    private void changeRound(int next) {
        enter(next);
        if (self < 0) {
            effects.add(new Effect.Send(Optional.empty(), new Message.SyncRequest(height)));
            return;
        }
        Optional<Message.Prepared> carried = rules.carried(prepared).filter(each -> each.round() < next);
        SignedVote vote = signed(new Vote(
                Kind.ROUND_CHANGE,
                height,
                next,
                carried.map(each -> each.block().hash()).orElse(Digest.ZERO),
                carried.map(Message.Prepared::round).orElse(-1)));
        Message.RoundChange change = new Message.RoundChange(vote, carried);
        say(vote, change);
        keep(change);
        follow();
    }

    private void enter(int next) {
        round = next;
        proposed = Optional.empty();
        building = -1;
        active = true;
        Set<Digest> named = ballots.forgetBefore(round);
        blocks.keySet().retainAll(named);
        valid.keySet().retainAll(named);
        startTimer();
    }

    private void startTimer() {
        effects.add(new Effect.StartTimer(height, round, timeoutMillis << Math.min(round, MOST_DOUBLINGS)));
    }

    /** Votes, unless this validator is none or has used its vote. */
    private void vote(Kind kind, Digest block) {
        if (self >= 0 && own(kind, round).isEmpty()) {
            SignedVote vote = signed(Vote.on(kind, height, round, block));
            say(vote, new Message.Ballot(vote));
        }
    }

    private void say(SignedVote vote, Message message) {
        ballots.put(self, vote);
        effects.addAll(rules.voting(
                new Effect.Journal(new JournalEntry.Voted(vote)), new Effect.Send(Optional.empty(), message)));
    }

    private SignedVote signed(Vote vote) {
        return new SignedVote(vote, signer.publicKey(), signer.sign(vote.signedBytes(chain)));
    }

    private boolean isProposer() {
        return self >= 0 && validators.proposer(height, round) == self;
    }

    private Optional<SignedVote> own(Kind kind, int in) {
        return ballots.of(kind, in, self);
    }
}
