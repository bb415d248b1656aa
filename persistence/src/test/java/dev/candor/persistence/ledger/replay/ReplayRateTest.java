package dev.candor.persistence.ledger.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An export with Ed25519 keys, replayed with and without checks of signatures. {@code -Dcandor.ledger.receipts} says how many receipts; with 1,000,000 of them
 * ({@code scripts/long/ledger-replay}) it prints the rates.
 */
final class ReplayRateTest {
    private static final int RECEIPTS = Integer.getInteger("candor.ledger.receipts", 8_192);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int BATCH = 64;
    private static final int BATCHES_AN_EVENT = 4;
    private static final int EVENTS_A_BLOCK = 4;

    private final SigningKey operator = SigningKey.generate(new SecureRandom());
    private final SigningKey executor = SigningKey.generate(new SecureRandom());
    private final List<SigningKey> validators = IntStream.range(0, 4)
            .mapToObj(_ -> SigningKey.generate(new SecureRandom()))
            .sorted(Comparator.comparing(
                    key -> ValidatorSet.keyId(key.publicKey().raw())))
            .toList();
    private final LedgerGenesis genesis = new LedgerGenesis(
            LedgerFixture.NETWORK,
            LedgerFixture.PARAMETERS,
            List.of(operator.publicKey().raw()),
            ValidatorSet.of(
                    validators.stream().map(each -> each.publicKey().raw()).toList()));
    private final Ledger ledger = new Ledger((_, _, _) -> true, EvidenceVerifier.refusingAll());
    private LedgerState state = genesis.state();
    private long written;

    @TempDir
    private Path folder;

    @Test
    void comesToTheSameRootWithAndWithoutChecksOfSignatures() throws IOException {
        Path file = folder.resolve("ledger.jsonl");
        try (LedgerExport export = LedgerExport.open(file, genesis)) {
            append(export, setUp(), List.of());
            while (written < RECEIPTS) {
                append(
                        export,
                        List.of(),
                        Stream.iterate(0, partition -> partition + 1)
                                .limit(LedgerFixture.NETWORK.partitions())
                                .map(this::segment)
                                .toList());
            }
        }
        replay("without checks of signatures", file, (_, _, _) -> true);
        replay("with checks of signatures", file, new Ed25519Signatures());
    }

    private void replay(String how, Path file, Signatures signatures) throws IOException {
        long start = System.nanoTime();
        long startCpu = THREADS.getCurrentThreadCpuTime();
        LedgerReplay.Result result;
        try (InputStream in = Files.newInputStream(file)) {
            result = new LedgerReplay(
                            Optional.of(genesis.digest()),
                            signatures,
                            EvidenceVerifier.refusingAll(),
                            (_, _, _, _, _, _) -> {})
                    .all(in);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = (THREADS.getCurrentThreadCpuTime() - startCpu) / 1e9;
        assertThat(result.state().root()).isEqualTo(state.root());
        assertThat(result.receipts()).isEqualTo(written);
        System.out.printf(
                "%,d receipts in %,d blocks (%,d bytes) %s: %.1f s, %,.0f receipts/s; %.1f s of CPU, %,.0f receipts/s of CPU%n",
                written, state.height(), Files.size(file), how, seconds, written / seconds, cpu, written / cpu);
    }

    private List<Transaction> setUp() {
        Digest payee = LedgerFixture.id(LedgerFixture.PAYEE);
        List<Action> actions = List.of(
                new Action.RegisterNode(
                        executor.publicKey().raw(),
                        Set.of(NodeEntry.Role.EXECUTOR),
                        payee,
                        0,
                        Long.MAX_VALUE,
                        Digest.ZERO),
                new Action.RegisterModel(LedgerFixture.MODEL, "mnist", LedgerFixture.prices(1, 2, 3)),
                new Action.Deposit(LedgerFixture.CALLER, new Amount(1_000_000_000L)));
        Bytes key = operator.publicKey().raw();
        long nonce = state.accounts().get(Account.of(key)).orElse(Account.EMPTY).nonce();
        List<Transaction> signed = new ArrayList<>();
        for (Action action : actions) {
            Bytes message = Transaction.Signed.message(state.chain(), key, nonce, action);
            signed.add(new Transaction.Signed(key, nonce++, action, operator.sign(message), Optional.empty()));
        }
        return signed;
    }

    @SuppressWarnings("unchecked")
    private Segment segment(int partition) {
        Ed25519BatchSigner signer = new Ed25519BatchSigner(LedgerFixture.NETWORK.digest(), executor);
        List<List<Bytes>> events = new ArrayList<>();
        for (int event = 0; event < EVENTS_A_BLOCK; event++) {
            List<Bytes> receipts = new ArrayList<>();
            for (int batch = 0; batch < BATCHES_AN_EVENT; batch++) {
                List<ReceiptLeaf> leaves =
                        IntStream.range(0, BATCH).mapToObj(_ -> leaf(partition)).toList();
                receipts.addAll(signer.sign(leaves));
            }
            events.add(receipts);
        }
        return LedgerFixture.segment(state, partition, events.toArray(List[]::new));
    }

    private ReceiptLeaf leaf(int partition) {
        ReceiptLeaf leaf = LedgerFixture.leaf(partition, ++written, LedgerFixture.CALLER, VerificationMode.VANILLA);
        return new ReceiptLeaf(
                leaf.network(),
                executor.publicKey().id(),
                leaf.id(),
                leaf.caller(),
                leaf.model(),
                leaf.requestDigest(),
                leaf.answerDigest(),
                leaf.requested(),
                leaf.achieved(),
                leaf.arithmetic(),
                leaf.device(),
                leaf.answeredAt());
    }

    private void append(LedgerExport export, List<Transaction> transactions, List<Segment> segments)
            throws IOException {
        Ledger.Built built = ledger.build(state, state.time() + 200, transactions, segments);
        assertThat(built.dropped()).isEmpty();
        Block block = built.block();
        Vote vote = Vote.on(Vote.Kind.COMMIT, block.header().height(), 0, block.hash());
        List<Certificate.Seal> seals = IntStream.range(0, 3)
                .mapToObj(i -> new Certificate.Seal(i, validators.get(i).sign(vote.signedBytes(state.chain()))))
                .toList();
        export.write(block, new Certificate(vote, seals), built.segments());
        state = built.applied().state();
    }
}
