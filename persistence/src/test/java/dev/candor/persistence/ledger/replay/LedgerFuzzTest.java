package dev.candor.persistence.ledger.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.tx.TransactionCodec;
import dev.candor.persistence.partition.PartitionCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** An exported ledger, its transactions and its events come from whoever hands them out: they hold, or a sentence says where they do not. */
final class LedgerFuzzTest {
    static Stream<byte[]> exports() {
        return Stream.of(TestChain.small(), TestChain.eventful())
                .map(chain -> String.join("\n", chain.lines()).getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("exports")
    @FuzzTest(maxDuration = "10s")
    void export(byte[] text) throws IOException {
        LedgerReplay replay = new LedgerReplay(
                Optional.of(LedgerFixture.GENESIS.digest()),
                new FakeSignatures(),
                TestChain.CREDULOUS,
                (_, _, _, _, _, _) -> {});
        try {
            assertThat(replay.all(new ByteArrayInputStream(text)).receipts()).isNotNegative();
        } catch (DivergenceException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }

    static Stream<byte[]> signed() {
        return TestChain.eventful().decided().stream()
                .flatMap(each -> each.block().body().transactions().stream())
                .map(transaction -> TransactionCodec.encode(transaction).toArray());
    }

    @MethodSource("signed")
    @FuzzTest(maxDuration = "10s")
    void transactions(byte[] input) {
        Bytes bytes = Bytes.copyOf(input);
        try {
            assertThat(TransactionCodec.encode(TransactionCodec.decode(bytes))).isEqualTo(bytes);
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }

    static Stream<byte[]> written() {
        return TestChain.eventful().lines().stream()
                .map(LedgerLine::parse)
                .filter(LedgerLine.Event.class::isInstance)
                .map(line ->
                        PartitionCodec.encode(((LedgerLine.Event) line).event()).toArray());
    }

    @MethodSource("written")
    @FuzzTest(maxDuration = "10s")
    void events(byte[] input) {
        Bytes bytes = Bytes.copyOf(input);
        try {
            assertThat(PartitionCodec.encode(PartitionCodec.decode(bytes))).isEqualTo(bytes);
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }
}
