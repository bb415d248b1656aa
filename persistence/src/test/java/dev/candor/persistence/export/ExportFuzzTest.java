package dev.candor.persistence.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The export of a journal that somebody hands out: its chains hold, or a sentence says which does not. */
final class ExportFuzzTest {
    static Stream<byte[]> exports() throws IOException {
        PartitionEvent opened = new PartitionEvent.Opened(1, Digest.ZERO);
        PartitionEvent receipts = new PartitionEvent.ReceiptsCommitted(
                1,
                PartitionCodec.hash(opened),
                LedgerFixture.batch(List.of(
                                LedgerFixture.leaf(0, 1, LedgerFixture.CALLER, VerificationMode.VANILLA),
                                LedgerFixture.leaf(0, 2, LedgerFixture.CALLER, VerificationMode.ZKML)))
                        .stream()
                        .map(receipt -> new PartitionEvent.Entry(
                                receipt, Optional.of(new PartitionEvent.EntryKey(Digest.ZERO, Digest.ZERO))))
                        .toList());
        PartitionEvent taken = new PartitionEvent.Opened(2, PartitionCodec.hash(receipts));
        return Stream.of(lines(opened, receipts), lines(opened, receipts, taken));
    }

    private static byte[] lines(PartitionEvent... events) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            ChainVerifier chain = new ChainVerifier(link -> {
                try {
                    new ExportLine(0, link).writeTo(json);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            for (int i = 0; i < events.length; i++) {
                chain.next(i + 1, events[i]);
            }
            chain.end();
        }
        return out.toByteArray();
    }

    @MethodSource("exports")
    @FuzzTest(maxDuration = "10s")
    void journal(byte[] text) {
        ExportVerifier verifier =
                new ExportVerifier(line -> assertThat(line.partition()).isNotNegative());
        try {
            new String(text, StandardCharsets.UTF_8).lines().forEach(verifier::next);
            assertThat(verifier.end()).isNotNull();
        } catch (MalformedBytesException | BrokenChainException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }
}
