package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.genesis.GenesisStore;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.EntryKey;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalCommandTest {
    private static final Genesis GENESIS =
            new Genesis("test", 2, 1_800_000_000_000L, Genesis.digestOfKey(bytes("pseudonyms")));
    private static final Opened OPENED = new Opened(1, Digest.ZERO);
    private static final ReceiptsCommitted RECEIPTS = new ReceiptsCommitted(
            1,
            PartitionCodec.hash(OPENED),
            List.of(
                    new Entry(bytes("one"), Optional.empty()),
                    new Entry(
                            bytes("two"),
                            Optional.of(new EntryKey(Digest.sha256(bytes("key")), Digest.sha256(bytes("body")))))));
    private static final ReceiptsCommitted FORGED =
            new ReceiptsCommitted(1, Digest.ZERO, List.of(new Entry(bytes("three"), Optional.empty())));

    @TempDir
    private Path folder;

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private record Write(List<PartitionEvent> events, CompletableFuture<Void> done) {}

    /** Writes events as they are, whether they chain or not. */
    private static final class Writer extends EventSourcedBehavior<Write, PartitionEvent, Integer> {
        Writer(int partition) {
            super(PersistenceId.ofUniqueId(Partition.persistenceId(partition)));
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public CommandHandler<Write, PartitionEvent, Integer> commandHandler() {
            return (_, write) ->
                    Effect().persist(write.events()).thenRun(_ -> write.done().complete(null));
        }

        @Override
        public EventHandler<Integer, PartitionEvent> eventHandler() {
            return (count, _) -> count + 1;
        }
    }

    private Config config() {
        return ConfigFactory.parseString("pekko.actor.provider = local")
                .withFallback(
                        NodeConfigs.load(ConfigFactory.parseMap(Map.of("candor.node.data-dir", data().toString()))));
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** Runs {@code work} on the journal of {@link #data} and leaves it stopped. */
    private void journal(boolean begin, Map<Integer, List<PartitionEvent>> events) throws Exception {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.<Void>empty(), "writer", config());
        try {
            JournalStores stores =
                    JournalStores.open(system).toCompletableFuture().get(30, TimeUnit.SECONDS);
            if (begin) {
                new GenesisStore(stores.control())
                        .agree(GENESIS)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
            }
            for (Map.Entry<Integer, List<PartitionEvent>> each : events.entrySet()) {
                Behavior<Write> writer = new Writer(each.getKey());
                ActorRef<Write> log = system.systemActorOf(writer, "writer-" + each.getKey(), Props.empty());
                CompletableFuture<Void> done = new CompletableFuture<>();
                log.tell(new Write(each.getValue(), done));
                done.get(30, TimeUnit.SECONDS);
            }
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private Terminal export(String file, Object... more) {
        Object[] arguments = new Object[4 + more.length];
        System.arraycopy(new Object[] {"--data", data(), "--out", folder.resolve(file)}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Terminal.run(new JournalCommand.Export(), arguments);
    }

    @Test
    void exportsAStoppedNodesJournalAndVerifiesIt() throws Exception {
        journal(true, Map.of(0, List.of(OPENED, RECEIPTS)));
        Terminal exported = export("out.jsonl", "--json");
        assertThat(exported.code()).as(exported.err()).isZero();
        JsonNode answer = exported.json();
        assertThat(answer.get("ok").booleanValue()).isTrue();
        assertThat(answer.get("network").textValue()).isEqualTo(GENESIS.digest().toHex());
        assertThat(answer.get("receipts").intValue()).isEqualTo(2);
        assertThat(answer.get("partitions")).hasSize(2);
        assertThat(answer.get("partitions").get(0).get("head").textValue())
                .isEqualTo(PartitionCodec.hash(RECEIPTS).toHex());
        assertThat(answer.get("partitions").get(1).get("sequence_nr").intValue())
                .isZero();
        List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).startsWith("{\"partition\":0,\"sequenceNr\":1,\"type\":\"opened\"");

        Terminal verified = Terminal.run(new JournalCommand.Verify(), folder.resolve("out.jsonl"), "--json");
        assertThat(verified.code()).as(verified.err()).isZero();
        assertThat(verified.json().get("signatures_verified").booleanValue()).isFalse();
        assertThat(verified.json().get("partitions").get(0))
                .isEqualTo(answer.get("partitions").get(0));
        Terminal read = Terminal.run(new JournalCommand.Verify(), folder.resolve("out.jsonl"));
        assertThat(read.code()).isZero();
        assertThat(read.out()).contains("the chains hold: 2 receipts, their signatures not looked at");
    }

    @Test
    void saysWhatWasChangedInAnExport() throws Exception {
        journal(true, Map.of(0, List.of(OPENED, RECEIPTS)));
        assertThat(export("out.jsonl").code()).isZero();
        String text = Files.readString(folder.resolve("out.jsonl"));
        Path changed = Files.writeString(folder.resolve("changed.jsonl"), text.replace("b25l", "b25m"));
        Terminal verified = Terminal.run(new JournalCommand.Verify(), changed);
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.err()).contains("event 2 has the hash");
        Terminal program = Terminal.run(new JournalCommand.Verify(), changed, "--json");
        assertThat(program.code()).isEqualTo(1);
        assertThat(program.json().get("ok").booleanValue()).isFalse();
        assertThat(program.json().get("problem").textValue()).contains("event 2");
    }

    @Test
    void holdsReceiptsAgainstATrustFile() throws Exception {
        journal(true, Map.of(0, List.of(OPENED, RECEIPTS)));
        assertThat(export("out.jsonl").code()).isZero();
        Path trust = Files.writeString(folder.resolve("trust.json"), TrustFile.EMPTY.toJson());
        Terminal verified = Terminal.run(new JournalCommand.Verify(), folder.resolve("out.jsonl"), "--trust", trust);
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.err()).contains("receipt 1 of event 2, partition 0");
    }

    @Test
    void leavesNoFileOfABrokenChain() throws Exception {
        journal(true, Map.of(0, List.of(OPENED, RECEIPTS), 1, List.of(OPENED, FORGED)));
        Terminal exported = export("out.jsonl");
        assertThat(exported.code()).isEqualTo(1);
        assertThat(exported.err()).contains("partition 1: event 2");
        assertThat(folder.resolve("out.jsonl")).doesNotExist();
    }

    @Test
    void exportsAJournalWithoutEvents() throws Exception {
        journal(true, Map.of());
        assertThat(export("out.jsonl").out()).contains("0 receipts");
        assertThat(folder.resolve("out.jsonl")).isEmptyFile();
        Terminal verified = Terminal.run(new JournalCommand.Verify(), folder.resolve("out.jsonl"));
        assertThat(verified.code()).as(verified.err()).isZero();
    }

    @Test
    void writesOverNothing() throws Exception {
        journal(true, Map.of());
        Path there = Files.writeString(folder.resolve("out.jsonl"), "mine");
        Terminal exported = export("out.jsonl");
        assertThat(exported.code()).isEqualTo(1);
        assertThat(exported.err()).contains("is there already");
        assertThat(there).hasContent("mine");
    }

    @Test
    void makesNoJournalWhereThereIsNone() {
        Terminal exported = export("out.jsonl");
        assertThat(exported.code()).isEqualTo(1);
        assertThat(exported.err()).contains("there is no journal in").contains("--data");
        assertThat(data()).doesNotExist();
    }

    @Test
    void refusesAJournalInWhichNoNetworkHasBegun() throws Exception {
        journal(false, Map.of());
        Terminal exported = export("out.jsonl");
        assertThat(exported.code()).isEqualTo(1);
        assertThat(exported.err()).contains("no genesis record");
    }

    @Test
    void refusesTheJournalOfARunningNode() throws Exception {
        journal(true, Map.of());
        ActorSystem<Void> running = ActorSystem.create(Behaviors.<Void>empty(), "running", config());
        try {
            JournalStores.open(running).toCompletableFuture().get(30, TimeUnit.SECONDS);
            Terminal exported = export("out.jsonl");
            assertThat(exported.code()).isEqualTo(1);
            assertThat(exported.err()).contains("in use");
            assertThat(folder.resolve("out.jsonl")).doesNotExist();
        } finally {
            running.terminate();
            running.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void refusesAFileThatIsNoExport() throws IOException {
        Path file = Files.writeString(folder.resolve("no-export"), "{\"partition\":0}\n");
        Terminal verified = Terminal.run(new JournalCommand.Verify(), file);
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.err()).contains("line 1:");
        assertThat(Terminal.run(new JournalCommand.Verify(), folder.resolve("none"))
                        .err())
                .contains("there is no file");
        assertThat(Terminal.run(new JournalCommand.Verify()).code()).isEqualTo(2);
    }
}
