package dev.candor.multijvmtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.TrustedKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.EntryKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each way in which history and journal can disagree is noticed. */
final class HistoryCheckerTest {
    private static final Digest NETWORK = digest("network");
    private static final SigningKey KEY = SigningKey.ofSeed(digest("seed").toBytes());
    private static final TrustFile TRUST =
            TrustFile.EMPTY.forNetwork(NETWORK).with(TrustedKey.of(KEY.publicKey(), TrustedKey.Role.EXECUTOR));

    private final List<Acknowledgement> history = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();

    HistoryCheckerTest() {
        for (int i = 0; i < 6; i++) {
            Bytes receipt = receipt(KEY, i);
            history.add(new Acknowledgement(i, id(i), digest("body " + i), receipt));
            entries.add(new Entry(receipt, key(i)));
        }
    }

    @Test
    void findsNothingWhereAllAgrees() {
        assertThat(violations()).isEmpty();
    }

    @Test
    void acceptsReceiptsThatNobodyWasTold() {
        history.remove(3);
        assertThat(violations()).isEmpty();
    }

    @Test
    void noticesALostReceipt() {
        entries.remove(2);
        assertThat(violations()).singleElement().asString().startsWith("lost: request 2");
    }

    @Test
    void noticesAnAnswerTwice() {
        history.add(history.get(4));
        assertThat(violations()).anySatisfy(each -> assertThat(each).startsWith("doubled: request 4"));
    }

    @Test
    void noticesTwoRequestsUnderOneId() {
        history.add(new Acknowledgement(9, id(4), digest("body"), receipt(KEY, 4)));
        assertThat(violations()).singleElement().asString().startsWith("doubled: requests 4 and 9");
    }

    @Test
    void noticesTwoReceiptsOfOneRequest() {
        entries.add(entries.get(1));
        assertThat(violations()).anySatisfy(each -> assertThat(each).contains("two receipts of " + id(1)));
    }

    @Test
    void noticesTwoReceiptsOfOneIdentity() {
        entries.add(new Entry(receipt(KEY, 7), key(0)));
        assertThat(violations()).singleElement().asString().endsWith("have receipts of one identity");
    }

    @Test
    void noticesOtherBytesThanThoseAnswered() {
        history.set(5, new Acknowledgement(5, id(5), digest("body 5"), receipt(KEY, 6)));
        assertThat(violations()).singleElement().asString().startsWith("changed");
    }

    @Test
    void noticesAReceiptOfAnotherKey() {
        Bytes forged = receipt(SigningKey.ofSeed(digest("other").toBytes()), 5);
        history.set(5, new Acknowledgement(5, id(5), digest("body 5"), forged));
        entries.set(5, new Entry(forged, key(5)));
        assertThat(violations()).singleElement().asString().contains("does not verify");
    }

    @Test
    void readsTheLinesThatItWrites() {
        Acknowledgement each = history.getFirst();
        assertThat(Acknowledgement.ofLine(each.toLine())).isEqualTo(each);
    }

    private List<String> violations() {
        return HistoryChecker.violations(history, new JournalContent(entries, 1, 0, List.of()), TRUST);
    }

    private static Optional<EntryKey> key(int i) {
        return Workload.keyed(i)
                ? Optional.of(new EntryKey(digest("identity " + i), digest("fingerprint " + i)))
                : Optional.empty();
    }

    private static RequestId id(int i) {
        return new RequestId(i % 3, new UUID(7, i));
    }

    private static Bytes receipt(SigningKey key, int i) {
        ReceiptLeaf leaf = new ReceiptLeaf(
                NETWORK,
                key.publicKey().id(),
                id(i),
                digest("caller"),
                new ModelRef("model", new ModelVersion(1, 0), digest("content")),
                digest("request " + i),
                digest("answer " + i),
                VerificationMode.VANILLA,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.FLOAT,
                "cpu:0",
                1);
        return new Ed25519BatchSigner(NETWORK, key).sign(List.of(leaf)).getFirst();
    }

    private static Digest digest(String text) {
        return Digest.sha256(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
