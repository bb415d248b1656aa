package dev.candor.persistence.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.EntryKey;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JournalExportTest {
    private record Stored(long sequenceNr, PartitionEvent event) {}

    private static final Opened FIRST = new Opened(1, Digest.ZERO);
    private static final ReceiptsCommitted RECEIPTS = new ReceiptsCommitted(
            1,
            PartitionCodec.hash(FIRST),
            List.of(
                    new Entry(Fakes.bytes("one"), Optional.empty()),
                    new Entry(
                            Fakes.bytes("two"),
                            Optional.of(new EntryKey(Fakes.digest("identity"), Fakes.digest("fingerprint"))))));
    private static final ReceiptsCommitted ZOMBIE = new ReceiptsCommitted(
            1, PartitionCodec.hash(RECEIPTS), List.of(new Entry(Fakes.bytes("late"), Optional.empty())));
    private static final Opened SECOND = new Opened(2, PartitionCodec.hash(RECEIPTS));
    private static final List<Stored> CHAIN =
            List.of(new Stored(1, FIRST), new Stored(2, RECEIPTS), new Stored(3, ZOMBIE), new Stored(3, SECOND));

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void writesEveryEventOfEveryPartitionAndSaysWhichCount() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<JournalExport.Summary> summaries = export(Map.of("partition-0", CHAIN, "partition-1", List.of()), out);
        assertThat(summaries)
                .containsExactly(
                        new JournalExport.Summary(0, 3, PartitionCodec.hash(SECOND), 2, 1),
                        new JournalExport.Summary(1, 0, Digest.ZERO, 0, 0));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1))
                .isEqualTo("{\"partition\":0,\"sequenceNr\":2,\"type\":\"receipts\",\"epoch\":1,\"prevHash\":\""
                        + PartitionCodec.hash(FIRST) + "\",\"head\":\"" + PartitionCodec.hash(RECEIPTS)
                        + "\",\"void\":false,\"receipts\":[{\"receipt\":\"b25l\"},{\"receipt\":\"dHdv\",\"identity\":\""
                        + Fakes.digest("identity") + "\",\"fingerprint\":\"" + Fakes.digest("fingerprint") + "\"}]}");
        assertThat(lines.get(2)).contains("\"void\":true");
    }

    @Test
    void anExportIsVerifiedWithoutItsJournal() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        export(Map.of("partition-0", CHAIN), out);
        List<ExportLine> lines = out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(ExportLine::parse)
                .toList();
        List<ChainVerifier.Link> links = new ArrayList<>();
        ChainVerifier verifier = new ChainVerifier(links::add);
        lines.forEach(
                line -> verifier.next(line.link().sequenceNr(), line.link().event()));
        assertThat(verifier.end().head()).isEqualTo(PartitionCodec.hash(SECOND));
        assertThat(links).isEqualTo(lines.stream().map(ExportLine::link).toList());
        ChainVerifier cut = new ChainVerifier(_ -> {});
        cut.next(1, lines.get(0).link().event());
        assertThatThrownBy(() -> cut.next(3, lines.get(3).link().event())).isInstanceOf(BrokenChainException.class);
    }

    @Test
    void whatALineStatesMustFollowFromTheEvents() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<JournalExport.Summary> summaries = export(Map.of("partition-0", CHAIN, "partition-1", List.of()), out);
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        List<ExportLine> settled = new ArrayList<>();
        assertThat(verify(lines, settled)).containsExactly(summaries.getFirst());
        assertThat(settled).hasSize(4);
        for (int i = 0; i < lines.size(); i++) {
            List<String> cut = new ArrayList<>(lines);
            cut.remove(i);
            boolean last = i == lines.size() - 1 || i == 2;
            if (!last) {
                assertThatThrownBy(() -> verify(cut, new ArrayList<>())).isInstanceOf(BrokenChainException.class);
            }
            for (String[] change : List.of(
                    new String[] {"\"void\":true", "\"void\":false"},
                    new String[] {"\"void\":false", "\"void\":true"},
                    new String[] {"\"head\":\"", "\"head\":\"" + Digest.ZERO + "\",\"was\":\""},
                    new String[] {"\"prevHash\":\"", "\"prevHash\":\"" + Fakes.digest("other") + "\",\"was\":\""})) {
                if (lines.get(i).contains(change[0])) {
                    List<String> changed = new ArrayList<>(lines);
                    changed.set(i, lines.get(i).replace(change[0], change[1]));
                    assertThatThrownBy(() -> verify(changed, new ArrayList<>()))
                            .as("%s at line %d", change[1], i + 1)
                            .isInstanceOf(BrokenChainException.class)
                            .hasMessageContaining("artition 0");
                }
            }
        }
        assertThatThrownBy(() -> verify(List.of(lines.getFirst(), "no line"), new ArrayList<>()))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageStartingWith("line 2:");
        assertThatThrownBy(() -> verify(
                        List.of(lines.getFirst().replace("\"partition\":0", "\"partition\":256")), new ArrayList<>()))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("at most 256");
    }

    private static List<JournalExport.Summary> verify(List<String> lines, List<ExportLine> settled) {
        ExportVerifier verifier = new ExportVerifier(settled::add);
        lines.forEach(verifier::next);
        return verifier.end();
    }

    @Test
    void failsOnABrokenChainAndNamesThePartition() {
        List<Stored> forged = List.of(new Stored(1, FIRST), new Stored(2, ZOMBIE));
        assertThatThrownBy(() ->
                        export(Map.of("partition-0", List.of(), "partition-1", forged), new ByteArrayOutputStream()))
                .hasRootCauseInstanceOf(BrokenChainException.class)
                .hasMessageContaining("partition 1");
    }

    @Test
    void refusesLinesThatAreNone() {
        for (String line : List.of(
                "",
                "[]",
                "{}",
                "{\"partition\":0,\"sequenceNr\":1,\"type\":\"other\",\"epoch\":1,\"prevHash\":\"" + Digest.ZERO
                        + "\"}",
                "{\"partition\":0,\"sequenceNr\":1,\"type\":\"opened\",\"epoch\":1,\"prevHash\":\"zz\"}",
                "{\"partition\":0,\"sequenceNr\":1,\"type\":\"receipts\",\"epoch\":1,\"prevHash\":\"" + Digest.ZERO
                        + "\",\"head\":\"" + Digest.ZERO + "\",\"receipts\":[{\"identity\":\"" + Digest.ZERO + "\"}]}",
                "x".repeat(ExportLine.MAX_LENGTH + 1))) {
            assertThatThrownBy(() -> ExportLine.parse(line)).isInstanceOf(MalformedBytesException.class);
        }
    }

    private List<JournalExport.Summary> export(Map<String, List<Stored>> journal, ByteArrayOutputStream out)
            throws Exception {
        CurrentEventsByPersistenceIdQuery query = new CurrentEventsByPersistenceIdQuery() {
            @Override
            public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(String id, long from, long to) {
                return Source.from(journal.get(id))
                        .map(stored -> new EventEnvelope(
                                Offset.sequence(stored.sequenceNr()), id, stored.sequenceNr(), stored.event(), 0));
            }
        };
        return new JournalExport(kit.system(), query)
                .write(journal.size(), out)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}
