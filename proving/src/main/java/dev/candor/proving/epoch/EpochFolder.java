package dev.candor.proving.epoch;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.budget.FileBudget;
import dev.candor.proving.budget.MachineBoot;
import dev.candor.proving.budget.OpeningBudget;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.EpochFile;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import dev.candor.proving.verifier.RefusedException;
import dev.candor.proving.verifier.VerifiedLineage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The folder of a compiled network that is committed to. Beside the network's own files it holds {@value #LINEAGE}, which is public, and for
 * the epoch in use {@code epoch-N.secret}, which only its owner may read, and {@code epoch-N.openings}, the record of what is used up. The
 * lineage says which epoch that is: it is written last, as a whole, so a process that dies leaves the epoch before or the next one, and at
 * most files that no lineage names, which the next commitment replaces. Holds the lock of the openings while it is open.
 */
public final class EpochFolder implements AutoCloseable {

    /** The public file: what links each epoch's root to the model's id. */
    public static final String LINEAGE = "lineage.bin";

    /** Openings that proofs leave for roll-overs: a roll-over that dies on its way can be made once more. */
    private static final int KEPT_FOR_ROLL_OVERS = 2;

    /** The least openings of an epoch: the one into it, those kept, and one proof. */
    public static final int LEAST_OPENINGS = KEPT_FOR_ROLL_OVERS + 2;

    private final Path folder;
    private final Lineage lineage;
    private final ModelOwner owner;
    private final FileBudget budget;

    private EpochFolder(Path folder, Lineage lineage, ModelOwner owner, FileBudget budget) {
        this.folder = folder;
        this.lineage = lineage;
        this.owner = owner;
        this.budget = budget;
    }

    /** Where the secret of an epoch is. */
    public static Path secretFile(Path folder, long epoch) {
        return folder.resolve("epoch-" + epoch + ".secret");
    }

    /** Where the record of the openings of an epoch is. */
    public static Path openingsFile(Path folder, long epoch) {
        return folder.resolve("epoch-" + epoch + ".openings");
    }

    /** Whether the network of a folder is committed to. */
    public static boolean isCommitted(Path folder) {
        return Files.exists(folder.resolve(LINEAGE));
    }

    /**
     * Commits to the network of a folder, under a new id; what was committed to before is forgotten.
     *
     * @param network of that folder
     * @param progress told what is being done
     */
    public static EpochFolder commit(
            Path folder, IntegerNetwork network, CodeParameters parameters, Consumer<String> progress)
            throws IOException, BudgetException {
        progress.accept("committing to the parameters");
        EpochSecret.Recorder recorder = new EpochSecret.Recorder();
        ModelOwner owner =
                ModelOwner.commit(Goldilocks.INSTANCE, network, parameters, recorder, SecureRandomness::create);
        if (owner.commitment().openings() < LEAST_OPENINGS) {
            throw new IllegalArgumentException(
                    "An epoch of " + owner.commitment().openings()
                            + " openings leaves none for a proof; it takes at least " + LEAST_OPENINGS + ".");
        }
        progress.accept("proving that every parameter is in its range");
        Lineage lineage = new Lineage(owner.commitment(), owner.register(), List.of());
        forget(folder);
        return publish(folder, lineage, owner, recorder, progress);
    }

    /** Opens a committed folder, to prove. */
    public static EpochFolder open(Path folder) throws IOException, MalformedFileException, BudgetException {
        return open(folder, false);
    }

    /**
     * Opens a committed folder, to roll over.
     *
     * @param afterRestart whether the epoch is from before the machine was last started, and whoever asks vouches that nothing was restored
     */
    public static EpochFolder open(Path folder, boolean afterRestart)
            throws IOException, MalformedFileException, BudgetException {
        Lineage lineage = readLineage(folder);
        IntegerNetwork network = NetworkFolder.read(folder);
        int epoch = lineage.rollOvers().size();
        Path openings = openingsFile(folder, epoch);
        String boot = MachineBoot.current();
        FileBudget budget =
                afterRestart ? FileBudget.openAfterRestart(openings, boot) : FileBudget.open(openings, boot);
        try {
            EpochSecret secret = EpochFile.decode(lineage.model(), SecretFiles.read(secretFile(folder, epoch)));
            var root = epoch == 0
                    ? lineage.model().first()
                    : lineage.rollOvers().getLast().root();
            if (secret.epoch() != epoch || !secret.root().equals(root)) {
                throw new MalformedFileException(
                        secretFile(folder, epoch) + " is the secret of another epoch than the lineage's last.");
            }
            ModelOwner owner = ModelOwner.restore(
                    lineage.model(), network, epoch, root, secret.replay(), SecureRandomness::create);
            return new EpochFolder(folder, lineage, owner, budget);
        } catch (IOException | MalformedFileException | RuntimeException e) {
            budget.close();
            throw e;
        }
    }

    /** The lineage of a folder; it is not verified yet. */
    public static Lineage readLineage(Path folder) throws IOException, MalformedFileException {
        return LineageFile.decode(Files.readAllBytes(folder.resolve(LINEAGE)));
    }

    public Lineage lineage() {
        return lineage;
    }

    public ModelOwner owner() {
        return owner;
    }

    /** The openings of the epoch, counted in its file. */
    public OpeningBudget budget() {
        return budget;
    }

    /**
     * Goes over to the next epoch: fresh rows for the same parameters, with the proof that they are the same. This one is closed, and its
     * secret removed.
     */
    public EpochFolder rollOver(Consumer<String> progress) throws IOException, BudgetException {
        try (this) {
            long opening = budget.forRollOver();
            progress.accept("committing to the parameters again, as epoch " + (owner.epoch() + 1));
            EpochSecret.Recorder recorder = new EpochSecret.Recorder();
            ModelOwner.Successor next = owner.rollOver(opening, recorder);
            List<Lineage.RollOver> steps = new ArrayList<>(lineage.rollOvers());
            steps.add(next.step());
            Lineage longer = new Lineage(lineage.model(), lineage.registration(), steps);
            removeEpoch(folder, next.owner().epoch());
            EpochFolder opened = publish(folder, longer, next.owner(), recorder, progress);
            removeEpoch(folder, owner.epoch());
            return opened;
        }
    }

    /** Writes a new epoch: first what it needs, then the lineage that names it. Nothing is written that a verifier would refuse. */
    private static EpochFolder publish(
            Path folder, Lineage lineage, ModelOwner owner, EpochSecret.Recorder recorder, Consumer<String> progress)
            throws IOException, BudgetException {
        progress.accept("verifying the lineage");
        try {
            VerifiedLineage.of(lineage, owner.commitment().id());
        } catch (RefusedException e) {
            throw new IllegalArgumentException("This commitment would not be accepted: " + e.getMessage(), e);
        }
        EpochSecret secret = recorder.secret(owner.commitment().id(), owner.epoch(), owner.root());
        SecretFiles.write(secretFile(folder, owner.epoch()), EpochFile.encode(secret), true);
        FileBudget budget = FileBudget.create(
                openingsFile(folder, owner.epoch()),
                1,
                owner.commitment().openings(),
                KEPT_FOR_ROLL_OVERS,
                MachineBoot.current());
        try {
            SecretFiles.write(folder.resolve(LINEAGE), LineageFile.encode(lineage), false);
            return new EpochFolder(folder, lineage, owner, budget);
        } catch (IOException e) {
            budget.close();
            throw e;
        }
    }

    /** Removes a commitment, the lineage first: without it no other file means anything. */
    private static void forget(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(LINEAGE));
        try (var files = Files.newDirectoryStream(folder, "epoch-*.{secret,openings}")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static void removeEpoch(Path folder, long epoch) throws IOException {
        Files.deleteIfExists(secretFile(folder, epoch));
        Files.deleteIfExists(openingsFile(folder, epoch));
    }

    @Override
    public void close() throws IOException {
        budget.close();
    }

    @Override
    public String toString() {
        return owner + " in " + folder;
    }
}
