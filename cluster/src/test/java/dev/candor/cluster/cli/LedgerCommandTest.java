package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.validator.ValidatorFixture;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.replay.LedgerExport;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerCommandTest {
    private static final long START = 1_790_000_000_000L;
    private static final Digest CALLER = Digest.sha256(Bytes.ofHex("c0"));
    private static final Digest MODEL = Digest.sha256(Bytes.ofHex("4d"));
    private static final Parameters PARAMETERS =
            ValidatorFixture.rules(new PriceList(new Amount(100), new Amount(5), new Amount(50)));

    private final SigningKey key = SigningKey.generate(new SecureRandom());
    private final Genesis network = new Genesis("test", 2, START, Digest.ZERO);
    private final LedgerGenesis genesis = new LedgerGenesis(
            network,
            PARAMETERS,
            List.of(key.publicKey().raw()),
            ValidatorSet.of(List.of(key.publicKey().raw())));
    private LedgerState state = genesis.state();
    private Bytes receipt = Bytes.ofHex("");
    private Path file = Path.of("");

    @TempDir
    private Path folder;

    @BeforeEach
    void export() throws IOException {
        file = folder.resolve("ledger.jsonl");
        try (LedgerExport export = LedgerExport.open(file, genesis)) {
            append(
                    export,
                    List.of(
                            signed(
                                    0,
                                    new Action.RegisterNode(
                                            key.publicKey().raw(),
                                            Set.of(NodeEntry.Role.VALIDATOR, NodeEntry.Role.EXECUTOR),
                                            Account.of(key.publicKey().raw()),
                                            0,
                                            Long.MAX_VALUE,
                                            Digest.ZERO)),
                            signed(1, new Action.Deposit(CALLER, new Amount(1_000)))),
                    List.of());
            append(export, List.of(), List.of(segment()));
        }
    }

    private Transaction signed(long nonce, Action action) {
        Bytes raw = key.publicKey().raw();
        Bytes message = Transaction.Signed.message(state.chain(), raw, nonce, action);
        return new Transaction.Signed(raw, nonce, action, key.sign(message), Optional.empty());
    }

    private Segment segment() {
        ReceiptLeaf leaf = new ReceiptLeaf(
                network.digest(),
                key.publicKey().id(),
                new RequestId(1, new UUID(0x0190_0000_0000_7001L, 0x8000_0000_0000_0001L)),
                CALLER,
                new ModelRef("mnist", new ModelVersion(1, 0), MODEL),
                Digest.sha256(Bytes.ofHex("aa")),
                Digest.sha256(Bytes.ofHex("bb")),
                VerificationMode.VANILLA,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.FLOAT,
                "cpu:0",
                START + 1);
        receipt = new Ed25519BatchSigner(network.digest(), key)
                .sign(List.of(leaf))
                .getFirst();
        PartitionEvent opened = new PartitionEvent.Opened(1, Digest.ZERO);
        PartitionEvent committed = new PartitionEvent.ReceiptsCommitted(
                1, PartitionCodec.hash(opened), List.of(new PartitionEvent.Entry(receipt, Optional.empty())));
        return new Segment(1, 1, List.of(opened, committed));
    }

    private void append(LedgerExport export, List<Transaction> transactions, List<Segment> segments)
            throws IOException {
        Ledger ledger = new Ledger(new Ed25519Signatures(), EvidenceVerifier.refusingAll());
        Ledger.Built built = ledger.build(state, state.time() + 200, transactions, segments);
        assertThat(built.dropped()).isEmpty();
        Block block = built.block();
        Vote vote = Vote.on(Vote.Kind.COMMIT, block.header().height(), 0, block.hash());
        Certificate.Seal seal = new Certificate.Seal(0, key.sign(vote.signedBytes(state.chain())));
        export.write(block, new Certificate(vote, List.of(seal)), built.segments());
        state = built.applied().state();
    }

    @Test
    void replaysAnExportAndNamesItsRoots() {
        Terminal held = Terminal.run(new LedgerCommand(), "replay", file);
        assertThat(held.code()).isZero();
        assertThat(held.out())
                .contains(
                        "height        1", "height        2", state.root().toHex(), "2 blocks, 1 receipts", "--chain");
        JsonNode json = Terminal.run(
                        new LedgerCommand(),
                        "replay",
                        "--json",
                        "--chain",
                        genesis.digest().toHex(),
                        file)
                .json();
        assertThat(json.path("ok").asBoolean()).isTrue();
        assertThat(json.path("state_root").asText()).isEqualTo(state.root().toHex());
        assertThat(json.path("partitions").path(1).path("receipts").asLong()).isEqualTo(1);
    }

    @Test
    void recomputesThePublicFigures() throws IOException {
        Terminal text = Terminal.run(new LedgerCommand(), "stats", file);
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .contains(
                        "2 blocks, 2 transactions",
                        "mnist 1.00, vanilla: 1 answers",
                        "callers: 1, of these 0 more than once",
                        "recomputed from 2 blocks with 1 receipts");
        JsonNode json =
                Terminal.run(new LedgerCommand(), "stats", "--json", file).json();
        assertThat(json.path("days")
                        .path(0)
                        .path("usage")
                        .path(0)
                        .path("answers")
                        .asLong())
                .isEqualTo(1);
        assertThat(json.path("days").path(0).path("money").path("paid").asLong())
                .isEqualTo(100);
        List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.US_ASCII));
        lines.remove(2);
        Path cut = Files.write(folder.resolve("cut.jsonl"), lines, StandardCharsets.US_ASCII);
        assertThat(Terminal.run(new LedgerCommand(), "stats", cut).code()).isEqualTo(1);
    }

    @Test
    void refusesAnotherChainAndNamesTheLineThatDiverges() throws IOException {
        Terminal other = Terminal.run(
                new LedgerCommand(), "replay", "--chain", Digest.sha256(receipt).toHex(), file);
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("line 1: this is the chain");
        List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.US_ASCII));
        lines.remove(2);
        Path cut = Files.write(folder.resolve("cut.jsonl"), lines, StandardCharsets.US_ASCII);
        Terminal diverged = Terminal.run(new LedgerCommand(), "replay", "--json", cut);
        assertThat(diverged.code()).isEqualTo(1);
        assertThat(diverged.json().path("line").asLong()).isEqualTo(3);
        assertThat(Terminal.run(new LedgerCommand(), "replay", "--chain", "abc", file)
                        .err())
                .contains("64 characters");
        assertThat(Terminal.run(new LedgerCommand(), "replay", folder.resolve("none"))
                        .err())
                .contains("there is no file");
    }

    @Test
    void findsAReceiptItsBlockAndItsCertificate() {
        String base64 = Base64.getEncoder().encodeToString(receipt.toArray());
        Terminal found = Terminal.run(new LedgerCommand(), "verify", "--receipt", base64, file);
        assertThat(found.code()).isZero();
        assertThat(found.out()).contains("partition 1, event 2 -> block 2", "certificate of 1 validators", "paid 100");
        JsonNode json = Terminal.run(new LedgerCommand(), "verify", "--json", "--receipt", base64, file)
                .json();
        assertThat(json.path("found").path(0).path("height").asLong()).isEqualTo(2);
        Terminal none = Terminal.run(new LedgerCommand(), "verify", "--receipt", base64.substring(4), file);
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.out()).contains("is not in these 2 blocks");
    }

    @Test
    void printsTheStateAtAnyHeight() {
        JsonNode first = Terminal.run(
                        new LedgerCommand(), "state", "--json", "--height", 1, "--account", CALLER.toHex(), file)
                .json();
        assertThat(first.path("height").asLong()).isEqualTo(1);
        assertThat(first.path("account").path("balance").asLong()).isEqualTo(1_000);
        JsonNode last = Terminal.run(new LedgerCommand(), "state", "--json", "--account", CALLER.toHex(), file)
                .json();
        assertThat(last.path("account").path("balance").asLong()).isEqualTo(900);
        assertThat(last.path("supply").asLong()).isEqualTo(1_000);
        Terminal none = Terminal.run(new LedgerCommand(), "state", "--height", 3, file);
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("the blocks 1 to 2, not 3");
    }
}
