package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigException;
import dev.candor.actors.receipt.Evidence;
import dev.candor.actors.receipt.ReceiptVerifier;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.Verification;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.cluster.node.StoppedJournal;
import dev.candor.persistence.export.ExportLine;
import dev.candor.persistence.export.ExportVerifier;
import dev.candor.persistence.export.JournalExport;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a journal as text that anyone can check, and checks it. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description = "Exports the journal of receipts, verifies exports, makes tables.",
        subcommands = {
            JournalCommand.Export.class,
            JournalCommand.Verify.class,
            JournalTablesCommand.Create.class,
            JournalTablesCommand.Await.class
        })
final class JournalCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What both commands do with a chain that does not hold, and with the end of their work. */
    private static int reported(CommandSpec spec, boolean json, Reported.Work work) {
        return Reported.run(spec, out -> {
            try {
                return work.run(out);
            } catch (BrokenChainException | MalformedBytesException | ConfigException e) {
                if (!json) {
                    throw new IOException(e.getMessage(), e);
                }
                out.println(JSON.createObjectNode().put("ok", false).put("problem", e.getMessage()));
                return Candor.FAILED;
            }
        });
    }

    private static ArrayNode json(List<JournalExport.Summary> partitions) {
        ArrayNode all = JSON.createArrayNode();
        partitions.forEach(partition -> all.addObject()
                .put("partition", partition.partition())
                .put("sequence_nr", partition.sequenceNr())
                .put("head", partition.head().toHex())
                .put("receipts", partition.receipts())
                .put("voided", partition.voided()));
        return all;
    }

    private static void print(List<JournalExport.Summary> partitions, PrintWriter out) {
        partitions.forEach(partition -> out.printf(
                "partition %3d  %9d receipts  %3d void events  head %s at event %d%n",
                partition.partition(),
                partition.receipts(),
                partition.voided(),
                partition.head(),
                partition.sequenceNr()));
    }

    private static long receipts(List<JournalExport.Summary> partitions) {
        return partitions.stream().mapToLong(JournalExport.Summary::receipts).sum();
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "Writes every event of every partition as a line of JSON, and verifies the chains on the way.",
                "The embedded journal is the one of a node that is stopped; Cassandra's may be in use (--config says where it is).",
                "Exit code 0: written; 1: a chain is broken or the journal cannot be read, and no file is left; 2: the command line is wrong."
            })
    static final class Export implements Callable<Integer> {
        @Mixin
        private NodeConfig options = new NodeConfig();

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "The file to write; it must not be there yet.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            return reported(spec, json, out -> {
                try (StoppedJournal journal = StoppedJournal.open(options.resolve())) {
                    List<JournalExport.Summary> partitions = write(journal);
                    if (json) {
                        out.println(JSON.createObjectNode()
                                .put("ok", true)
                                .put("file", file.toString())
                                .put("network", journal.genesis().digest().toHex())
                                .put("receipts", receipts(partitions))
                                .set("partitions", json(partitions)));
                    } else {
                        print(partitions, out);
                        out.println(receipts(partitions) + " receipts of network "
                                + journal.genesis().digest() + " written to " + file);
                    }
                    return 0;
                }
            });
        }

        /** Whatever goes wrong, no half of an export is left that somebody may take for a whole one. */
        private List<JournalExport.Summary> write(StoppedJournal journal) throws IOException {
            OutputStream out;
            try {
                out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                throw new IOException(file + " is there already; name another file or move it away", e);
            }
            try (OutputStream buffered = new BufferedOutputStream(out, 1 << 16)) {
                return journal.export(buffered);
            } catch (IOException | RuntimeException e) {
                Files.delete(file);
                throw e;
            }
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Verifies an export without its journal: every event follows the one before it, and every hash is the one that the line says.",
                "With --trust also that every receipt is signed by a key of that file, in its time and not revoked.",
                "Exit code 0: everything holds; 1: something does not; 2: the command line is wrong."
            })
    static final class Verify implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "What `candor journal export` wrote.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(names = "--trust", paramLabel = "FILE", description = "The keys to believe.")
        @Nullable
        private Path trust;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            return reported(spec, json, out -> {
                Optional<ReceiptVerifier> receipts =
                        trust == null ? Optional.empty() : Optional.of(new ReceiptVerifier(TrustFile.load(trust)));
                List<JournalExport.Summary> partitions = verify(receipts);
                if (json) {
                    ObjectNode answer = JSON.createObjectNode()
                            .put("ok", true)
                            .put("receipts", receipts(partitions))
                            .put("signatures_verified", receipts.isPresent());
                    answer.set("partitions", json(partitions));
                    out.println(answer);
                } else {
                    print(partitions, out);
                    out.println("the chains hold: " + receipts(partitions) + " receipts, their signatures "
                            + (receipts.isPresent() ? "as well" : "not looked at (--trust)"));
                }
                return 0;
            });
        }

        private List<JournalExport.Summary> verify(Optional<ReceiptVerifier> receipts) throws IOException {
            ExportVerifier verifier = new ExportVerifier(line -> receipts.ifPresent(it -> check(it, line)));
            try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                for (String line = line(in); line != null; line = line(in)) {
                    verifier.next(line);
                }
            }
            return verifier.end();
        }

        private static void check(ReceiptVerifier verifier, ExportLine line) {
            if (!line.link().counts() || !(line.link().event() instanceof ReceiptsCommitted committed)) {
                return;
            }
            int number = 0;
            for (PartitionEvent.Entry entry : committed.entries()) {
                number++;
                Verification verification = verifier.verify(entry.receipt(), Evidence.NONE);
                if (!verification.ok()) {
                    throw new BrokenChainException("receipt " + number + " of event "
                            + line.link().sequenceNr() + ", partition " + line.partition() + ": "
                            + verification.failures());
                }
            }
        }

        /** A line without its end, or null behind the last; a longer one than there is stops being read. */
        private static @Nullable String line(Reader in) throws IOException {
            StringBuilder line = new StringBuilder();
            int c = in.read();
            if (c < 0) {
                return null;
            }
            for (; c >= 0 && c != '\n'; c = in.read()) {
                if (line.length() == ExportLine.MAX_LENGTH) {
                    throw new MalformedBytesException(
                            "a line is longer than " + ExportLine.MAX_LENGTH + " characters: this is no export");
                }
                line.append((char) c);
            }
            return line.toString();
        }
    }
}
