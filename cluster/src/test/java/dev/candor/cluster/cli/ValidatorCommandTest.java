package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.cluster.validator.ValidatorFixture;
import dev.candor.cluster.validator.ValidatorProcess;
import dev.candor.cluster.validator.ValidatorSeams;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands about validators, against three of four that run here. */
@Timeout(300)
final class ValidatorCommandTest {
    private static final int AWAY = 3;

    @TempDir
    private Path folder;

    private ValidatorFixture network;
    private ValidatorProcess first;

    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
        first = network.start(0, List.of(), ValidatorSeams.NONE);
        network.start(1, List.of(), ValidatorSeams.NONE);
        network.start(2, List.of(), ValidatorSeams.NONE);
    }

    @AfterEach
    void end() {
        network.close();
    }

    private static String base64(Bytes key) {
        return Base64.getEncoder().encodeToString(key.toArray());
    }

    private String at(int number) {
        return base64(network.keys.get(number).publicKey()) + "@127.0.0.1:"
                + network.address(number).port();
    }

    private static Terminal run(List<Object> arguments) {
        return Terminal.run(new ValidatorCommand(), arguments.toArray());
    }

    private Terminal status(String key, int... numbers) {
        List<Object> arguments = new ArrayList<>(List.of("status", "--key", folder.resolve(key)));
        for (int each : numbers) {
            arguments.addAll(List.of("--at", at(each)));
        }
        return run(arguments);
    }

    private Terminal submit(String key, Object... what) {
        List<Object> arguments = new ArrayList<>(List.of(
                "submit", "--genesis", folder.resolve("genesis.json"), "--key", folder.resolve(key), "--at", at(0)));
        arguments.addAll(List.of(what));
        return run(arguments);
    }

    private static void refused(Terminal terminal, String why) {
        assertThat(terminal.err()).contains(why);
        assertThat(terminal.code()).isEqualTo(1);
        assertThat(terminal.out()).isEmpty();
    }

    private LedgerState ledger() {
        return first.validator().ledger();
    }

    @Test
    void saysWhereEachValidatorStandsAndWhichDoesNotAnswer() throws Exception {
        Terminal well = status("operator.pem", 0, 1);
        assertThat(well.code()).isZero();
        assertThat(well.out().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("127.0.0.1:", "height 0", ledger().root().toHex())
                        .doesNotContain("HALTED"));
        Terminal one = status("operator.pem", 0, AWAY);
        assertThat(one.code()).isEqualTo(1);
        assertThat(one.out().lines()).hasSize(2);
        assertThat(one.out()).contains("height 0", "does not answer");
        network.identity("stranger", 77);
        assertThat(status("stranger.pem", 0).code()).isEqualTo(1);
        refused(status("none.pem", 0), "none.pem is not there");
        refused(
                run(List.of("status", "--key", folder.resolve("operator.pem"), "--at", "127.0.0.1:7700")),
                "is not KEY@HOST:PORT");
        assertThat(run(List.of("status", "--key", folder.resolve("operator.pem")))
                        .code())
                .isEqualTo(2);
    }

    @Test
    void handsInWhatAnOperatorSignsAndSaysWhichBlockHasIt() throws Exception {
        PeerIdentity fifth = network.identity("validator-4", 14);
        Digest operator = Account.of(network.operator.publicKey());
        assertThat(submit(
                        "operator.pem",
                        "--register",
                        "executor=" + base64(network.executor.publicKey().raw())))
                .isEqualTo(new Terminal(0, "in block 1" + System.lineSeparator(), ""));
        assertThat(submit("operator.pem", "--deposit", operator + "=900").out()).startsWith("in block 2");
        assertThat(submit("operator.pem", "--register", "validator=" + base64(fifth.publicKey()))
                        .out())
                .startsWith("in block 3");
        assertThat(submit("operator.pem", "--stake", base64(fifth.publicKey()) + "=300")
                        .out())
                .startsWith("in block 4");
        NodeEntry staked =
                ledger().nodes().get(ValidatorSet.keyId(fifth.publicKey())).orElseThrow();
        assertThat(staked.stake().units()).isEqualTo(300);
        assertThat(ledger().accounts().get(operator).orElseThrow().balance().units())
                .isEqualTo(600);
        String next = base64(network.keys.get(0).publicKey()) + ","
                + base64(network.keys.get(1).publicKey()) + ","
                + base64(network.keys.get(2).publicKey());
        assertThat(submit("operator.pem", "--validators", next).out()).startsWith("in block 5");
        assertThat(ledger().validators().size()).isEqualTo(3);
        assertThat(submit(
                                "operator.pem",
                                "--revoke",
                                base64(network.executor.publicKey().raw()))
                        .out())
                .startsWith("in block 6");
        assertThat(status("operator.pem", 0).out()).contains("height 6");
    }

    @Test
    void refusesWhatTheLedgerOrTheCommandLineDoesNotAllow() throws Exception {
        String executor = base64(network.executor.publicKey().raw());
        refused(submit("validator-1.pem", "--register", "executor=" + executor), "refused: ");
        refused(submit("operator.pem", "--register", "miner=" + executor), "an executor, a prover, a gateway or a");
        refused(submit("operator.pem", "--register", "executor"), "has not the form LEFT=RIGHT");
        refused(submit("operator.pem", "--revoke", "c3Vubnk="), "key");
        refused(submit("operator.pem", "--deposit", Digest.ZERO + "=much"), "a whole number of units, not \"much\"");
        refused(submit("operator.pem", "--deposit", Digest.ZERO + "=-3"), "");
        Terminal noAccount = submit("operator.pem", "--deposit", "12=3");
        assertThat(noAccount.err()).contains("an account is 64 hexadecimal digits", "not \"12\"");
        assertThat(noAccount.code()).isEqualTo(2);
        assertThat(submit("operator.pem").code()).isEqualTo(2);
        assertThat(ledger().height()).isZero();
    }

    /** A genesis record of another ledger signs for another chain: the validators' answer says so. */
    @Test
    void refusesATransactionForAnotherLedger() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        PeerIdentity operator = network.operator;
        Terminal written = run(List.of(
                "genesis",
                "--data",
                elsewhere,
                "--operator",
                base64(operator.publicKey()),
                "--validator",
                base64(network.keys.get(0).publicKey()),
                "--out",
                elsewhere.resolve("genesis.json")));
        assertThat(written.err()).isEmpty();
        assertThat(written.out()).contains("8 partitions, 1 validators of which 0 may lie");
        Digest other = GenesisFile.read(elsewhere.resolve("genesis.json")).digest();
        assertThat(written.out()).contains("chain " + other);
        refused(
                run(List.of(
                        "submit",
                        "--genesis",
                        elsewhere.resolve("genesis.json"),
                        "--key",
                        folder.resolve("operator.pem"),
                        "--at",
                        at(0),
                        "--deposit",
                        Digest.ZERO + "=3")),
                "the signature is not its key's over this transaction on the chain " + network.genesis.digest());
        refused(
                run(List.of(
                        "genesis",
                        "--data",
                        elsewhere,
                        "--operator",
                        base64(operator.publicKey()),
                        "--validator",
                        "no key",
                        "--out",
                        elsewhere.resolve("other.json"))),
                "key");
        assertThat(elsewhere.resolve("other.json")).doesNotExist();
    }
}
