package dev.candor.persistence.proof;

import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.fakes.Fakes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A random history of a slice under a simulated clock, held against what must never happen. A mutant changes one decision. */
final class ProofHistory {
    static final ProofSettings SETTINGS = new ProofSettings(
            Duration.ofSeconds(60),
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            3,
            8,
            12,
            Duration.ofMinutes(10),
            30,
            100,
            Duration.ofMinutes(10),
            false);

    /** What a wrong decider could do. */
    enum Mutant {
        NONE,
        MIXES_CALLERS,
        REUSES_LEASES,
        NEVER_REJECTS,
        ASKS_AGAIN,
        FORGETS_OPEN_JOBS,
        LEASES_PAST_DEADLINES,
        OVERFILLS_PROOFS,
        KEEPS_ENDED_JOBS,
        SHARES_PROOFS_FOR_THE_LEDGER,
        FORGETS_WHAT_THE_LEDGER_WAITS_FOR,
        SETTLES_AGAIN
    }

    private final ProofSettings settings;
    private final ProofJobsDecider decider;
    private final Random random;
    private final Mutant mutant;
    private final Set<Long> leases = new HashSet<>();
    private final List<Long> open = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<RequestId, Integer> proofs = new HashMap<>();
    private final Set<RequestId> settled = new HashSet<>();
    private ProofState state = ProofState.EMPTY;
    private long now = 1_000_000;
    private int asked;

    ProofHistory(long seed, Mutant mutant) {
        this.random = new Random(seed);
        this.settings = SETTINGS.settling((seed & 1) == 1);
        this.decider = new ProofJobsDecider(settings);
        this.mutant = mutant;
    }

    /** Everything that was violated; empty for a right decider. */
    List<String> run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        finish();
        return violations;
    }

    static ProofJob job(int number, int caller, int model, boolean hidden, int rows, long askedAt, long deadline) {
        return new ProofJob(
                Fakes.id(caller, number),
                Fakes.digest("receipt " + number),
                Fakes.digest("caller " + caller),
                new ModelRef("m", new ModelVersion(1, model), Fakes.digest("model " + model)),
                hidden,
                false,
                rows,
                Fakes.digest("exchange " + number),
                askedAt,
                deadline);
    }

    static ProofRef proof(long lease) {
        return new ProofRef(
                Fakes.digest("id"),
                Fakes.digest("statement " + lease),
                Fakes.digest("proof"),
                Fakes.digest("lineage"),
                0,
                lease,
                1_000,
                60,
                "prover");
    }

    private void step() {
        now += random.nextInt(400);
        switch (random.nextInt(10)) {
            case 0, 1 -> ask();
            case 2, 3 -> lease();
            case 4 -> happen(decider.proved(state, anyLease(), proof(anyLease()), now));
            case 5 -> happen(decider.verified(state, anyLease(), now));
            case 6 -> giveBack();
            case 7 -> contradict();
            case 8 -> ledger();
            default -> pass();
        }
    }

    private void ask() {
        boolean again = asked > 0 && random.nextInt(4) == 0;
        int number = again ? random.nextInt(asked) : asked++;
        // All of a job follows from its number, as all of a request does from its receipt.
        Random of = new Random(number);
        Optional<JobState> known = state.find(Fakes.id(number % 3, number));
        ProofJob job = known.map(JobState::job)
                .orElseGet(() -> job(
                        number,
                        number % 3,
                        of.nextInt(2),
                        of.nextInt(4) == 0,
                        1 + of.nextInt(10),
                        now,
                        now + 500 + of.nextInt(60_000)));
        try {
            Optional<ProofEvent> event = decider.ask(state, job);
            happen(mutant == Mutant.ASKS_AGAIN ? Optional.of(new ProofEvent.Asked(job)) : event);
        } catch (RefusedException e) {
            long waiting =
                    state.jobs().stream().filter(each -> each.phase().isOpen()).count();
            require(waiting >= settings.mostOpen(), "refused a job with room for it");
        }
    }

    private void lease() {
        Optional<ProofEvent.Leased> leased = decider.lease(state, "prover", now).map(this::mutated);
        leased.ifPresent(event -> {
            require(leases.add(event.lease()), "gave attempt " + event.lease() + " twice");
            List<ProofJob> jobs = event.jobs().stream()
                    .map(id -> state.find(id).orElseThrow())
                    .map(JobState::job)
                    .toList();
            require(jobs.stream().allMatch(each -> each.sharesWith(jobs.getFirst())), "mixed callers or models");
            require(jobs.stream().allMatch(each -> each.deadline() > now), "leased past a deadline");
            int rows = jobs.stream().mapToInt(ProofJob::rows).sum();
            require(jobs.size() == 1 || rows <= settings.mostRows(), "filled a proof with " + rows + " rows");
            boolean forLedger = jobs.stream().anyMatch(ProofJob::settles);
            require(
                    !settings.settles() || !forLedger || jobs.size() == 1,
                    "a proof for the ledger is of more than one request");
            open.add(event.lease());
            happen(Optional.of(event));
        });
    }

    /** The ledger takes a proof, or never will. */
    private void ledger() {
        List<JobState> waiting = state.jobs().stream()
                .filter(each -> mutant == Mutant.SETTLES_AGAIN
                        ? each.job().settles() && each.proof().isPresent() && settings.settles()
                        : decider.waitsForLedger(each))
                .toList();
        if (waiting.isEmpty()) {
            return;
        }
        JobState job = waiting.get(random.nextInt(waiting.size()));
        require(settings.settles() && job.job().settles(), "a job was taken to a ledger that has nothing to settle");
        require(settled.add(job.job().id()), "a job was taken to the ledger twice");
        happen(
                job.phase() == JobPhase.VERIFIED && random.nextBoolean()
                        ? decider.ended(state, job.job().id(), JobStep.SETTLE, now)
                        : decider.left(state, job.job().id(), "the ledger was late", now));
    }

    private ProofEvent.Leased mutated(ProofEvent.Leased event) {
        return switch (mutant) {
            case REUSES_LEASES -> new ProofEvent.Leased(1, event.prover(), event.at(), event.jobs());
            case MIXES_CALLERS ->
                with(
                        event,
                        each -> each.phase() == JobPhase.QUEUED && each.job().deadline() > now);
            case LEASES_PAST_DEADLINES ->
                with(
                        event,
                        each -> each.phase() == JobPhase.QUEUED
                                && each.job()
                                        .sharesWith(state.find(event.jobs().getFirst())
                                                .orElseThrow()
                                                .job()));
            case OVERFILLS_PROOFS ->
                with(
                        event,
                        each -> each.phase() == JobPhase.QUEUED
                                && each.job().deadline() > now
                                && each.job()
                                        .sharesWith(state.find(event.jobs().getFirst())
                                                .orElseThrow()
                                                .job()));
            case SHARES_PROOFS_FOR_THE_LEDGER ->
                with(
                        event,
                        each -> each.phase() == JobPhase.QUEUED
                                && each.job().deadline() > now
                                && each.job().rows() <= 4
                                && each.job()
                                        .sharesWith(state.find(event.jobs().getFirst())
                                                .orElseThrow()
                                                .job()));
            case NONE,
                    NEVER_REJECTS,
                    ASKS_AGAIN,
                    FORGETS_OPEN_JOBS,
                    KEEPS_ENDED_JOBS,
                    FORGETS_WHAT_THE_LEDGER_WAITS_FOR,
                    SETTLES_AGAIN -> event;
        };
    }

    private ProofEvent.Leased with(ProofEvent.Leased event, java.util.function.Predicate<JobState> taken) {
        return new ProofEvent.Leased(
                event.lease(),
                event.prover(),
                event.at(),
                state.jobs().stream().filter(taken).map(each -> each.job().id()).toList());
    }

    private long anyLease() {
        return open.isEmpty() ? 99 : open.get(random.nextInt(open.size()));
    }

    private void giveBack() {
        long lease = anyLease();
        Optional<ProofEvent> event = decider.returned(state, lease, "it failed", now);
        happen(
                mutant == Mutant.NEVER_REJECTS
                        ? event.map(each -> new ProofEvent.Returned(lease, "it failed", now, List.of()))
                        : event);
    }

    private void contradict() {
        long lease = anyLease();
        List<RequestId> wrong = state.attempt(lease).stream()
                .filter(each -> random.nextBoolean())
                .map(each -> each.job().id())
                .toList();
        if (random.nextInt(4) == 0) {
            Optional<ProofEvent> refuted = decider.refuted(state, lease, proof(lease), "wrong", now);
            happen(
                    refuted.isPresent() && random.nextBoolean()
                            ? refuted
                            : decider.contradicted(state, lease, wrong, "wrong", now));
        }
    }

    private void pass() {
        now += random.nextInt(20_000);
        happen(decider.expired(state, now));
        Optional<ProofEvent> forgotten = decider.forgotten(state, now);
        happen(
                switch (mutant) {
                    case FORGETS_OPEN_JOBS ->
                        Optional.of(new ProofEvent.Forgotten(state.jobs().stream()
                                .limit(1)
                                .map(each -> each.job().id())
                                .toList()));
                    case KEEPS_ENDED_JOBS -> Optional.empty();
                    case FORGETS_WHAT_THE_LEDGER_WAITS_FOR -> {
                        List<RequestId> waiting = state.jobs().stream()
                                .filter(decider::waitsForLedger)
                                .map(each -> each.job().id())
                                .toList();
                        yield waiting.isEmpty() ? forgotten : Optional.of(new ProofEvent.Forgotten(waiting));
                    }
                    case NONE,
                            MIXES_CALLERS,
                            REUSES_LEASES,
                            NEVER_REJECTS,
                            ASKS_AGAIN,
                            LEASES_PAST_DEADLINES,
                            OVERFILLS_PROOFS,
                            SHARES_PROOFS_FOR_THE_LEDGER,
                            SETTLES_AGAIN -> forgotten;
                });
        long ended = state.jobs().stream()
                .filter(each -> !decider.needsExchange(each))
                .count();
        require(ended <= settings.mostEnded(), ended + " ended jobs are kept");
    }

    private void happen(Optional<? extends ProofEvent> event) {
        if (event.isEmpty()) {
            return;
        }
        ProofState before = state;
        ProofEvent happened = ProofCodec.decode(ProofCodec.encode(event.get()));
        require(happened.equals(event.get()), "an event is read as another: " + happened);
        state = state.apply(happened);
        if (random.nextInt(20) == 0) {
            require(ProofCodec.decodeState(ProofCodec.encode(state)).equals(state), "the state is read as another");
        }
        for (JobState was : before.jobs()) {
            Optional<JobState> is = state.find(was.job().id());
            if (is.isEmpty()) {
                require(!was.phase().isOpen(), "an open job was forgotten");
                require(!decider.waitsForLedger(was), "a job that waits for the ledger was forgotten");
                settled.remove(was.job().id());
                // Whoever asks again after that gets another proof.
                proofs.remove(was.job().id());
                continue;
            }
            moved(was, is.get());
        }
    }

    private void moved(JobState was, JobState is) {
        require(is.attempts() <= settings.mostAttempts(), "a job was tried " + is.attempts() + " times");
        if (was.phase() == is.phase()) {
            require(was.attempts() == is.attempts() && was.lease() == is.lease(), "a job changed without a step");
            return;
        }
        boolean known = false;
        for (JobStep step : JobStep.values()) {
            known |= JobTable.next(was.phase(), step).equals(Optional.of(is.phase()));
        }
        require(known, "a job went from " + was.phase() + " to " + is.phase());
        if (is.phase() == JobPhase.VERIFIED) {
            require(is.proof().isPresent(), "a job was verified without a proof");
            require(proofs.merge(is.job().id(), 1, Integer::sum) == 1, "a job was verified twice");
        }
    }

    /** With provers that work, every job ends. */
    private void finish() {
        for (int round = 0; round < 200 && state.jobs().stream().anyMatch(decider::needsExchange); round++) {
            now += 1_000;
            for (long lease : List.copyOf(open)) {
                happen(decider.proved(state, lease, proof(lease), now));
                happen(decider.verified(state, lease, now));
            }
            Optional<ProofEvent.Leased> leased = decider.lease(state, "prover", now);
            leased.ifPresent(event -> open.add(event.lease()));
            happen(leased);
            happen(decider.expired(state, now));
            if (mutant != Mutant.SETTLES_AGAIN) {
                ledger();
            }
        }
        require(state.jobs().stream().noneMatch(decider::needsExchange), "a job is stuck");
    }

    private void require(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation);
        }
    }
}
