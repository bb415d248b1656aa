package dev.candor.bench.load;

import dev.candor.bench.load.LoadResult.Latency;
import dev.candor.bench.load.LoadResult.ShareResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What a run counts. Confined to the event loop. */
final class Recorder {
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final List<Share> shares;
    private final List<ShareRecord> records = new ArrayList<>();
    private final Histogram refusals = histogram();
    private final Histogram lag = histogram();
    private final Histogram interval = histogram();
    private final SortedMap<String, Long> failures = new TreeMap<>();
    private final SortedMap<String, Long> wrong = new TreeMap<>();
    private final SortedMap<String, Double> timings = new TreeMap<>();
    private long requests;
    private long refused;
    private long unanswered;
    private long failed;
    private long judged;
    private long timed;

    /** Of one share. */
    private static final class ShareRecord {
        private final Histogram latency = histogram();
        private long requests;
        private long refused;
    }

    Recorder(List<Share> shares) {
        this.shares = shares;
        shares.forEach(share -> records.add(new ShareRecord()));
    }

    private static Histogram histogram() {
        return new Histogram(MOST_NANOS, DIGITS);
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, MOST_NANOS));
    }

    /** Something was answered, in or outside of the window: for the progress only. */
    void seen(long nanos) {
        record(interval, nanos);
    }

    /** An answer came within the window. */
    void answered(Shot shot) {
        requests++;
        records.get(shot.share()).requests++;
    }

    /** What a request of the window took. */
    void took(Shot shot, long nanos) {
        record(records.get(shot.share()).latency, nanos);
    }

    void refused(Shot shot, long nanos) {
        refused++;
        records.get(shot.share()).refused++;
        record(refusals, nanos);
    }

    /** A request of the window had no answer after {@code nanos}, so it takes at least as long. */
    void unanswered(Shot shot, long nanos) {
        unanswered++;
        took(shot, nanos);
    }

    void failed(String why) {
        failed++;
        failures.merge(why, 1L, Long::sum);
    }

    void lag(long nanos) {
        record(lag, nanos);
    }

    void judge(Shot shot, SampledAnswer answer, Map<String, Double> said) {
        judged++;
        shot.call().check().problem(answer).ifPresent(what -> wrong.merge(what, 1L, Long::sum));
        if (!said.isEmpty()) {
            timed++;
            said.forEach((name, millis) -> timings.merge(name, millis, Double::sum));
        }
    }

    long requests() {
        return requests;
    }

    LoadProgress.Snapshot snapshot(
            String phase, long elapsed, java.time.Duration length, double seconds, int inFlight, int waiting) {
        LoadProgress.Snapshot snapshot = new LoadProgress.Snapshot(
                phase,
                java.time.Duration.ofNanos(elapsed),
                length,
                interval.getTotalCount() / seconds,
                interval.getValueAtPercentile(50) / 1e3,
                interval.getValueAtPercentile(99) / 1e3,
                inFlight,
                waiting,
                refused,
                failed,
                wrong.values().stream().mapToLong(Long::longValue).sum());
        interval.reset();
        return snapshot;
    }

    Measured measured(double offered, Spent spent, SortedMap<String, Double> residentMib) {
        Histogram latency = histogram();
        SortedMap<String, Histogram> histograms = new TreeMap<>();
        SortedMap<String, ShareResult> results = new TreeMap<>();
        for (int i = 0; i < shares.size(); i++) {
            ShareRecord record = records.get(i);
            latency.add(record.latency);
            histograms.put(shares.get(i).name(), record.latency);
            results.put(
                    shares.get(i).name(), new ShareResult(record.requests, record.refused, latency(record.latency)));
        }
        SortedMap<String, Double> cpu = new TreeMap<>();
        spent.servers().forEach((name, micros) -> cpu.put(name, (double) micros / Math.max(1, requests)));
        timings.replaceAll((name, sum) -> sum * 1000 / timed);
        LoadResult result = new LoadResult(
                offered,
                requests,
                spent.nanos() / 1e9,
                refused,
                unanswered,
                failures,
                judged,
                wrong,
                latency(latency),
                latency(refusals),
                results,
                cpu,
                residentMib,
                (double) spent.driver() / Math.max(1, requests),
                lag.getValueAtPercentile(99) / 1e3,
                spent.others(),
                timings);
        return new Measured(result, latency, histograms);
    }

    private static Latency latency(Histogram histogram) {
        return new Latency(
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(90) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getValueAtPercentile(99.9) / 1e3,
                histogram.getMaxValue() / 1e3,
                histogram.getTotalCount() == 0 ? 0 : histogram.getMean() / 1e3);
    }
}
