package dev.candor.persistence.ledger.replay;

import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.replay.TestChain.Link;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.vote.Signatures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerReplayTest {
    private static final LedgerReplay.Listener NOBODY = (_, _, _, _, _, _) -> {};

    private final TestChain chain = TestChain.small();

    private static LedgerReplay.Result replay(List<String> lines, LedgerReplay.Listener listener) {
        LedgerReplay replay = new LedgerReplay(
                Optional.of(GENESIS.digest()), new FakeSignatures(), EvidenceVerifier.refusingAll(), listener);
        lines.forEach(replay::line);
        return replay.end();
    }

    private static String divergence(List<String> lines) {
        try {
            replay(lines, NOBODY);
        } catch (DivergenceException e) {
            assertThat(e.line()).isBetween(1L, (long) lines.size());
            return String.valueOf(e.getMessage());
        }
        return "";
    }

    @Test
    void comesToTheSameRoots() {
        List<Digest> roots = new ArrayList<>();
        LedgerReplay.Result result = replay(chain.lines(), (_, _, _, _, _, after) -> roots.add(after.root()));
        assertThat(result.state().root()).isEqualTo(chain.state.root());
        assertThat(result.receipts()).isEqualTo(4);
        assertThat(roots)
                .isEqualTo(chain.links.stream()
                        .map(each -> each.block().header().stateRoot())
                        .toList());
    }

    @Test
    void findsTheBlockOfAReceipt() {
        ReceiptTrail trail = new ReceiptTrail(chain.receipts.get(1));
        LedgerReplay.Result result = replay(chain.lines(), trail);
        assertThat(trail.found()).hasSize(1);
        ReceiptTrail.Found found = trail.found().getFirst();
        assertThat(found.partition()).isZero();
        assertThat(found.sequenceNr()).isEqualTo(2);
        assertThat(found.block()).isEqualTo(chain.links.get(1).block());
        assertThat(found.place().includes(found.logRoot(), found.entry().leafHash()))
                .isTrue();
        assertThat(result.state().settlements().get(Digest.sha256(chain.receipts.get(1))))
                .isPresent();
        ReceiptTrail none = new ReceiptTrail(Bytes.ofHex("00"));
        replay(chain.lines(), none);
        assertThat(none.found()).isEmpty();
    }

    @Test
    void refusesLinesThatAreMissingDoubledOrMoved() {
        List<String> good = chain.lines();
        for (int i = 0; i < good.size(); i++) {
            List<String> without = new ArrayList<>(good);
            without.remove(i);
            boolean last = i == good.size() - 1;
            assertThat(divergence(without)).as("without line %d", i + 1).isNotEmpty();
            List<String> doubled = new ArrayList<>(good);
            doubled.add(i, good.get(i));
            assertThat(divergence(doubled)).as("line %d twice", i + 1).isNotEmpty();
            if (!last) {
                List<String> moved = new ArrayList<>(good);
                Collections.swap(moved, i, i + 1);
                assertThat(divergence(moved))
                        .as("line %d behind the next", i + 1)
                        .isNotEmpty();
            }
        }
        assertThatThrownBy(() -> new LedgerReplay(
                                Optional.of(Digest.ZERO), new FakeSignatures(), EvidenceVerifier.refusingAll(), NOBODY)
                        .line(good.getFirst()))
                .hasMessageContaining("the one you trust is");
    }

    @Test
    void takesUpAnExportThatWasCutShort(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("ledger.jsonl");
        try (LedgerExport export = LedgerExport.open(file, GENESIS)) {
            for (Link link : chain.links) {
                export.write(link.block(), link.certificate(), link.segments());
            }
        }
        byte[] whole = Files.readAllBytes(file);
        assertThat(new String(whole, StandardCharsets.US_ASCII)).isEqualTo(String.join("\n", chain.lines()) + "\n");
        for (int length = chain.lines().getFirst().length() + 1; length < whole.length; length += 97) {
            Files.write(file, java.util.Arrays.copyOf(whole, length), StandardOpenOption.TRUNCATE_EXISTING);
            try (LedgerExport export = LedgerExport.open(file, GENESIS)) {
                for (Link link : chain.links.subList((int) export.height(), chain.links.size())) {
                    export.write(link.block(), link.certificate(), link.segments());
                }
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
        try (InputStream in = Files.newInputStream(file)) {
            Signatures signatures = new FakeSignatures();
            assertThat(new LedgerReplay(Optional.empty(), signatures, EvidenceVerifier.refusingAll(), NOBODY)
                            .all(in)
                            .receipts())
                    .isEqualTo(4);
        }
        Files.writeString(file, "something else\n");
        assertThatThrownBy(() -> LedgerExport.open(file, GENESIS))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("name another file");
    }
}
