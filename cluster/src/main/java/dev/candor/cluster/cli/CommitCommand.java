package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.epoch.EpochFolder;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.registration.CodeChoice;
import dev.candor.proving.registration.ModelCommitment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commits to a compiled network, or to the same network again as the next epoch. */
@Command(
        name = "commit",
        mixinStandardHelpOptions = true,
        description = {
            "Commits to the weights of a compiled network and proves that they are in range, so that executions can be proven.",
            "Writes into the same folder lineage.bin, which is public and which verifiers need; epoch-N.secret, which hides the"
                    + " weights in every proof and is readable only by you; and epoch-N.openings, which counts proofs.",
            "Never copy or restore epoch-N.openings: more proofs than an epoch allows give the weights away."
        })
final class CommitCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_OPENINGS = 1 << 10;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "What `candor model compile` wrote.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(
            names = "--openings",
            paramLabel = "N",
            defaultValue = "32",
            description =
                    "Openings of an epoch: one for its start, two kept for the roll-over, the others for a proof each;"
                            + " more make each proof longer. Default: ${DEFAULT-VALUE}.")
    private int openings;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "32",
            description = "The batch size for which proofs shall be short. Default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--grinding-bits",
            paramLabel = "BITS",
            defaultValue = "10",
            description =
                    "Bits of work in a proof, 0 to 24; what is proven is 100 bits less these. Default: ${DEFAULT-VALUE}.")
    private int grinding;

    @Option(names = "--roll-over", description = "Go over to the next epoch of a committed network; its id stays.")
    private boolean rollOver;

    @Option(
            names = "--after-restart",
            description =
                    "With --roll-over: the epoch is from before the machine was last started, and I vouch that nothing"
                            + " was restored from a copy since.")
    private boolean afterRestart;

    @Option(
            names = "--anew",
            description =
                    "Forget the commitment that is there; the network gets another id, and its proofs so far stay those"
                            + " of the old one.")
    private boolean anew;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Override
    public Integer call() {
        if (openings < EpochFolder.LEAST_OPENINGS || openings > MOST_OPENINGS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--openings takes a number from " + EpochFolder.LEAST_OPENINGS + " to " + MOST_OPENINGS);
        }
        if (samples < 1 || samples > ProveCommand.MOST_SAMPLES) {
            throw new ParameterException(
                    spec.commandLine(), "--samples takes a number from 1 to " + ProveCommand.MOST_SAMPLES);
        }
        if (grinding < 0 || grinding > 24) {
            throw new ParameterException(spec.commandLine(), "--grinding-bits takes a number from 0 to 24");
        }
        if ((anew && rollOver) || (afterRestart && !rollOver)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--anew and --roll-over exclude each other; --after-restart goes with --roll-over");
        }
        return Reported.run(spec, out -> {
            try (EpochFolder committed = rollOver ? rollOver() : commit()) {
                if (json) {
                    out.println(summary(committed));
                } else {
                    print(committed, out);
                }
            }
            return 0;
        });
    }

    private EpochFolder commit() throws IOException {
        if (EpochFolder.isCommitted(folder) && !anew) {
            throw new IOException(folder + " is committed to already, as the model "
                    + ProofFiles.lineage(folder).model().id()
                    + "; give --roll-over for its next epoch, or --anew for another model id");
        }
        return ProofFiles.on(folder, () -> {
            IntegerNetwork network = NetworkFolder.read(folder);
            progress("choosing sizes for " + openings + " openings of an epoch");
            CodeParameters parameters =
                    CodeChoice.of(Goldilocks.INSTANCE, network.architecture(), samples, openings, grinding);
            return EpochFolder.commit(folder, network, parameters, this::progress);
        });
    }

    private EpochFolder rollOver() throws IOException {
        if (!EpochFolder.isCommitted(folder)) {
            throw new IOException(folder + " is not committed to yet; run it without --roll-over first");
        }
        return ProofFiles.on(
                folder, () -> EpochFolder.open(folder, afterRestart).rollOver(this::progress));
    }

    private void progress(String line) {
        if (!json) {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        }
    }

    private static Stream<Path> files(Path folder, long epoch) {
        return Stream.of(
                folder.resolve(EpochFolder.LINEAGE),
                EpochFolder.secretFile(folder, epoch),
                EpochFolder.openingsFile(folder, epoch));
    }

    private ObjectNode summary(EpochFolder committed) {
        ModelCommitment model = committed.lineage().model();
        ObjectNode summary = JSON.createObjectNode()
                .put("model", model.id().toString())
                .put("descriptor", model.descriptor().toString())
                .put("epoch", committed.owner().epoch())
                .put("root", committed.owner().root().toString())
                .put("left", committed.budget().left());
        summary.set("parameters", ProofSummary.parameters(model));
        ArrayNode files = summary.putArray("files");
        files(folder, committed.owner().epoch()).forEach(file -> files.add(file.toString()));
        return summary;
    }

    private void print(EpochFolder committed, PrintWriter out) throws IOException {
        ModelCommitment model = committed.lineage().model();
        out.println("model       " + model.id());
        out.println("epoch       " + committed.owner().epoch() + ", root "
                + committed.owner().root());
        out.println("parameters  " + ProofSummary.line(model));
        out.println("left        " + committed.budget().left() + " proofs before the next roll-over");
        for (Path file : files(folder, committed.owner().epoch()).toList()) {
            out.println("wrote       " + file + ", " + Files.size(file) + " bytes");
        }
    }
}
