package dev.candor.persistence.ledger.light;

import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.replay.TestChain;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Certificate.Seal;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Blocks 1 to 3 are of the genesis' validators; block 3 makes one of them go, block 5 another. */
final class BlockVerifierTest {
    private static final ValidatorSet FIRST = GENESIS.validators();
    private static final ValidatorSet SECOND = LedgerFixture.validators(10, 11, 12, 14);
    private static final ValidatorSet THIRD = LedgerFixture.validators(10, 11, 14, 15);
    private static final List<Message.Decided> CHAIN = chain();

    private final BlockVerifier verifier = new BlockVerifier(GENESIS, new FakeSignatures());

    private static List<Message.Decided> chain() {
        TestChain chain = new TestChain();
        chain.add(LedgerFixture.setUp(chain.state()), List.of());
        chain.add(
                LedgerFixture.operator(
                        chain.state(),
                        LedgerFixture.node(14, NodeEntry.Role.VALIDATOR),
                        LedgerFixture.node(15, NodeEntry.Role.VALIDATOR)),
                List.of());
        change(chain, SECOND);
        nothing(chain);
        change(chain, THIRD);
        nothing(chain);
        return chain.decided();
    }

    private static void change(TestChain chain, ValidatorSet to) {
        chain.add(LedgerFixture.operator(chain.state(), new Action.ChangeValidators(to)), List.of());
    }

    private static void nothing(TestChain chain) {
        chain.add(List.of(), List.of());
    }

    private static Message.Decided at(int height) {
        return CHAIN.get(height - 1);
    }

    /** The block's certificate as these would make it; places in {@code validators}. */
    private static Message.Decided signed(Block block, Vote vote, ValidatorSet validators, int... places) {
        List<Seal> seals = IntStream.of(places)
                .mapToObj(i ->
                        new Seal(i, FakeSignatures.sign(validators.keys().get(i), vote.signedBytes(GENESIS.digest()))))
                .toList();
        return new Message.Decided(block, new Certificate(vote, seals));
    }

    private static Message.Decided signed(Block block, ValidatorSet validators, int... places) {
        return signed(block, commit(block), validators, places);
    }

    private static Vote commit(Block block) {
        return Vote.on(Vote.Kind.COMMIT, block.header().height(), 0, block.hash());
    }

    private static Block with(Block block, UnaryOperator<BlockHeader> change) {
        return new Block(change.apply(block.header()), block.body());
    }

    private static BlockHeader atHeight(BlockHeader h, long height) {
        return new BlockHeader(h.chain(), height, h.parent(), h.time(), h.validators(), h.body(), h.stateRoot());
    }

    private static BlockHeader naming(BlockHeader h, ValidatorSet validators) {
        return new BlockHeader(
                h.chain(), h.height(), h.parent(), h.time(), validators.digest(), h.body(), h.stateRoot());
    }

    private void refuses(Message.Decided decided, String why) {
        assertThat(verifier.defect(decided)).get().asString().contains(why);
    }

    @Test
    void believesWhatAQuorumOfTheGenesisValidatorsSigned() {
        for (int height = 1; height <= 3; height++) {
            assertThat(verifier.defect(at(height))).isEmpty();
        }
        assertThat(verifier.latest()).isEqualTo(1);
    }

    @Test
    void refusesTooFewAndForgedSignatures() {
        Block block = at(2).block();
        refuses(signed(block, FIRST, 0, 2), "2 of 4 validators signed, a quorum is 3");
        List<Seal> forged = new ArrayList<>(at(2).certificate().seals());
        Bytes others = at(1).certificate().seals().getFirst().signature();
        forged.set(0, new Seal(forged.getFirst().validator(), others));
        Message.Decided lie =
                new Message.Decided(block, new Certificate(at(2).certificate().vote(), forged));
        refuses(lie, "the signature of validator 1 is not over this block");
        assertThat(new BlockVerifier(GENESIS, (_, _, _) -> true).defect(lie))
                .as("the mutant that checks no signature")
                .isEmpty();
    }

    @Test
    void refusesACertificateForSomethingElse() {
        Block block = at(2).block();
        refuses(new Message.Decided(block, at(1).certificate()), "for something else");
        Vote prepared = Vote.on(Vote.Kind.PREPARE, 2, 0, block.hash());
        refuses(signed(block, prepared, FIRST, 0, 1, 2), "for something else");
        Vote higher = Vote.on(Vote.Kind.COMMIT, 3, 0, block.hash());
        refuses(signed(block, higher, FIRST, 0, 1, 2), "for something else");
    }

    @Test
    void refusesABlockMovedToAnotherHeight() {
        refuses(
                new Message.Decided(with(at(2).block(), h -> atHeight(h, 3)), at(2).certificate()),
                "for something else");
        for (long none : new long[] {0, -1, Long.MIN_VALUE}) {
            refuses(
                    new Message.Decided(with(at(2).block(), h -> atHeight(h, none)), at(2).certificate()),
                    "which nothing certified for its height");
        }
    }

    @Test
    void refusesABodyThatTheHeaderDoesNotName() {
        Block swapped = new Block(at(2).block().header(), at(3).block().body());
        refuses(new Message.Decided(swapped, at(2).certificate()), "its body is not the one that its header names");
    }

    @Test
    void refusesALedgerThatBeganOtherwise() {
        Genesis other = new Genesis("another", 4, LedgerFixture.START, Digest.sha256(Bytes.ofHex("98")));
        LedgerGenesis elsewhere =
                new LedgerGenesis(other, GENESIS.parameters(), GENESIS.operators(), GENESIS.validators());
        assertThat(new BlockVerifier(elsewhere, new FakeSignatures()).defect(at(1)))
                .contains("it is of the chain " + GENESIS.digest() + ", not " + elsewhere.digest());
    }

    @Test
    void refusesValidatorsWhomNoBlockThatItFollowedBroughtIn() {
        refuses(at(4), "it names the validators " + SECOND.digest() + ", which nothing certified for its height");
        ValidatorSet strangers = LedgerFixture.validators(70, 71, 72, 73);
        Block theirs = with(at(2).block(), h -> naming(h, strangers));
        refuses(signed(theirs, strangers, 0, 1, 2, 3), "which nothing certified for its height");
        // Who was replaced certifies nothing any more, whatever the block says of it.
        assertThat(verifier.follow(at(3))).isEmpty();
        refuses(signed(with(at(4).block(), h -> naming(h, FIRST)), FIRST, 0, 1, 2, 3), "which nothing certified");
        refuses(signed(at(4).block(), FIRST, 0, 1, 2, 3), "is not over this block");
    }

    @Test
    void followsEachChangeOfTheValidatorsAndStillBelievesTheBlocksBefore() {
        assertThat(verifier.follow(at(5))).get().asString().contains("which nothing certified");
        assertThat(verifier.follow(at(3))).isEmpty();
        assertThat(verifier.latest()).isEqualTo(4);
        assertThat(verifier.follow(at(5))).isEmpty();
        assertThat(verifier.latest()).isEqualTo(6);
        CHAIN.forEach(each -> assertThat(verifier.defect(each)).isEmpty());
    }

    @Test
    void followsOnlyACertifiedBlockThatChangesThem() {
        assertThat(verifier.follow(at(2))).contains("block 2 changes no validators");
        assertThat(verifier.follow(signed(at(3).block(), FIRST, 0, 1)))
                .contains("2 of 4 validators signed, a quorum is 3");
        assertThat(verifier.latest()).isEqualTo(1);
        assertThat(verifier.defect(at(4))).isPresent();
    }

    @Test
    void refusesACertificateThatNamesAValidatorThatIsNone() {
        Block block = at(1).block();
        List<Seal> seals = new ArrayList<>(at(1).certificate().seals());
        seals.add(new Seal(9, seals.getFirst().signature()));
        refuses(
                new Message.Decided(block, new Certificate(at(1).certificate().vote(), seals)),
                "it names validator 9, the set has 4 members");
    }
}
