package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.actors.receipt.Evidence;
import dev.candor.actors.receipt.ExchangeJson;
import dev.candor.actors.receipt.KeyMaterialException;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptVerifier;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.charset.StandardCharsets;

/**
 * What comes from strangers is read or refused by a typed error, never otherwise, and what is read has one form. {@code scripts/long/fuzz} looks
 * for new inputs; otherwise the known ones run.
 */
final class ReceiptFuzzTest {
    private static final ReceiptVerifier VERIFIER = new ReceiptVerifier(TrustFile.EMPTY);

    @FuzzTest(maxDuration = "10s")
    void receipts(byte[] input) {
        Bytes bytes = Bytes.copyOf(input);
        assertThat(VERIFIER.verify(bytes, Evidence.NONE).ok()).isFalse();
        try {
            assertThat(Receipt.parse(bytes).toBytes()).isEqualTo(bytes);
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }

    @FuzzTest(maxDuration = "10s")
    void trustFiles(byte[] input) throws KeyMaterialException {
        TrustFile read;
        try {
            read = TrustFile.parse(Bytes.copyOf(input));
        } catch (KeyMaterialException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
            return;
        }
        Bytes written = Bytes.wrap(read.toJson().getBytes(StandardCharsets.UTF_8));
        assertThat(TrustFile.parse(written)).isEqualTo(read);
    }

    @FuzzTest(maxDuration = "10s")
    void exchanges(byte[] input) {
        try {
            ExchangeJson.Exchange read = ExchangeJson.read(Bytes.copyOf(input));
            assertThat(VERIFIER.verify(read.receipt(), read.evidence()).ok()).isFalse();
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }
}
