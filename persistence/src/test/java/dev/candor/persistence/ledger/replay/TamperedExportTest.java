package dev.candor.persistence.ledger.replay;

import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.replay.OtherValues.Changed;
import dev.candor.persistence.ledger.replay.TestChain.Link;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Exports of which something was changed by somebody who has no keys, or only those of a quorum of validators. */
final class TamperedExportTest {
    /** What nobody but validators signs, so that a quorum of them that lies can say it otherwise, leave it out, or say it twice. */
    private static final Set<String> A_QUORUMS_WORD = Set.of(
            ".block.header.time",
            ".block.body.transactions[] left out",
            ".block.body.transactions[] moved",
            ".segments[] left out",
            ".segments[].events[] left out",
            ".segments[].events[] doubled",
            ".segments[].events[].entries[] left out",
            ".segments[].events[].entries[] doubled",
            ".segments[].events[].entries[] moved",
            ".segments[].events[].entries[].key added",
            ".segments[].events[].entries[].key left out",
            ".segments[].events[].entries[].key.identity",
            ".segments[].events[].entries[].key.fingerprint");

    private final TestChain chain = TestChain.eventful();
    private final List<String> good = chain.lines();

    private static Optional<DivergenceException> refusal(List<String> lines, Optional<Digest> trusted) {
        try {
            LedgerReplay replay =
                    new LedgerReplay(trusted, new FakeSignatures(), TestChain.CREDULOUS, (_, _, _, _, _, _) -> {});
            lines.forEach(replay::line);
            replay.end();
            return Optional.empty();
        } catch (DivergenceException e) {
            return Optional.of(e);
        }
    }

    private static Optional<DivergenceException> refusal(List<String> lines) {
        return refusal(lines, Optional.of(GENESIS.digest()));
    }

    @Test
    void holdsAsItIs() {
        assertThat(refusal(good)).isEmpty();
    }

    /** Every byte of every line, as it stands. */
    @Test
    void refusesEveryFlippedByte() {
        List<String> small = TestChain.small().lines();
        for (int i = 0; i < small.size(); i++) {
            byte[] bytes = small.get(i).getBytes(StandardCharsets.ISO_8859_1);
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] ^= 1;
                List<String> lines = new ArrayList<>(small);
                lines.set(i, new String(bytes, StandardCharsets.ISO_8859_1));
                assertThat(refusal(lines)).as("line %d, byte %d", i + 1, at).isPresent();
                bytes[at] ^= 1;
            }
        }
    }

    /**
     * Every byte of every event, block and certificate, with everything that needs no key done over: framing, numbers, chains, digests, roots, and the hash that the
     * certificate names. Signatures are what is left, and they refuse it.
     */
    @Test
    void refusesEveryFlippedByteWithAllHashesDoneOver() {
        TestChain small = TestChain.small();
        Forger forger = Forger.withoutKeys(small);
        int changed = 0;
        for (int i = 0; i < small.links.size(); i++) {
            int which = i;
            Link link = small.links.get(which);
            for (int s = 0; s < link.segments().size(); s++) {
                int segment = s;
                for (int e = 0; e < link.segments().get(s).events().size(); e++) {
                    int event = e;
                    changed += flipped(
                            small,
                            which,
                            PartitionCodec.encode(
                                    link.segments().get(s).events().get(e)),
                            other ->
                                    forger.forge(which, withEvent(link, segment, event, PartitionCodec.decode(other))));
                }
            }
            changed += flipped(
                    small,
                    which,
                    link.block().encode(),
                    other -> forger.forge(which, new Link(Block.decode(other), link.certificate(), link.segments())));
            CanonicalWriter certificate = new CanonicalWriter(512);
            link.certificate().write(certificate);
            changed += flipped(
                    small,
                    which,
                    certificate.toBytes(),
                    other -> forger.forge(
                            which,
                            new Link(link.block(), Certificate.read(new CanonicalReader(other)), link.segments())));
        }
        assertThat(changed).isGreaterThan(1_500);
    }

    private static Link withEvent(Link link, int segment, int event, PartitionEvent other) {
        List<Segment> segments = new ArrayList<>(link.segments());
        Segment old = segments.get(segment);
        List<PartitionEvent> events = new ArrayList<>(old.events());
        events.set(event, other);
        segments.set(segment, new Segment(old.partition(), old.firstSequenceNr(), events));
        return new Link(link.block(), link.certificate(), segments);
    }

    /** The lowest bit of every byte, and the highest. How many other bytes there were that meant something else. */
    private static int flipped(TestChain chain, int which, Bytes bytes, Function<Bytes, TestChain> forgery) {
        int changed = 0;
        for (int i = 0; i < 2 * bytes.length(); i++) {
            int at = i / 2;
            byte[] other = bytes.toArray();
            other[at] ^= (byte) (i % 2 == 0 ? 1 : 0x80);
            Optional<TestChain> forged = attempt(() -> forgery.apply(Bytes.wrap(other)));
            if (forged.isPresent() && isAnother(chain, forged.get())) {
                assertRefusedByCertificate(forged.get(), which, "block " + (which + 1) + ", byte " + at);
                changed++;
            }
        }
        return changed;
    }

    /** Something that makes a chain. */
    private interface Forgery {
        TestChain forge();
    }

    /** Nothing where what was changed is no value: it has no bytes, or bytes that nothing reads. */
    private static Optional<TestChain> attempt(Forgery forgery) {
        try {
            TestChain forged = forgery.forge();
            forged.lines().forEach(LedgerLine::parse);
            return Optional.of(forged);
        } catch (MalformedBytesException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static boolean isAnother(TestChain chain, TestChain forged) {
        return !forged.lines().equals(chain.lines());
    }

    /** In the line of the block, by its name. */
    private static void assertRefusedByCertificate(TestChain forged, int which, String what) {
        Optional<DivergenceException> refused = refusal(forged.lines());
        assertThat(refused).as(what).isPresent();
        assertThat(refused.get())
                .as(what)
                .hasMessageMatching("(?s).*(certificate|stands where block).*")
                .hasMessageContaining(
                        "block " + forged.links.get(which).block().header().height());
        assertThat(refused.get().line())
                .as(what)
                .isEqualTo(forged.lines(which + 1).size());
    }

    /** As it stands and done over: what is left of a field that was changed are hashes that do not chain, and then signatures. */
    @Test
    void refusesEveryOtherValueOfEveryField() {
        Forger forger = Forger.withoutKeys(chain);
        Set<String> fields = new TreeSet<>();
        int doneOver = 0;
        for (int i = 0; i < chain.links.size(); i++) {
            int which = i;
            for (Changed<Link> each : OtherValues.of(chain.links.get(which))) {
                String what = "block " + (which + 1) + each.field();
                Optional<TestChain> asItIs = attempt(() -> with(which, each.value()));
                if (asItIs.isPresent()) {
                    fields.add(each.field());
                    Optional<DivergenceException> refused = refusal(asItIs.get().lines());
                    assertThat(refused).as(what).isPresent();
                    assertThat(refused.get())
                            .as(what)
                            .hasMessageMatching("(?s).*(block|certificate|event|partition).*");
                    assertThat(refused.get().line())
                            .as(what)
                            .isBetween(
                                    chain.lines(which).size() + 1L,
                                    asItIs.get().lines(which + 1).size() + 0L);
                }
                Optional<TestChain> forged = attempt(() -> forger.forge(which, each.value()));
                if (forged.isPresent() && isAnother(chain, forged.get())) {
                    assertRefusedByCertificate(forged.get(), which, what);
                    doneOver++;
                }
            }
        }
        assertThat(fields).hasSizeGreaterThan(100);
        assertThat(doneOver).isGreaterThan(400);
        System.out.println(fields.size() + " fields, each of other values refused; " + doneOver
                + " of those with all hashes done over");
    }

    private TestChain with(int which, Link link) {
        TestChain other = new TestChain();
        other.links.addAll(chain.links);
        other.links.set(which, link);
        return other;
    }

    @Test
    void refusesEveryOtherGenesis() {
        for (Changed<LedgerGenesis> each : OtherValues.of(GENESIS)) {
            List<String> lines = new ArrayList<>(good);
            lines.set(0, new LedgerLine.Genesis(each.value()).write());
            assertThat(refusal(lines).orElseThrow())
                    .as(each.field())
                    .hasMessageContaining("the one you trust is " + GENESIS.digest());
            assertThat(refusal(lines, Optional.empty()).orElseThrow())
                    .as("%s, with no digest to hold it against", each.field())
                    .hasMessageContaining("certificate of block 1 does not hold");
        }
    }

    /**
     * Validators that are more than may lie, with their own keys: what executors and operators have signed they can leave out, and receipts they can say twice; they cannot
     * change them. What is refused is refused by a signature, or because it does not follow.
     */
    @Test
    void aQuorumThatLiesChangesNothingThatOthersSigned() {
        Forger forger = Forger.withAQuorum(chain);
        Map<String, String> passed = new TreeMap<>();
        int refusedBySignature = 0;
        for (int i = 0; i < chain.links.size(); i++) {
            int which = i;
            for (Changed<Link> each : OtherValues.of(chain.links.get(which))) {
                Optional<TestChain> forged = attempt(() -> forger.forge(which, each.value()));
                if (forged.isPresent() && isAnother(chain, forged.get())) {
                    Optional<DivergenceException> refused = refusal(forged.get().lines());
                    if (refused.isEmpty()) {
                        passed.put(each.field(), "block " + (which + 1));
                    } else if (String.valueOf(refused.get().getMessage()).contains("signature")) {
                        refusedBySignature++;
                    }
                }
            }
        }
        assertThat(passed.keySet()).isEqualTo(A_QUORUMS_WORD);
        assertThat(refusedBySignature).isGreaterThan(200);
    }
}
