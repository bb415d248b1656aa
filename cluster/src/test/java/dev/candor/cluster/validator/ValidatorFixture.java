package dev.candor.cluster.validator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.MerkleTree;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Four validators on loopback, a serving node's feed, an operator: all with keys of their own in files. */
public final class ValidatorFixture implements AutoCloseable {
    static final int PARTITIONS = 2;
    private static final long START = 1_790_000_000_000L;

    public final Path folder;
    public final List<PeerIdentity> keys = new ArrayList<>();
    public final PeerIdentity operator;
    final PeerIdentity server;
    public final SigningKey executor =
            SigningKey.ofSeed(Digest.sha256(Bytes.ofHex("05")).toBytes());
    public final LedgerGenesis genesis;
    final List<Integer> ports = new ArrayList<>();
    final TreeMap<Integer, ValidatorProcess> running = new TreeMap<>();
    final TreeMap<Integer, List<PartitionEvent>> events = new TreeMap<>();
    private final List<Runnable> others = new ArrayList<>();
    private int receipts;

    public ValidatorFixture(Path folder) throws IOException {
        this.folder = folder;
        for (int i = 0; i < 4; i++) {
            keys.add(identity("validator-" + i, i + 10));
            ports.add(freePort());
        }
        operator = identity("operator", 1);
        server = identity("server", 2);
        genesis = new LedgerGenesis(
                new Genesis("fixture", PARTITIONS, START, Digest.sha256(Bytes.ofHex("99"))),
                rules(new PriceList(new Amount(7), Amount.ZERO, Amount.ZERO)),
                List.of(operator.publicKey()),
                ValidatorSet.of(keys.stream().map(PeerIdentity::publicKey).toList()));
        GenesisFile.write(folder.resolve("genesis.json"), genesis);
    }

    /** Rules with times so short that every deadline passes in a test. */
    public static Parameters rules(PriceList prices) {
        return new Parameters(
                prices,
                100_000,
                10_000,
                5_000,
                60_000,
                new Amount(500),
                new Amount(700),
                250_000,
                60_000,
                4_000,
                1_000,
                6_000);
    }

    public PeerIdentity identity(String name, int seed) throws IOException {
        Path file = folder.resolve(name + ".pem");
        SigningKey.ofSeed(Digest.sha256(Bytes.wrap(new byte[] {(byte) seed})).toBytes())
                .save(file);
        return PeerIdentity.load(file);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public PeerAddress address(int number) {
        return new PeerAddress(keys.get(number).publicKey(), "127.0.0.1", ports.get(number));
    }

    ValidatorConfig config(int number, List<PeerAddress> feeds) {
        Config root = NodeConfigs.load(
                ConfigFactory.parseString("candor.ledger { interval = 20ms, timeout = 500ms, retry = 50ms }"));
        Path data = folder.resolve("data-" + number);
        return new ValidatorConfig(
                data,
                folder.resolve("validator-" + number + ".pem"),
                folder.resolve("genesis.json"),
                "127.0.0.1",
                ports.get(number),
                IntStream.range(0, 4)
                        .filter(other -> other != number)
                        .mapToObj(this::address)
                        .toList(),
                feeds,
                Set.of(),
                ValidatorConfig.journal(root, data),
                ValidatorConfig.timing(root));
    }

    public ValidatorProcess start(int number, List<PeerAddress> feeds, ValidatorSeams seams) throws IOException {
        ValidatorProcess process = ValidatorProcess.start(config(number, feeds), seams);
        running.put(number, process);
        return process;
    }

    void stop(int number) {
        ValidatorProcess process = running.remove(number);
        if (process != null) {
            process.close();
        }
    }

    /** A serving node's door in front of {@code source}. */
    PeerAddress feed(EventSource source) throws IOException {
        LedgerDoor door = LedgerDoor.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                server,
                key -> genesis.validators().indexOf(key) >= 0,
                List.of(LedgerDoor.feed(source)));
        others.add(door::close);
        return new PeerAddress(server.publicKey(), "127.0.0.1", door.port());
    }

    /** The feed of a node that says what is so. */
    PeerAddress honestFeed() throws IOException {
        return feed(positions -> {
            synchronized (events) {
                return CompletableFuture.completedStage(positions.stream()
                        .filter(each -> events.containsKey(each.partition()))
                        .map(this::behind)
                        .toList());
            }
        });
    }

    private Segment behind(Position position) {
        List<PartitionEvent> all = events.get(position.partition());
        return new Segment(
                position.partition(),
                position.sequenceNr() + 1,
                List.copyOf(all.subList((int) position.sequenceNr(), all.size())));
    }

    LedgerClient client(PeerIdentity as, int number) throws IOException {
        LedgerClient client = LedgerClient.of(as, address(number));
        others.add(client::close);
        return client;
    }

    Transaction.Signed signed(PeerIdentity by, long nonce, Action action) {
        Bytes message = Transaction.Signed.message(genesis.digest(), by.publicKey(), nonce, action);
        return new Transaction.Signed(by.publicKey(), nonce, action, by.key().sign(message), Optional.empty());
    }

    Action registerExecutor() {
        return new Action.RegisterNode(
                executor.publicKey().raw(),
                Set.of(NodeEntry.Role.EXECUTOR),
                Account.of(operator.publicKey()),
                0,
                Long.MAX_VALUE,
                Digest.ZERO);
    }

    /** One group commit of receipts, one batch. */
    void commit(int partition, int count) {
        synchronized (events) {
            List<PartitionEvent> log = events.computeIfAbsent(partition, _ -> new ArrayList<>());
            if (log.isEmpty()) {
                log.add(new PartitionEvent.Opened(1, Digest.ZERO));
            }
            log.add(new PartitionEvent.ReceiptsCommitted(
                    1,
                    PartitionCodec.hash(log.getLast()),
                    batch(partition, count, executor).stream()
                            .map(each -> new Entry(each, Optional.empty()))
                            .toList()));
        }
    }

    List<Bytes> batch(int partition, int count, SigningKey signer) {
        List<ReceiptLeaf> leaves =
                IntStream.range(0, count).mapToObj(_ -> leaf(partition)).toList();
        MerkleTree tree =
                MerkleTree.of(leaves.stream().map(ReceiptLeaf::toBytes).toList());
        Bytes signature = signer.sign(Receipt.signedMessage(
                genesis.genesis().digest(),
                tree.root(),
                tree.size(),
                executor.publicKey().id()));
        return IntStream.range(0, count)
                .mapToObj(i -> new Receipt(leaves.get(i), i, tree.size(), tree.path(i), signature).toBytes())
                .toList();
    }

    private ReceiptLeaf leaf(int partition) {
        long number = ++receipts;
        return new ReceiptLeaf(
                genesis.genesis().digest(),
                executor.publicKey().id(),
                new RequestId(partition, new UUID(0x0190_0000_0000_7000L + number, 0x8000_0000_0000_0000L | number)),
                Digest.sha256(Bytes.ofHex("c0")),
                new ModelRef("mnist", new ModelVersion(1, 0), Digest.sha256(Bytes.ofHex("4d"))),
                Digest.sha256(Bytes.ofHex("aa")),
                Digest.sha256(Bytes.ofHex("bb")),
                VerificationMode.VANILLA,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.FLOAT,
                "cpu:0",
                START + number);
    }

    boolean isFinal(int number, int partition, long sequenceNr) {
        return running.get(number).validator().heightOf(partition, sequenceNr).isPresent();
    }

    /** Waits for what only polling can see; the test's own time limit ends it. */
    static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(5_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    @Override
    public void close() {
        others.forEach(Runnable::run);
        running.values().forEach(ValidatorProcess::close);
    }
}
