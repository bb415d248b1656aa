package dev.candor.multijvmtests.harness;

import dev.candor.actors.value.Digest;
import dev.candor.cluster.client.ConcurrentCalls;
import dev.candor.cluster.client.Exchange;
import dev.candor.cluster.client.NodeClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sends keyed requests again and holds the answers against the first ones. */
public final class Replays {
    private static final int IN_FLIGHT = 32;

    private Replays() {}

    /** What came back otherwise than the first time, a sentence each. */
    public static List<String> differences(NodeClient client, Workload workload, List<Acknowledgement> history)
            throws InterruptedException {
        List<Acknowledgement> keyed =
                history.stream().filter(each -> Workload.keyed(each.number())).toList();
        List<Exchange> answers = ConcurrentCalls.run(
                client, keyed.stream().map(each -> workload.call(each.number())).toList(), IN_FLIGHT, _ -> {});
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < keyed.size(); i++) {
            Acknowledgement first = keyed.get(i);
            Exchange again = answers.get(i);
            if (again.status() != 200) {
                differences.add(
                        "key " + workload.key(first.number()) + " was answered " + first.id() + ", again it gets "
                                + again.status() + " " + new String(again.body().toArray(), StandardCharsets.UTF_8));
            } else if (!Digest.sha256(again.body()).equals(first.body())
                    || !again.receipt().equals(first.header())) {
                differences.add("key " + workload.key(first.number()) + " got other bytes than " + first.id());
            }
        }
        return differences;
    }
}
