package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.consensus.ConsensusState.Slot;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.ledger.vote.Vote.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One step of a validator, on copies of its state. */
final class Turn {
    /** Votes of rounds further from the own one are not kept: a liar could fill the memory with them. */
    private static final int NEAR = 16;

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
    private SortedMap<Slot, SignedVote> votes;
    private SortedMap<Integer, Message.RoundChange> roundChanges;
    private SortedMap<Digest, Block> blocks;
    private SortedMap<Digest, ValidatorSet> valid;
    private SortedSet<Integer> accused;
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
        votes = new TreeMap<>(state.votes());
        roundChanges = new TreeMap<>(state.roundChanges());
        blocks = new TreeMap<>(state.blocks());
        valid = new TreeMap<>(state.valid());
        accused = new TreeSet<>(state.accused());
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
                        votes,
                        roundChanges,
                        blocks,
                        valid,
                        accused,
                        asked,
                        early),
                effects);
    }

    void remember(SignedVote vote) {
        if (vote.vote().height() == height && self >= 0) {
            votes.put(slot(vote.vote(), self), vote);
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
        if (round > 0 && giversUp().size() < rules.quorum(validators)) {
            return;
        }
        valid.put(built.block().hash(), built.next());
        proposeLast(Optional.of(built.block()));
    }

    /** Proposes what was prepared last among those who gave up the rounds before; where nothing was, a fresh block. */
    private void proposeLast(Optional<Block> fresh) {
        Optional<Message.Prepared> last = roundChanges.values().stream()
                .filter(each -> each.vote().vote().round() == round)
                .flatMap(each -> each.prepared().stream())
                .max(Comparator.comparingInt(Message.Prepared::round));
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
                || of > round + NEAR
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
        votes = new TreeMap<>();
        roundChanges = new TreeMap<>();
        blocks = new TreeMap<>();
        valid = new TreeMap<>();
        accused = new TreeSet<>();
        asked = new HashSet<>();
    }

    /** Moves on by whatever votes there are. */
    private void count() {
        long now = height;
        if (proposed.isPresent()
                && valid.containsKey(proposed.get())
                && own(Kind.COMMIT, round).isEmpty()) {
            quorum(Vote.on(Kind.PREPARE, height, round, proposed.get())).ifPresent(certificate -> {
                Message.Prepared lock =
                        new Message.Prepared(Objects.requireNonNull(blocks.get(proposed.orElseThrow())), certificate);
                prepared = Optional.of(lock);
                if (self >= 0) {
                    effects.add(new Effect.Journal(new JournalEntry.Locked(lock)));
                }
                vote(Kind.COMMIT, proposed.orElseThrow());
            });
        }
        Set<Vote> commits = new HashSet<>();
        votes.values().stream()
                .map(SignedVote::vote)
                .filter(vote -> vote.kind() == Kind.COMMIT)
                .forEach(commits::add);
        for (Vote commit : commits.stream()
                .sorted(Comparator.comparingInt(Vote::round).thenComparing(Vote::block))
                .toList()) {
            Block block = blocks.get(commit.block());
            Optional<Certificate> certificate = quorum(commit);
            if (height == now && finished.isEmpty() && block != null && certificate.isPresent()) {
                finish(new Message.Decided(block, certificate.get()));
            }
        }
    }

    private Optional<Certificate> quorum(Vote vote) {
        List<Certificate.Seal> seals = new ArrayList<>();
        for (int i = 0; i < validators.size(); i++) {
            SignedVote signed = votes.get(slot(vote, i));
            if (signed != null && signed.vote().equals(vote)) {
                seals.add(new Certificate.Seal(i, signed.signature()));
            }
        }
        return seals.size() >= rules.quorum(validators) ? Optional.of(new Certificate(vote, seals)) : Optional.empty();
    }

    /** Keeps a verified vote that has a slot of its own. */
    private void keep(SignedVote vote) {
        if (Math.abs(vote.vote().round() - round) > NEAR) {
            return;
        }
        int validator = validators.indexOf(vote.key());
        SignedVote known = votes.putIfAbsent(slot(vote.vote(), validator), vote);
        if (known != null) {
            compare(known, vote, validator);
        }
    }

    private void keep(Message.RoundChange change) {
        int validator = validators.indexOf(change.vote().key());
        Message.RoundChange known = roundChanges.get(validator);
        if (known == null || known.vote().vote().round() < change.vote().vote().round()) {
            roundChanges.put(validator, change);
        } else {
            compare(known.vote(), change.vote(), validator);
        }
    }

    private void compare(SignedVote one, SignedVote two, int validator) {
        if (one.vote().rivals(two.vote()) && rules.accuses() && accused.add(validator)) {
            effects.add(new Effect.Accuse(new Equivocation(one, two)));
        }
    }

    /** Follows those that are ahead: f + 1 of them hold at least one honest; a quorum makes the round's proposer propose. */
    private void follow() {
        int[] ahead = roundChanges.values().stream()
                .mapToInt(each -> each.vote().vote().round())
                .filter(each -> each > round)
                .sorted()
                .toArray();
        if (ahead.length > validators.faults()) {
            changeRound(ahead[0]);
            return;
        }
        if (round > 0
                && isProposer()
                && building != round
                && own(Kind.PROPOSAL, round).isEmpty()) {
            if (giversUp().size() >= rules.quorum(validators)) {
                proposeLast(Optional.empty());
            }
        }
    }

    private List<SignedVote> giversUp() {
        return roundChanges.values().stream()
                .map(Message.RoundChange::vote)
                .filter(each -> each.vote().round() == round)
                .toList();
    }

    private void build() {
        building = round;
        effects.add(new Effect.Build(height, round));
    }

    private void propose(Block block, Optional<Certificate> shown) {
        SignedVote vote = signed(Vote.on(Kind.PROPOSAL, height, round, block.hash()));
        Message.Proposal proposal = new Message.Proposal(vote, block, round == 0 ? List.of() : giversUp(), shown);
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
        votes.keySet().removeIf(slot -> slot.round() < round - NEAR);
        Set<Digest> named = new HashSet<>();
        votes.values().forEach(each -> named.add(each.vote().block()));
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
        votes.put(slot(vote.vote(), self), vote);
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
        return Optional.ofNullable(votes.get(new Slot(kind, in, self)));
    }

    private static Slot slot(Vote vote, int validator) {
        return new Slot(vote.kind(), vote.round(), validator);
    }
}
