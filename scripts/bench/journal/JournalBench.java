import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;

/**
 * Drives one journal through its Pekko plugin and prints a line a scenario: events a second, latency of a persist, processor time an event of this JVM and
 * of the database's processes. Each writer is a persistent actor that persists its next events when the last are there.
 *
 * <p>{@code JournalBench CONF [--database-pid PID] SCENARIO...}, a scenario being {@code writers,events-a-persist,bytes-an-event,persists-a-writer}.
 */
final class JournalBench {
    private static final int WARM_UP = 4;

    private JournalBench() {}

    public static void main(String[] args) throws Exception {
        long started = System.nanoTime();
        List<String> words = new ArrayList<>(List.of(args));
        Config config = ConfigFactory.parseFile(new File(words.removeFirst()))
                .withFallback(ConfigFactory.load())
                .resolve();
        long databasePid = 0;
        if (words.getFirst().equals("--database-pid")) {
            words.removeFirst();
            databasePid = Long.parseLong(words.removeFirst());
        }
        ActorSystem system = ActorSystem.create("bench", config);
        run(system, new Scenario(1, 1, 200, 1), "first");
        System.out.printf(
                "first event acknowledged %d ms after main began, %d ms of the JVM's processor time%n",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started),
                TimeUnit.NANOSECONDS.toMillis(jvmNanos()));
        System.out.println("writers  events/persist  bytes  events/s  p50 ms  p99 ms  JVM us/event  database us/event");
        for (String word : words) {
            Scenario scenario = Scenario.parse(word);
            Scenario warmUp = new Scenario(
                    scenario.writers, scenario.events, scenario.bytes, Math.max(1, scenario.persists / WARM_UP));
            run(system, warmUp, word + "-warm");
            long jvm = jvmNanos();
            long database = databaseNanos(databasePid);
            long begin = System.nanoTime();
            long[] latencies = run(system, scenario, word + "-run");
            double seconds = (System.nanoTime() - begin) / 1e9;
            double events = (double) scenario.writers * scenario.persists * scenario.events;
            System.out.printf(
                    "%7d %15d %6d %9.0f %7.2f %7.2f %13.1f %18.1f%n",
                    scenario.writers,
                    scenario.events,
                    scenario.bytes,
                    events / seconds,
                    latencies[latencies.length / 2] / 1e6,
                    latencies[latencies.length * 99 / 100] / 1e6,
                    (jvmNanos() - jvm) / 1e3 / events,
                    (databaseNanos(databasePid) - database) / 1e3 / events);
        }
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private record Scenario(int writers, int events, int bytes, int persists) {
        static Scenario parse(String word) {
            int[] numbers = Arrays.stream(word.split(",")).mapToInt(Integer::parseInt).toArray();
            return new Scenario(numbers[0], numbers[1], numbers[2], numbers[3]);
        }
    }

    /** The latencies of all persists, in order of size. */
    private static long[] run(ActorSystem system, Scenario scenario, String name) throws InterruptedException {
        List<Writer> writers = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(scenario.writers);
        for (int i = 0; i < scenario.writers; i++) {
            String id = name + "-" + i + "-" + System.nanoTime();
            ActorRef writer = system.actorOf(Props.create(Writer.class, () -> {
                Writer made = new Writer(id, scenario, done);
                writers.add(made);
                return made;
            }));
            writer.tell("go", ActorRef.noSender());
        }
        if (!done.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the writers did not end within ten minutes");
        }
        long[] latencies = writers.stream().flatMapToLong(writer -> Arrays.stream(writer.latencies)).toArray();
        Arrays.sort(latencies);
        return latencies;
    }

    private static final class Writer extends AbstractPersistentActor {
        private final String id;
        private final CountDownLatch done;
        private final List<byte[]> events = new ArrayList<>();
        private final long[] latencies;
        private int persisted;
        private int left;
        private long sent;

        Writer(String id, Scenario scenario, CountDownLatch done) {
            this.id = id;
            this.done = done;
            this.latencies = new long[scenario.persists];
            Random random = new Random(id.hashCode());
            for (int i = 0; i < scenario.events; i++) {
                byte[] event = new byte[scenario.bytes];
                random.nextBytes(event);
                events.add(event);
            }
        }

        @Override
        public String persistenceId() {
            return id;
        }

        @Override
        public Receive createReceiveRecover() {
            return receiveBuilder().build();
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder().matchEquals("go", go -> persistNext()).build();
        }

        private void persistNext() {
            sent = System.nanoTime();
            left = events.size();
            persistAll(events, event -> {
                left--;
                if (left == 0) {
                    latencies[persisted++] = System.nanoTime() - sent;
                    if (persisted < latencies.length) {
                        self().tell("go", self());
                    } else {
                        done.countDown();
                        context().stop(self());
                    }
                }
            });
        }

        @Override
        public void onPersistFailure(Throwable cause, Object event, long sequenceNr) {
            cause.printStackTrace();
            System.exit(1);
        }
    }

    private static long jvmNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Processor time of a process and its children, in steps of 10 ms. */
    private static long databaseNanos(long pid) throws IOException {
        if (pid == 0) {
            return 0;
        }
        long ticks = 0;
        List<Long> pids = new ArrayList<>(List.of(pid));
        ProcessHandle.of(pid).ifPresent(handle -> handle.descendants().forEach(child -> pids.add(child.pid())));
        for (long each : pids) {
            Path stat = Path.of("/proc/" + each + "/stat");
            if (Files.exists(stat)) {
                String line = Files.readString(stat);
                String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
                ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            }
        }
        return ticks * 10_000_000;
    }
}
