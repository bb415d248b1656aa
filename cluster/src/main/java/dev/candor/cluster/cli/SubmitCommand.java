package dev.candor.cluster.cli;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.node.LedgerFiles;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.LedgerClient;
import dev.candor.cluster.validator.PeerAddress;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.PriceList;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
    private static final String CALLER = "caller:";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Data folder of a node that keeps a ledger of its own and runs: instead of --genesis, --key and --at.")
    @Nullable
    private Path data;

    @Option(names = "--genesis", paramLabel = "FILE", description = "The ledger's genesis record.")
    @Nullable
    private Path genesis;

    @Option(names = "--key", paramLabel = "FILE", description = "Key that signs.")
    @Nullable
    private Path key;

    @Option(names = "--at", paramLabel = "KEY@HOST:PORT", description = "A validator.")
    @Nullable
    private String validator;

    @Option(
            names = "--wait",
            defaultValue = "30",
            paramLabel = "SECONDS",
            description = "How long to wait for the block (30).")
    private int seconds = 30;

    @Option(
            names = "--prices",
            split = ",",
            paramLabel = "BASE,TEE,ZKML",
            description = "Units for an answer, and on top for an attestation or a proof; with --model or --reprice.")
    @Nullable
    private List<Long> prices;

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
                description = "Operator: money for an account: 64 hexadecimal digits, a caller's pseudonym or SHA-256"
                        + " of a public key; \"own\", the signer's; with --data also \"caller:NAME\".")
        @Nullable
        private String deposit;

        @Option(
                names = "--withdraw",
                paramLabel = "ACCOUNT=AMOUNT",
                description = "Operator: free money of an account leaves the ledger.")
        @Nullable
        private String withdraw;

        @Option(
                names = "--model",
                paramLabel = "NAME=ID",
                description = "Operator: the model with this content id gets the prices of --prices at once."
                        + " Register it before it is served.")
        @Nullable
        private String model;

        @Option(
                names = "--reprice",
                paramLabel = "ID",
                description =
                        "Operator: this model gets the prices of --prices once the notice of the ledger's rules is over.")
        @Nullable
        private String reprice;

        @Option(
                names = "--unstake",
                paramLabel = "KEY=AMOUNT",
                description = "The signer withdraws stake of a node; it stays liable until it is unbonded.")
        @Nullable
        private String unstake;

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

        Action action(Bytes signer, Accounts accounts, Supplier<PriceList> prices, Supplier<Long> from)
                throws IOException {
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
                return new Action.Deposit(accounts.of(pair.left()), pair.amount());
            }
            if (withdraw != null) {
                Pair pair = Pair.of(withdraw);
                return new Action.Withdraw(accounts.of(pair.left()), pair.amount());
            }
            if (model != null) {
                Pair pair = Pair.of(model);
                return new Action.RegisterModel(Digest.ofHex(pair.right()), pair.left(), prices.get());
            }
            if (reprice != null) {
                return new Action.SetPrices(Digest.ofHex(reprice), prices.get(), from.get());
            }
            if (unstake != null) {
                Pair pair = Pair.of(unstake);
                return new Action.Unstake(ValidatorSet.keyId(PeerAddress.key(pair.left())), pair.amount());
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
                            "a node is an executor, a prover, a gateway or a validator, not \"" + name + "\""));
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
            try {
                return new Amount(Long.parseLong(right));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("an amount is a whole number of units, not \"" + right + "\"", e);
            }
        }
    }

    /** Whose account is meant. */
    @FunctionalInterface
    interface Accounts {
        Digest of(String name) throws IOException;
    }

    private record Where(Path key, Path genesis, String validator) {}

    private Where where() throws IOException {
        if (data != null) {
            if (genesis != null || key != null || validator != null) {
                throw new ParameterException(
                        spec.commandLine(), "--data stands for --genesis, --key and --at: name it or those");
            }
            LedgerFiles files = new LedgerFiles(data);
            return new Where(files.operator(), files.genesis(), files.door());
        }
        if (genesis == null || key == null || validator == null) {
            throw new ParameterException(spec.commandLine(), "name --data, or --genesis, --key and --at");
        }
        return new Where(key, genesis, validator);
    }

    private Digest account(Bytes signer, String name) throws IOException {
        if (name.equals("own")) {
            return Account.of(signer);
        }
        if (name.startsWith(CALLER) && data != null) {
            return new LedgerFiles(data).account(name.substring(CALLER.length()));
        }
        try {
            return Digest.ofHex(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "an account is 64 hexadecimal digits, \"own\" or, with --data, \"caller:NAME\", not \"" + name
                            + "\"",
                    e);
        }
    }

    private PriceList prices() {
        if (prices == null || prices.size() != 3) {
            throw new ParameterException(spec.commandLine(), "name the three prices: --prices BASE,TEE,ZKML");
        }
        return new PriceList(new Amount(prices.get(0)), new Amount(prices.get(1)), new Amount(prices.get(2)));
    }

    @Override
    public Integer call() {
        return Reported.run(spec, out -> {
            Where at = where();
            PeerIdentity self = PeerIdentity.load(at.key());
            LedgerGenesis ledger = GenesisFile.read(at.genesis());
            Action action = what.action(
                    self.publicKey(),
                    name -> account(self.publicKey(), name),
                    this::prices,
                    () -> System.currentTimeMillis()
                            + ledger.parameters().priceNotice()
                            + Duration.ofSeconds(seconds).toMillis());
            try (LedgerClient client = LedgerClient.of(self, PeerAddress.parse(at.validator()))) {
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
