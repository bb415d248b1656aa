package dev.candor.proving.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.format.EpochFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EpochFolderTest {

    private static final CodeParameters SMALL = CodeParameters.forOpenings(64, 4096, 5, 4);

    @TempDir
    private Path folder;

    private final Random random = new Random(4);
    private final List<String> told = new ArrayList<>();
    private final IntegerNetwork network =
            Networks.random(new Input(Shape.of(5), new Range(0, 9), 1), Networks.chain(new Dense(5, 2)), random);

    @BeforeEach
    void compiles() throws Exception {
        NetworkFolder.write(folder, network);
    }

    private void commit() throws Exception {
        EpochFolder.commit(folder, network, SMALL, told::add).close();
    }

    private Path secret(int epoch) {
        return EpochFolder.secretFile(folder, epoch);
    }

    private void provesUnder(int epoch) throws Exception {
        try (EpochFolder opened = EpochFolder.open(folder)) {
            VerifiedLineage lineage = VerifiedLineage.of(
                    EpochFolder.readLineage(folder), opened.lineage().model().id());
            assertThat(lineage.epochs()).isEqualTo(epoch + 1);
            ExecutionProver prover =
                    new ExecutionProver(opened.owner(), 1, false, opened.budget(), SecureRandomness::create);
            ExecutionProver.Proven proven = prover.prove(Networks.input(network, 1, random), List.of());
            assertThat(proven.claim().epoch()).isEqualTo(epoch);
            assertThat(new ExecutionVerifier(lineage, 1, false, ExecutionVerifier.UsedOpenings.NOT_KEPT)
                            .verify(
                                    epoch,
                                    proven.claim().opening(),
                                    proven.claim().execution(),
                                    ProofFile.encode(proven.proof())))
                    .isNull();
        }
    }

    @Test
    void provesFromItsFilesAcrossRollOvers() throws Exception {
        commit();
        provesUnder(0);
        try (EpochFolder first = EpochFolder.open(folder)) {
            first.rollOver(told::add).close();
        }
        provesUnder(1);
        EpochFolder.open(folder).rollOver(told::add).close();
        provesUnder(2);
        assertThat(secret(0)).doesNotExist();
        assertThat(secret(1)).doesNotExist();
        assertThat(EpochFolder.openingsFile(folder, 1)).doesNotExist();
        assertThat(told).contains("committing to the parameters again, as epoch 2");
    }

    @Test
    void refusesPastTheBudgetAndStillRollsOver() throws Exception {
        commit();
        provesUnder(0);
        provesUnder(0);
        assertThatThrownBy(() -> provesUnder(0))
                .isInstanceOf(BudgetException.class)
                .hasMessageContaining("Roll the model over");
        EpochFolder.open(folder).rollOver(told::add).close();
        provesUnder(1);
    }

    /** A roll-over that died before its lineage was written leaves files that no lineage names; the next one replaces them. */
    @Test
    void rollsOverAgainWhereARollOverDiedOnItsWay() throws Exception {
        commit();
        byte[] before = Files.readAllBytes(folder.resolve(EpochFolder.LINEAGE));
        byte[] secretBefore = Files.readAllBytes(secret(0));
        try (EpochFolder opened = EpochFolder.open(folder)) {
            ((dev.candor.proving.budget.FileBudget) opened.budget()).forRollOver();
        }
        Files.writeString(secret(1), "half a secret");
        Files.writeString(EpochFolder.openingsFile(folder, 1), "half a record");
        provesUnder(0);
        EpochFolder.open(folder).rollOver(told::add).close();
        provesUnder(1);
        assertThat(Files.readAllBytes(folder.resolve(EpochFolder.LINEAGE))).isNotEqualTo(before);
        assertThat(Files.readAllBytes(secret(1))).isNotEqualTo(secretBefore);
    }

    @Test
    void refusesACopiedFolder() throws Exception {
        commit();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (var files = Files.newDirectoryStream(folder, "*.*")) {
            for (Path file : files) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        assertThatThrownBy(() -> EpochFolder.open(copy))
                .isInstanceOf(BudgetException.class)
                .hasMessageContaining("copied, moved or restored");
    }

    @Test
    void onlyItsOwnerMayReadTheSecret() throws Exception {
        commit();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret(0))))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(secret(0), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> EpochFolder.open(folder)).hasMessageContaining("chmod 600");
    }

    @Test
    void refusesASecretThatIsDamagedOrAnotherOnes() throws Exception {
        commit();
        byte[] bytes = Files.readAllBytes(secret(0));
        Random places = new Random(2);
        for (int i = 0; i < 200; i++) {
            byte[] changed = bytes.clone();
            changed[i < 85 ? i : places.nextInt(bytes.length)] ^= (byte) (1 << places.nextInt(8));
            assertMalformed(changed);
            assertMalformed(Arrays.copyOf(bytes, places.nextInt(bytes.length)));
        }
        assertMalformed(Arrays.copyOf(bytes, bytes.length + 1));
        EpochFolder.commit(folder, network, SMALL, told::add).close();
        assertMalformed(bytes);
    }

    private void assertMalformed(byte[] bytes) throws Exception {
        var model = EpochFolder.readLineage(folder).model();
        assertThatThrownBy(() -> EpochFile.decode(model, bytes)).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void refusesParametersThatWereChanged() throws Exception {
        commit();
        NetworkFolder.write(
                folder,
                Networks.random(
                        new Input(Shape.of(5), new Range(0, 9), 1), Networks.chain(new Dense(5, 2)), new Random(5)));
        assertThatThrownBy(() -> EpochFolder.open(folder)).hasMessageContaining("do not give its root");
    }

    /** The random coefficients and salts are in no file but the secret, and in no text. */
    @Test
    void keepsWhatHidesInTheSecretOnly() throws Exception {
        commit();
        var model = EpochFolder.readLineage(folder).model();
        EpochSecret secret = EpochFile.decode(model, Files.readAllBytes(secret(0)));
        assertThat(secret.toString()).doesNotContain(Long.toString(secret.coefficients()[0]));
        byte[] salt = Arrays.copyOf(secret.salts(), 16);
        byte[] lineage = Files.readAllBytes(folder.resolve(EpochFolder.LINEAGE));
        byte[] openings = Files.readAllBytes(EpochFolder.openingsFile(folder, 0));
        // The registration opens some columns with their salts: those are public, the others are nowhere.
        int found = 0;
        for (int leaf = 0; leaf < model.parameters().length(); leaf++) {
            System.arraycopy(secret.salts(), 16 * leaf, salt, 0, 16);
            found += contains(lineage, salt) ? 1 : 0;
            assertThat(contains(openings, salt)).isFalse();
        }
        assertThat(found).isEqualTo(model.parameters().queries());
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void refusesAnEpochWithoutAnOpeningForAProof() {
        assertThatThrownBy(() ->
                        EpochFolder.commit(folder, network, CodeParameters.forOpenings(64, 2048, 3, 4), told::add))
                .hasMessageContaining("at least 4");
    }
}
