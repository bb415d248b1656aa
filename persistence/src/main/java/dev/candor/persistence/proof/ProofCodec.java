package dev.candor.persistence.proof;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Proof jobs in canonical bytes; the manifest of each form names its version. */
public final class ProofCodec {
    private static final int NEVER_TOLD = 255;
    private static final int LEAST_ID = 17;
    private static final int LEAST_JOB = 200;

    private ProofCodec() {}

    /** The canonical bytes of an event: its kind and what it holds. */
    public static Bytes encode(ProofEvent event) {
        CanonicalWriter out = new CanonicalWriter(512);
        switch (event) {
            case ProofEvent.Asked(ProofJob job) -> {
                job(out.u8(job.callback().isEmpty() ? 0 : 9), job);
                job.callback().ifPresent(out::text);
            }
            case ProofEvent.Leased it ->
                ids(out.u8(1).i64(it.lease()).text(it.prover()).i64(it.at()), it.jobs());
            case ProofEvent.Returned it ->
                ids(out.u8(2).i64(it.lease()).text(it.reason()).i64(it.at()), it.rejected());
            case ProofEvent.Proved it -> proof(out.u8(3).i64(it.lease()).i64(it.at()), it.proof());
            case ProofEvent.Verified it -> out.u8(4).i64(it.lease()).i64(it.at());
            case ProofEvent.Ended it ->
                ids(
                        out.u8(5)
                                .u8(
                                        switch (it.step()) {
                                            case EXPIRE -> 0;
                                            case CANCEL -> 1;
                                            case SETTLE -> 2;
                                            case LEASE, RETURN, PROVE, VERIFY, REJECT ->
                                                throw new IllegalArgumentException(it.step() + " ends no job");
                                        })
                                .i64(it.at()),
                        it.jobs());
            case ProofEvent.Forgotten it -> ids(out.u8(6), it.jobs());
            case ProofEvent.Refuted it ->
                proof(out.u8(8).i64(it.lease()).text(it.reason()).i64(it.at()), it.proof());
            case ProofEvent.Left it -> id(out.u8(7), it.job()).text(it.reason()).i64(it.at());
            case ProofEvent.Called it ->
                id(out.u8(10), it.job())
                        .u8(it.phase().code())
                        .text(it.problem())
                        .i64(it.at());
        }
        return out.toBytes();
    }

    /** Reads {@link #encode(ProofEvent)}'s form; {@link MalformedBytesException} for anything else. */
    public static ProofEvent decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int kind = in.u8("kind of the event");
        try {
            ProofEvent event = switch (kind) {
                case 0 -> new ProofEvent.Asked(job(in));
                case 1 -> new ProofEvent.Leased(in.i64("lease"), in.text("prover"), in.i64("time"), ids(in));
                case 2 -> new ProofEvent.Returned(in.i64("lease"), in.text("reason"), in.i64("time"), ids(in));
                case 3 -> {
                    long lease = in.i64("lease");
                    long at = in.i64("time");
                    yield new ProofEvent.Proved(lease, proof(in), at);
                }
                case 4 -> new ProofEvent.Verified(in.i64("lease"), in.i64("time"));
                case 5 -> {
                    JobStep step = step(in.u8("end of the jobs"));
                    long at = in.i64("time");
                    yield new ProofEvent.Ended(ids(in), step, at);
                }
                case 6 -> new ProofEvent.Forgotten(ids(in));
                case 7 -> new ProofEvent.Left(id(in), in.text("reason"), in.i64("time"));
                case 8 -> {
                    long lease = in.i64("lease");
                    String reason = in.text("reason");
                    long at = in.i64("time");
                    yield new ProofEvent.Refuted(lease, proof(in), reason, at);
                }
                case 9 -> new ProofEvent.Asked(calling(job(in), Optional.of(in.text("callback"))));
                case 10 -> new ProofEvent.Called(id(in), phase(in), in.text("problem"), in.i64("time"));
                default -> throw new MalformedBytesException("there is no event of kind " + kind);
            };
            in.end("the event");
            return event;
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("the event: " + e.getMessage());
        }
    }

    private static JobStep step(int code) {
        return switch (code) {
            case 0 -> JobStep.EXPIRE;
            case 1 -> JobStep.CANCEL;
            case 2 -> JobStep.SETTLE;
            default -> throw new MalformedBytesException("there is no end " + code + " of a job");
        };
    }

    /** Whether no job of a slice calls anybody back, so that {@link #encode(ProofState)} has its first form. */
    public static boolean callsNobody(ProofState state) {
        return state.jobs().stream().allMatch(each -> each.job().callback().isEmpty());
    }

    /** The canonical bytes of a slice's jobs; where some call back, what their callbacks know stands behind each job. */
    public static Bytes encode(ProofState state) {
        boolean calls = !callsNobody(state);
        CanonicalWriter out = new CanonicalWriter(1_024)
                .i64(state.lastLease())
                .u32(state.jobs().size());
        for (JobState each : state.jobs()) {
            job(out, each.job());
            out.u8(each.phase().code())
                    .u32(each.attempts())
                    .i64(each.lease())
                    .u32(each.sample())
                    .text(each.reason())
                    .i64(each.since())
                    .u8(each.proof().isPresent() ? 1 : 0);
            each.proof().ifPresent(proof -> proof(out, proof));
            if (calls) {
                out.text(each.job().callback().orElse(""))
                        .u8(each.told().map(JobPhase::code).orElse(NEVER_TOLD))
                        .text(each.untold());
            }
        }
        return out.toBytes();
    }

    /** Reads {@link #encode(ProofState)}'s first form; {@link MalformedBytesException} for anything else. */
    public static ProofState decodeState(Bytes bytes) {
        return decodeState(bytes, false);
    }

    /** Reads {@link #encode(ProofState)}'s form with callbacks; {@link MalformedBytesException} for anything else. */
    public static ProofState decodeCallingState(Bytes bytes) {
        return decodeState(bytes, true);
    }

    private static ProofState decodeState(Bytes bytes, boolean calls) {
        CanonicalReader in = new CanonicalReader(bytes);
        try {
            long lastLease = in.i64("last lease");
            int count = in.count("number of jobs", LEAST_JOB);
            List<JobState> jobs = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ProofJob job = job(in);
                JobPhase phase = phase(in);
                int attempts = in.u32("attempts");
                long lease = in.i64("lease");
                int sample = in.u32("sample");
                String reason = in.text("reason");
                long since = in.i64("time");
                Optional<ProofRef> proof = flag(in, "proof") ? Optional.of(proof(in)) : Optional.empty();
                JobState read = new JobState(job, phase, attempts, lease, sample, proof, reason, since);
                jobs.add(calls ? called(in, read) : read);
            }
            in.end("the jobs");
            return ProofState.of(jobs, lastLease);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("the jobs: " + e.getMessage());
        }
    }

    private static JobState called(CanonicalReader in, JobState read) {
        String url = in.text("callback");
        int told = in.u8("phase that was told");
        return new JobState(
                calling(read.job(), url.isEmpty() ? Optional.empty() : Optional.of(url)),
                read.phase(),
                read.attempts(),
                read.lease(),
                read.sample(),
                read.proof(),
                read.reason(),
                read.since(),
                told == NEVER_TOLD ? Optional.empty() : Optional.of(phase(told)),
                in.text("why it was not told"));
    }

    private static ProofJob calling(ProofJob job, Optional<String> callback) {
        return new ProofJob(
                job.id(),
                job.receipt(),
                job.caller(),
                job.model(),
                job.hidden(),
                job.escalated(),
                job.rows(),
                job.exchange(),
                job.askedAt(),
                job.deadline(),
                callback);
    }

    private static JobPhase phase(CanonicalReader in) {
        return phase(in.u8("phase"));
    }

    private static JobPhase phase(int code) {
        return JobPhase.ofCode(code).orElseThrow(() -> new MalformedBytesException("there is no phase " + code));
    }

    private static void job(CanonicalWriter out, ProofJob job) {
        id(out, job.id())
                .digest(job.receipt())
                .digest(job.caller())
                .text(job.model().name())
                .u16(job.model().version().major())
                .u8(job.model().version().minor())
                .digest(job.model().contentId())
                .u8(job.hidden() ? 1 : 0)
                .u8(job.escalated() ? 1 : 0)
                .u32(job.rows())
                .digest(job.exchange())
                .i64(job.askedAt())
                .i64(job.deadline());
    }

    private static ProofJob job(CanonicalReader in) {
        return new ProofJob(
                id(in),
                in.digest("receipt"),
                in.digest("caller"),
                new ModelRef(
                        in.text("model name"),
                        new ModelVersion(in.u16("major version"), in.u8("minor version")),
                        in.digest("content id")),
                flag(in, "hidden"),
                flag(in, "escalated"),
                in.u32("rows"),
                in.digest("exchange"),
                in.i64("asked at"),
                in.i64("deadline"));
    }

    private static void proof(CanonicalWriter out, ProofRef proof) {
        out.digest(proof.model())
                .digest(proof.statement())
                .digest(proof.proof())
                .digest(proof.lineage())
                .i64(proof.epoch())
                .i64(proof.opening())
                .u32(proof.bytes())
                .i64(proof.millis())
                .text(proof.prover());
    }

    private static ProofRef proof(CanonicalReader in) {
        return new ProofRef(
                in.digest("model id"),
                in.digest("statement"),
                in.digest("proof"),
                in.digest("lineage"),
                in.i64("epoch"),
                in.i64("opening"),
                in.u32("bytes"),
                in.i64("milliseconds"),
                in.text("prover"));
    }

    private static CanonicalWriter id(CanonicalWriter out, RequestId id) {
        return out.u8(id.partition()).uuid(id.uuid());
    }

    private static RequestId id(CanonicalReader in) {
        return new RequestId(in.u8("partition"), in.uuid("uuid"));
    }

    private static void ids(CanonicalWriter out, List<RequestId> ids) {
        out.u32(ids.size());
        ids.forEach(each -> id(out, each));
    }

    private static List<RequestId> ids(CanonicalReader in) {
        int count = in.count("number of requests", LEAST_ID);
        RequestId[] ids = new RequestId[count];
        for (int i = 0; i < count; i++) {
            ids[i] = id(in);
        }
        return Arrays.asList(ids);
    }

    private static boolean flag(CanonicalReader in, String field) {
        int flag = in.u8(field);
        if (flag > 1) {
            throw new MalformedBytesException(field + " is 0 or 1, not " + flag);
        }
        return flag == 1;
    }
}
