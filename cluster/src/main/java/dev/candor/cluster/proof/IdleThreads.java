package dev.candor.cluster.proof;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that compute only with what processor time nobody else wants: on Linux their nice value is 19, elsewhere they have Java's least priority. */
public final class IdleThreads {
    private static final Logger LOG = LoggerFactory.getLogger(IdleThreads.class);
    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;
    private static final int NICEST = 19;

    private IdleThreads() {}

    /** A fixed pool of {@code count} such threads. */
    @SuppressWarnings("ThreadPriorityCheck") // Nothing relies on it but the latency of others.
    public static ExecutorService pool(String name, int count) {
        ThreadFactory threads = Thread.ofPlatform()
                .name(name + "-", 0)
                .daemon(true)
                .priority(Thread.MIN_PRIORITY)
                .factory();
        return Executors.newFixedThreadPool(
                count,
                work -> threads.newThread(() -> {
                    lower();
                    work.run();
                }));
    }

    /** Java's priorities mean nothing to Linux; the nice value of a single thread does. */
    @SuppressWarnings("restricted") // The one native call: it takes three numbers.
    private static void lower() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle setPriority = linker.downcallHandle(
                    linker.defaultLookup().find("setpriority").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int result = (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, NICEST);
            if (result != 0) {
                LOG.warn(
                        "The system did not lower the priority of {}",
                        Thread.currentThread().getName());
            }
        } catch (Throwable e) {
            LOG.warn(
                    "The priority of {} could not be lowered",
                    Thread.currentThread().getName(),
                    e);
        }
    }
}
