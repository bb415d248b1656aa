package dev.candor.persistence.ledger.replay;

import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.block.Body;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.replay.TestChain.Link;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.ArrayList;
import java.util.List;

/** Writes a chain of which one block was changed, and does over what it can: framing, numbers, chains of hashes, digests and roots of that block and all behind it. */
final class Forger {
    private final TestChain chain;
    private final Sealing sealing;
    private final Ledger lenient = new Ledger((_, _, _) -> true, TestChain.CREDULOUS);

    private Forger(TestChain chain, Sealing sealing) {
        this.chain = chain;
        this.sealing = sealing;
    }

    /** Gets a block its certificate. */
    private interface Sealing {
        Certificate of(LedgerState before, Block block, Certificate old);
    }

    /** One who has no keys: the old signatures stand under the new hash. */
    static Forger withoutKeys(TestChain chain) {
        return new Forger(chain, (_, block, old) -> {
            Vote vote = old.vote();
            return new Certificate(
                    new Vote(vote.kind(), vote.height(), vote.round(), block.hash(), vote.preparedRound()),
                    old.seals());
        });
    }

    /** A quorum of the validators, with their keys and no others. */
    static Forger withAQuorum(TestChain chain) {
        return new Forger(chain, (before, block, _) -> TestChain.certify(before, block));
    }

    /** The chain with {@code changed} in the place of a block and its events. */
    TestChain forge(int which, Link changed) {
        TestChain other = new TestChain();
        LedgerState state = GENESIS.state();
        for (int i = 0; i < chain.links.size(); i++) {
            Link wanted = i == which ? changed : chain.links.get(i);
            Link link = i < which ? wanted : doneOver(state, wanted);
            other.links.add(link);
            if (!(lenient.apply(state, link.block(), link.segments()) instanceof Ledger.Outcome.Applied applied)) {
                // Nothing of what follows is ever read.
                other.links.addAll(chain.links.subList(i + 1, chain.links.size()));
                break;
            }
            state = applied.state();
        }
        return other;
    }

    private Link doneOver(LedgerState state, Link wanted) {
        List<Segment> segments = wanted.segments().stream()
                .filter(each -> !each.events().isEmpty())
                .map(each -> chained(state, each))
                .toList();
        BlockHeader header = wanted.block().header();
        Body body = new Body(
                segments.stream().map(Ledger::advanceOf).toList(),
                wanted.block().body().transactions());
        Digest root = lenient.build(state, header.time(), body.transactions(), segments)
                .block()
                .header()
                .stateRoot();
        Block block = new Block(
                new BlockHeader(
                        header.chain(),
                        header.height(),
                        state.lastBlock(),
                        header.time(),
                        header.validators(),
                        body.digest(),
                        root),
                body);
        return new Link(block, sealing.of(state, block, wanted.certificate()), segments);
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
}
