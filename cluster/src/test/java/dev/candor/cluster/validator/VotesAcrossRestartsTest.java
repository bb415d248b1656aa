package dev.candor.cluster.validator;

import static dev.candor.cluster.validator.ValidatorFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.Peers;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote.Kind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A validator that stops after it proposed and begins again: it signs one vote a kind, height and round, because its votes are in its journal before it says them. */
@Timeout(300)
final class VotesAcrossRestartsTest {
    @TempDir
    private Path folder;

    private ValidatorFixture network;
    private final List<SignedVote> said = new CopyOnWriteArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
    }

    @AfterEach
    void end() {
        network.close();
    }

    @Test
    void itsVotesAreNoEvidenceAgainstIt() throws Exception {
        assertThat(convictedByItsOwnVotes(UnaryOperator.identity())).isFalse();
    }

    @Test
    void aValidatorThatForgetsItsVotesConvictsItself() throws Exception {
        assertThat(convictedByItsOwnVotes(VotesAcrossRestartsTest::forgetful)).isTrue();
    }

    private static ValidatorJournal forgetful(ValidatorJournal journal) {
        return (ValidatorJournal) Proxy.newProxyInstance(
                ValidatorJournal.class.getClassLoader(),
                new Class<?>[] {ValidatorJournal.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "append" -> null;
                    case "votes" -> List.of();
                    default -> {
                        try {
                            yield method.invoke(journal, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
    }

    private boolean convictedByItsOwnVotes(UnaryOperator<ValidatorJournal> journal) throws Exception {
        Bytes proposer = network.genesis
                .validators()
                .keys()
                .get(network.genesis.validators().proposer(1, 0));
        int number = network.keys.stream().map(PeerIdentity::publicKey).toList().indexOf(proposer);
        ValidatorSeams seams = new ValidatorSeams((_, peers) -> new Recorded(peers), journal, UnaryOperator.identity());
        work(network.start(number, List.of(), seams));
        await(() -> said(Kind.PROPOSAL, 0));
        network.stop(number);
        int before = said.size();
        work(network.start(number, List.of(), seams));
        // Whatever it still had to say of the first round, it has said once it gives a round up.
        await(() -> said(Kind.ROUND_CHANGE, before));
        return said.stream()
                .anyMatch(one -> said.stream().anyMatch(two -> new Transaction.Equivocation(one, two).rivals()));
    }

    private void work(ValidatorProcess process) {
        var _ = process.validator().submit(network.signed(network.operator, 0, network.registerExecutor()));
    }

    private boolean said(Kind kind, int from) {
        return said.stream().skip(from).anyMatch(each -> each.vote().kind() == kind);
    }

    private final class Recorded implements Peers {
        private final Peers others;

        Recorded(Peers others) {
            this.others = others;
        }

        @Override
        public void send(Optional<Bytes> to, Message message) {
            switch (message) {
                case Message.Proposal proposal -> said.add(proposal.vote());
                case Message.Ballot(SignedVote vote) -> said.add(vote);
                case Message.RoundChange change -> said.add(change.vote());
                case Message.Decided _, Message.SyncRequest _ -> {}
            }
            others.send(to, message);
        }
    }
}
