package dev.candor.multijvmtests.faults;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.node.LedgerBeginning;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.LedgerClient;
import dev.candor.cluster.validator.PeerAddress;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.Jvm;
import dev.candor.multijvmtests.harness.LedgerExports;
import dev.candor.multijvmtests.mutants.ByzantineValidator;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.FinalBlock;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.wire.Standing;
import dev.candor.persistence.ledger.wire.Submitted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Four validators in processes of their own for the network of one node, and the network's operator. Not thread-safe. */
final class Committee implements AutoCloseable {
    static final int SIZE = 4;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String SHIPPED = "dev.candor.cluster.cli.Candor";

    private final Path folder;
    private final String settings;
    private final List<Integer> ports = new ArrayList<>();
    private final int feedPort = freePort();
    private final Map<Integer, Jvm> running = new TreeMap<>();
    private final List<LedgerClient> clients = new ArrayList<>();
    private final LedgerGenesis genesis;
    private final PeerIdentity operator;

    /**
     * Makes keys, settings and the genesis record.
     *
     * @param node settings of the node whose network it is: its keys, partitions and rules
     */
    Committee(Path folder, String node) throws IOException {
        this.folder = folder;
        this.settings = "candor.ledger { interval = 100ms, timeout = 1s }\n";
        save("operator");
        save("ledger-node");
        for (int i = 0; i < SIZE; i++) {
            save("validator-" + i);
            ports.add(freePort());
        }
        operator = identity("operator");
        List<Bytes> keys = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            keys.add(identity("validator-" + i).publicKey());
        }
        Config config = NodeConfigs.load(ConfigFactory.parseString(node));
        genesis = LedgerBeginning.of(config, List.of(operator.publicKey()), keys, System.currentTimeMillis());
        GenesisFile.write(folder.resolve("genesis.json"), genesis);
        for (int i = 0; i < SIZE; i++) {
            clients.add(LedgerClient.of(operator, address(i)));
            Files.writeString(config(i), settings(i));
        }
    }

    private void save(String name) throws IOException {
        SigningKey.generate(new SecureRandom()).save(folder.resolve(name + ".pem"));
    }

    PeerIdentity identity(String name) throws IOException {
        return PeerIdentity.load(folder.resolve(name + ".pem"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private PeerAddress address(int number) throws IOException {
        return new PeerAddress(identity("validator-" + number).publicKey(), "127.0.0.1", ports.get(number));
    }

    private Path config(int number) {
        return folder.resolve("validator-" + number + ".conf");
    }

    private String entry(String name, int port) throws IOException {
        return String.format(
                Locale.ROOT,
                "{ key = \"%s\", address = \"127.0.0.1:%d\" }",
                identity(name).key().publicKey().toBase64(),
                port);
    }

    private String settings(int number) throws IOException {
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            if (i != number) {
                peers.add(entry("validator-" + i, ports.get(i)));
            }
        }
        return settings
                + String.format(
                        Locale.ROOT,
                        """
                        candor.validator {
                          data-dir = "%s"
                          key = "%s"
                          genesis = "%s"
                          port = %d
                          peers = [%s]
                          feeds = [%s]
                        }
                        """,
                        data(number),
                        folder.resolve("validator-" + number + ".pem"),
                        folder.resolve("genesis.json"),
                        ports.get(number),
                        String.join(", ", peers),
                        entry("ledger-node", feedPort));
    }

    private Path data(int number) {
        return folder.resolve("validator-" + number);
    }

    /** What the node's settings say of its validators. */
    String nodeSettings() throws IOException {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            all.add(entry("validator-" + i, ports.get(i)));
        }
        return String.format(
                Locale.ROOT,
                "candor.ledger { validators = [%s], genesis = \"%s\", key = \"%s\", feed.port = %d, allowance.enabled = false }%n",
                String.join(", ", all),
                folder.resolve("genesis.json"),
                folder.resolve("ledger-node.pem"),
                feedPort);
    }

    /** Starts a validator by its command line. */
    void start(int number) throws IOException {
        start(
                number,
                SHIPPED,
                List.of("validator", "run", "--config", config(number).toString()));
    }

    /** Starts one that lies in its place. */
    void startLiar(int number) throws IOException {
        start(number, ByzantineValidator.class.getName(), List.of(config(number).toString()));
    }

    private void start(int number, String main, List<String> arguments) throws IOException {
        running.put(number, Jvm.start(List.of(), folder.resolve("validator-" + number + ".log"), main, arguments));
    }

    /** SIGKILL. */
    void kill(int number) throws Exception {
        running.remove(number).kill9();
    }

    /** Waits until a validator answers. */
    void awaitUp(int number) throws Exception {
        Await.until(LIMIT, "validator " + number + " answers", () -> {
            if (!running.get(number).alive()) {
                throw new IOException("validator " + number + " ended:\n"
                        + running.get(number).tail());
            }
            try {
                return standing(number).chain().equals(genesis.digest());
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Where a validator stands. */
    Standing standing(int number) throws IOException {
        return clients.get(number).standing();
    }

    /** Hands a transaction of {@code by} in and waits for its block. */
    void submit(PeerIdentity by, Action action) throws IOException {
        try (LedgerClient client = LedgerClient.of(by, address(0))) {
            long nonce = client.nonce(Account.of(by.publicKey()));
            Bytes message = Transaction.Signed.message(genesis.digest(), by.publicKey(), nonce, action);
            Submitted submitted = client.submit(
                    new Transaction.Signed(
                            by.publicKey(), nonce, action, by.key().sign(message), Optional.empty()),
                    LIMIT);
            if (submitted instanceof Submitted.Refused(String why)) {
                throw new IOException(why);
            }
        }
    }

    PeerIdentity operator() {
        return operator;
    }

    Digest chain() {
        return genesis.digest();
    }

    /** Whether all of these have the same last block, and so the same state. */
    boolean agree(List<Integer> numbers) throws IOException {
        List<Standing> all = new ArrayList<>();
        for (int each : numbers) {
            all.add(standing(each));
        }
        return all.stream().map(Standing::root).collect(Collectors.toSet()).size() == 1;
    }

    /** A final block of a validator that runs, from its journal. */
    Optional<FinalBlock> block(int number, long height) {
        try (ValidatorJournal journal = LedgerExports.journal(data(number))) {
            return journal.block(height);
        }
    }

    /** Everything that a validator holds for final. */
    void export(int number, Path file) throws IOException {
        LedgerExports.write(data(number), file);
    }

    @Override
    public void close() {
        clients.forEach(LedgerClient::close);
        running.values().forEach(Jvm::close);
    }
}
