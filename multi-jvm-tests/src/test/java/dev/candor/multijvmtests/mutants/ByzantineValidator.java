package dev.candor.multijvmtests.mutants;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.cluster.validator.ValidatorConfig;
import dev.candor.cluster.validator.ValidatorProcess;
import dev.candor.cluster.validator.ValidatorSeams;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.validator.Peers;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * A validator with its key that lies in every way that it can: it votes for two blocks at once, proposes blocks that are not valid, and withholds every third
 * message and whatever others ask of it. Argument: its settings.
 */
public final class ByzantineValidator {
    private ByzantineValidator() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        ValidatorConfig config = ValidatorConfig.of(
                NodeConfigs.load(ConfigFactory.parseFile(Path.of(arguments[0]).toFile())));
        Digest chain = GenesisFile.read(config.genesis()).digest();
        ValidatorProcess process = ValidatorProcess.start(
                config,
                new ValidatorSeams(
                        (self, others) -> new Liar(self, others, chain),
                        UnaryOperator.identity(),
                        UnaryOperator.identity()));
        Runtime.getRuntime().addShutdownHook(new Thread(process::close, "stop-validator"));
        new CountDownLatch(1).await();
    }

    /** Used by the validator's thread. */
    private static final class Liar implements Peers {
        private final PeerIdentity self;
        private final Peers others;
        private final Digest chain;
        private int said;

        Liar(PeerIdentity self, Peers others, Digest chain) {
            this.self = self;
            this.others = others;
            this.chain = chain;
        }

        @Override
        public void send(Optional<Bytes> to, Message message) {
            said++;
            switch (message) {
                case Message.Proposal(var vote, var block, var changes, var prepared) -> {
                    Block spoiled = spoiled(block);
                    Vote other = new Vote(
                            vote.vote().kind(),
                            vote.vote().height(),
                            vote.vote().round(),
                            spoiled.hash(),
                            vote.vote().preparedRound());
                    say(to, new Message.Proposal(signed(other), spoiled, changes, prepared));
                }
                case Message.Ballot(SignedVote vote) -> {
                    say(to, message);
                    Vote v = vote.vote();
                    // Of this height, of which the others may be past, and of the next, which is still to come.
                    for (long height : new long[] {v.height(), v.height() + 1}) {
                        Digest one = Digest.sha256(v.block().toBytes());
                        Digest two = Digest.sha256(one.toBytes());
                        others.send(to, new Message.Ballot(signed(Vote.on(v.kind(), height, v.round(), one))));
                        others.send(to, new Message.Ballot(signed(Vote.on(v.kind(), height, v.round(), two))));
                    }
                }
                case Message.RoundChange _ -> say(to, message);
                case Message.SyncRequest _ -> others.send(to, message);
                case Message.Decided _ -> {}
            }
        }

        private void say(Optional<Bytes> to, Message message) {
            if (said % 3 != 0) {
                others.send(to, message);
            }
        }

        private SignedVote signed(Vote vote) {
            return new SignedVote(vote, self.publicKey(), self.key().sign(vote.signedBytes(chain)));
        }

        private static Block spoiled(Block block) {
            BlockHeader h = block.header();
            return new Block(
                    new BlockHeader(
                            h.chain(),
                            h.height(),
                            h.parent(),
                            h.time(),
                            h.validators(),
                            h.body(),
                            Digest.sha256(h.stateRoot().toBytes())),
                    block.body());
        }
    }
}
