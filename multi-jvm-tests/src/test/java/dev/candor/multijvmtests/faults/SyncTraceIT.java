package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.candor.cluster.client.ConcurrentCalls;
import dev.candor.cluster.client.Exchange;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.faults.SyscallTrace.Call;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import dev.candor.multijvmtests.mutants.MutantNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A killed process cannot show a missing sync: the kernel still has what was written. A trace of its system calls can: the answer must leave after the
 * sync of the log that has its receipt.
 */
@Timeout(600)
final class SyncTraceIT {
    private static final int REQUESTS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @BeforeEach
    void needsATracer() {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/strace")),
                "/usr/bin/strace is not there (apt-get install strace), so the order of system calls was not checked");
    }

    @Test
    void everyAnswerLeavesAfterTheSyncOfItsReceipt() throws Exception {
        List<String> wrong = trace(TestNode.Launch.shipped());
        assertThat(wrong).isEmpty();
    }

    @Test
    void catchesTheMutantThatSkipsTheSync() throws Exception {
        List<String> wrong =
                trace(TestNode.Launch.shipped().as(MutantNode.class.getName(), MutantNode.Mutant.SKIP_THE_SYNC.name()));
        assertThat(wrong).hasSize(REQUESTS).allSatisfy(each -> assertThat(each).contains("no sync"));
    }

    /** Runs a node under the tracer, sends requests one behind the other, and says which answers left too early. */
    private List<String> trace(TestNode.Launch launch) throws Exception {
        Path file = folder.resolve("trace.txt");
        List<String> tracer = List.of(
                "/usr/bin/strace",
                "-f",
                "--seccomp-bpf",
                "-y",
                "-xx",
                "-ttt",
                "-s",
                "16384",
                "-e",
                "trace=fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg",
                "-o",
                file.toString());
        List<Exchange> answers = new ArrayList<>();
        Workload workload = Workload.of("trace");
        try (TestNode node = TestNode.start(folder.resolve("node"), launch.under(tracer))) {
            try (NodeClient client = node.client()) {
                node.register(client, Workload.MODEL);
                answers.addAll(ConcurrentCalls.run(
                        client,
                        LongStream.range(0, REQUESTS).mapToObj(workload::call).toList(),
                        1,
                        _ -> {}));
                ProcessHandle.of(node.awaitReady().pid()).orElseThrow().destroy();
            }
            node.jvm().awaitEnd(LIMIT);
        }
        SyscallTrace trace = SyscallTrace.read(file);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).status()).isEqualTo(200);
            int request = i;
            judge(trace, answers.get(i).receipt()).ifPresent(why -> wrong.add("request " + request + ": " + why));
        }
        System.out.println(answers.size() + " answers, " + trace.calls().size() + " system calls, " + wrong.size()
                + " answers too early");
        return wrong;
    }

    private static Optional<String> judge(SyscallTrace trace, String receiptHeader) {
        String receipt = new String(Base64.getUrlDecoder().decode(receiptHeader), StandardCharsets.ISO_8859_1);
        Optional<Call> written = trace.calls().stream()
                .filter(call -> SyscallTrace.writesLog(call) && call.text().contains(receipt))
                .findFirst();
        Optional<Call> sent = trace.calls().stream()
                .filter(call -> SyscallTrace.sends(call) && call.text().contains(receiptHeader))
                .findFirst();
        if (written.isEmpty() || sent.isEmpty()) {
            return Optional.of(
                    "the trace has no " + (written.isEmpty() ? "write of the receipt" : "sending of the answer"));
        }
        boolean synced = trace.calls().stream()
                .anyMatch(call -> SyscallTrace.syncsLog(call)
                        && call.began() > written.get().ended()
                        && call.ended() < sent.get().began());
        return synced
                ? Optional.empty()
                : Optional.of("the answer left at line " + sent.get().began()
                        + ", and no sync of the log lies between it and" + " the write of its receipt at line "
                        + written.get().began());
    }
}
