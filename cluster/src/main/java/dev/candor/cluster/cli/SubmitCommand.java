package dev.candor.cluster.cli;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.LedgerClient;
import dev.candor.cluster.validator.PeerAddress;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.wire.Submitted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Signs a transaction and hands it in. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = {
            "Signs a transaction, hands it to a validator and waits for its block.",
            "Exit code 0: it is in a final block; 1: it is refused, and why; 2: the command line is wrong."
        })
final class SubmitCommand implements Callable<Integer> {
    @Option(names = "--genesis", required = true, paramLabel = "FILE", description = "The ledger's genesis record.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path genesis;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Key that signs.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path key;

    @Option(names = "--at", required = true, paramLabel = "KEY@HOST:PORT", description = "A validator.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String validator;

    @Option(
            names = "--wait",
            defaultValue = "30",
            paramLabel = "SECONDS",
            description = "How long to wait for the block (30).")
    private int seconds = 30;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private What what;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** What is asked for. */
    static final class What {
        @Option(
                names = "--register",
                paramLabel = "ROLE=KEY",
                description =
                        "Operator: a node with this public key acts as executor, prover, gateway or validator, for the signer's account.")
        @Nullable
        private String register;

        @Option(names = "--revoke", paramLabel = "KEY", description = "Operator: this key is not believed any more.")
        @Nullable
        private String revoke;

        @Option(
                names = "--deposit",
                paramLabel = "ACCOUNT=AMOUNT",
                description = "Operator: money for a caller's pseudonym, or SHA-256 of a public key, in hex.")
        @Nullable
        private String deposit;

        @Option(
                names = "--stake",
                paramLabel = "KEY=AMOUNT",
                description = "The signer's free money becomes the stake of a node that it operates.")
        @Nullable
        private String stake;

        @Option(
                names = "--validators",
                split = ",",
                paramLabel = "KEY,KEY...",
                description = "Operator: these validators, who are registered, certify from the next block on.")
        @Nullable
        private List<String> validators;

        Action action(Bytes signer) {
            if (register != null) {
                Pair pair = Pair.of(register);
                return new Action.RegisterNode(
                        PeerAddress.key(pair.right()),
                        Set.of(role(pair.left())),
                        Account.of(signer),
                        0,
                        Long.MAX_VALUE,
                        Digest.ZERO);
            }
            if (revoke != null) {
                return new Action.RevokeNode(ValidatorSet.keyId(PeerAddress.key(revoke)));
            }
            if (deposit != null) {
                Pair pair = Pair.of(deposit);
                return new Action.Deposit(Digest.ofHex(pair.left()), pair.amount());
            }
            if (stake != null) {
                Pair pair = Pair.of(stake);
                return new Action.Stake(ValidatorSet.keyId(PeerAddress.key(pair.left())), pair.amount());
            }
            return new Action.ChangeValidators(ValidatorSet.of((validators == null ? List.<String>of() : validators)
                    .stream().map(PeerAddress::key).toList()));
        }

        private static NodeEntry.Role role(String name) {
            return Arrays.stream(NodeEntry.Role.values())
                    .filter(each -> each.name().equals(name.toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "a node is an executor, a prover, a gateway or a" + " validator, not \"" + name + "\""));
        }
    }

    /** {@code LEFT=RIGHT}; base64 ends in {@code =} itself, so what is searched for is the sign between both. */
    private record Pair(String left, String right) {
        static Pair of(String text) {
            int at = text.endsWith("=") ? text.indexOf('=') : text.lastIndexOf('=');
            if (at < 1 || at == text.length() - 1) {
                throw new IllegalArgumentException("\"" + text + "\" has not the form LEFT=RIGHT");
            }
            return new Pair(text.substring(0, at), text.substring(at + 1));
        }

        Amount amount() {
            return new Amount(Long.parseLong(right));
        }
    }

    @Override
    public Integer call() {
        return Reported.run(spec, out -> {
            PeerIdentity self = PeerIdentity.load(key);
            LedgerGenesis ledger = GenesisFile.read(genesis);
            Action action = what.action(self.publicKey());
            try (LedgerClient client = LedgerClient.of(self, PeerAddress.parse(validator))) {
                long nonce = client.nonce(Account.of(self.publicKey()));
                Bytes message = Transaction.Signed.message(ledger.digest(), self.publicKey(), nonce, action);
                Transaction.Signed transaction = new Transaction.Signed(
                        self.publicKey(), nonce, action, self.key().sign(message), Optional.empty());
                return switch (client.submit(transaction, Duration.ofSeconds(seconds))) {
                    case Submitted.Included(long height) -> {
                        out.println("in block " + height);
                        yield 0;
                    }
                    case Submitted.Refused(String why) -> throw new IOException("refused: " + why);
                };
            }
        });
    }
}
