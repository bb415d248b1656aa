package dev.candor.persistence.ledger.replay;

import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.block.Body;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.replay.TestChain.Link;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
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
                // Events of different partitions may stand in either order only as the export has them: numbers and
                // partitions tell.
                assertThat(divergence(moved).isEmpty() && !isEvent(good.get(i))).isFalse();
            }
        }
        assertThatThrownBy(() -> new LedgerReplay(
                                Optional.of(Digest.ZERO), new FakeSignatures(), EvidenceVerifier.refusingAll(), NOBODY)
                        .line(good.getFirst()))
                .hasMessageContaining("the one you trust is");
    }

    private static boolean isEvent(String line) {
        return line.startsWith("{\"partition\"");
    }

    /** Every byte of every line, as it stands. */
    @Test
    void refusesEveryFlippedByte() {
        List<String> good = chain.lines();
        for (int i = 0; i < good.size(); i++) {
            byte[] bytes = good.get(i).getBytes(StandardCharsets.ISO_8859_1);
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] ^= 1;
                List<String> lines = new ArrayList<>(good);
                lines.set(i, new String(bytes, StandardCharsets.ISO_8859_1));
                assertThat(divergence(lines)).as("line %d, byte %d", i + 1, at).isNotEmpty();
                bytes[at] ^= 1;
            }
        }
    }

    /**
     * Every byte of every receipt, event, transaction and header, with everything that needs no key done over: framing, chains, digests, roots, and the
     * hash that the certificate names. Signatures are what is left, and they refuse it.
     */
    @Test
    void refusesEveryFlippedByteWithAllHashesDoneOver() {
        int changed = 0;
        for (int link = 0; link < chain.links.size(); link++) {
            int which = link;
            for (int s = 0; s < chain.links.get(link).segments().size(); s++) {
                int segment = s;
                for (int e = 0;
                        e < chain.links.get(link).segments().get(s).events().size();
                        e++) {
                    int event = e;
                    Bytes bytes = PartitionCodec.encode(
                            chain.links.get(link).segments().get(s).events().get(e));
                    changed += each(
                            bytes,
                            other -> forged(which, (segments, body) -> {
                                Segment old = segments.get(segment);
                                List<PartitionEvent> events = new ArrayList<>(old.events());
                                events.set(event, PartitionCodec.decode(other));
                                segments.set(segment, new Segment(old.partition(), old.firstSequenceNr(), events));
                                return body;
                            }));
                }
            }
            Block block = chain.links.get(link).block();
            changed += each(
                    block.encode(),
                    other -> forged(which, (_, _) -> Block.decode(other).body()));
        }
        assertThat(changed).isGreaterThan(1_000);
    }

    /** Changes a block's segments and body. */
    private interface Forgery {
        Body change(List<Segment> segments, Body body);
    }

    private static int each(Bytes good, UnaryOperatorOfBytes forgery) {
        int changed = 0;
        for (int at = 0; at < good.length(); at++) {
            byte[] bytes = good.toArray();
            bytes[at] ^= 1;
            List<String> lines;
            try {
                lines = forgery.lines(Bytes.wrap(bytes));
            } catch (MalformedBytesException | IllegalArgumentException e) {
                continue;
            }
            if (!lines.isEmpty()) {
                assertThat(divergence(lines)).as("byte %d", at).isNotEmpty();
                changed++;
            }
        }
        return changed;
    }

    /** Lines with one byte changed and hashes done over; empty where that changed nothing. */
    private interface UnaryOperatorOfBytes {
        List<String> lines(Bytes changed);
    }

    /** The chain with one block changed and everything after it done over, as whoever has no keys can. */
    private List<String> forged(int which, Forgery forgery) {
        Ledger lenient = new Ledger((_, _, _) -> true, EvidenceVerifier.refusingAll());
        LedgerState state = GENESIS.state();
        TestChain other = new TestChain();
        for (int i = 0; i < chain.links.size(); i++) {
            Link link = chain.links.get(i);
            List<Segment> segments = new ArrayList<>(link.segments());
            Body body = i == which
                    ? forgery.change(segments, link.block().body())
                    : link.block().body();
            for (int s = 0; s < segments.size(); s++) {
                segments.set(s, chained(state, segments.get(s)));
            }
            Ledger.Built built = lenient.build(state, link.block().header().time(), body.transactions(), segments);
            Certificate old = link.certificate();
            Vote vote = Vote.on(
                    Vote.Kind.COMMIT,
                    old.vote().height(),
                    old.vote().round(),
                    built.block().hash());
            other.links.add(new Link(built.block(), new Certificate(vote, old.seals()), built.segments()));
            state = built.applied().state();
        }
        return state.lastBlock().equals(chain.state.lastBlock()) ? List.of() : other.lines();
    }

    private static Segment chained(LedgerState state, Segment segment) {
        Digest head = state.partitions().get(segment.partition()).head();
        List<PartitionEvent> events = new ArrayList<>();
        for (PartitionEvent event : segment.events()) {
            PartitionEvent next = switch (event) {
                case Opened opened -> new Opened(opened.epoch(), head);
                case ReceiptsCommitted committed -> new ReceiptsCommitted(committed.epoch(), head, committed.entries());
            };
            events.add(next);
            head = PartitionCodec.hash(next);
        }
        return new Segment(
                segment.partition(), state.partitions().get(segment.partition()).sequenceNr() + 1, events);
    }

    /** Each field of a header, of a certificate and of the genesis, changed to another valid value. */
    @Test
    void refusesEveryOtherValueOfAField() {
        Link link = chain.links.get(1);
        BlockHeader h = link.block().header();
        Digest other = Digest.sha256(Bytes.ofHex("0f"));
        List<BlockHeader> headers = List.of(
                new BlockHeader(other, h.height(), h.parent(), h.time(), h.validators(), h.body(), h.stateRoot()),
                new BlockHeader(h.chain(), 3, h.parent(), h.time(), h.validators(), h.body(), h.stateRoot()),
                new BlockHeader(h.chain(), 2, other, h.time(), h.validators(), h.body(), h.stateRoot()),
                new BlockHeader(h.chain(), 2, h.parent(), h.time() + 1, h.validators(), h.body(), h.stateRoot()),
                new BlockHeader(h.chain(), 2, h.parent(), h.time(), other, h.body(), h.stateRoot()),
                new BlockHeader(h.chain(), 2, h.parent(), h.time(), h.validators(), other, h.stateRoot()),
                new BlockHeader(h.chain(), 2, h.parent(), h.time(), h.validators(), h.body(), other));
        for (BlockHeader header : headers) {
            Block block = new Block(header, link.block().body());
            Vote vote = Vote.on(Vote.Kind.COMMIT, header.height(), 0, block.hash());
            assertThat(divergence(with(
                            1,
                            new Link(
                                    block,
                                    new Certificate(vote, link.certificate().seals()),
                                    link.segments()))))
                    .contains("does not hold");
            assertThat(divergence(with(1, new Link(block, link.certificate(), link.segments()))))
                    .contains("the certificate is not one of block");
        }
        List<Certificate.Seal> seals = link.certificate().seals();
        Vote vote = link.certificate().vote();
        assertThat(divergence(with(
                        1, new Link(link.block(), new Certificate(vote, seals.subList(0, 2)), link.segments()))))
                .contains("2 of 4 validators signed, a quorum is 3");
        assertThat(divergence(with(
                        1,
                        new Link(
                                link.block(),
                                new Certificate(Vote.on(Vote.Kind.COMMIT, 2, 1, vote.block()), seals),
                                link.segments()))))
                .contains("does not hold");
        assertThat(divergence(with(
                        1,
                        new Link(
                                link.block(),
                                new Certificate(Vote.on(Vote.Kind.PREPARE, 2, 0, vote.block()), seals),
                                link.segments()))))
                .contains("the certificate is not one of block");
        LedgerGenesis genesis = new LedgerGenesis(
                GENESIS.genesis(), GENESIS.parameters(), List.of(FakeSignatures.key(2)), GENESIS.validators());
        List<String> lines = new ArrayList<>(chain.lines());
        lines.set(0, new LedgerLine.Genesis(genesis).write());
        assertThat(divergence(lines)).startsWith("line 1: this is the chain");
        Advance advance = link.block().body().advances().getFirst();
        CanonicalWriter out = new CanonicalWriter(64);
        link.certificate().write(out);
        assertThat(Certificate.read(new CanonicalReader(out.toBytes()))).isEqualTo(link.certificate());
        assertThat(advance.sequenceNr()).isEqualTo(2);
    }

    private List<String> with(int which, Link link) {
        TestChain other = new TestChain();
        other.links.addAll(chain.links);
        other.links.set(which, link);
        return other.lines();
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
