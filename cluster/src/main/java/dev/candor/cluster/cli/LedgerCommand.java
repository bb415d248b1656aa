package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.evidence.LedgerEvidence;
import dev.candor.cluster.node.LedgerFolder;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.replay.DivergenceException;
import dev.candor.persistence.ledger.replay.LedgerExport;
import dev.candor.persistence.ledger.replay.LedgerReplay;
import dev.candor.persistence.ledger.replay.ReceiptTrail;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.validator.FinalBlock;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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

/** Writes a ledger's export, and checks one from its genesis on without node, network or database. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = "Exports a ledger, replays exports, and finds receipts, states and figures in them.",
        subcommands = {
            LedgerCommand.Write.class,
            LedgerCommand.Replay.class,
            LedgerCommand.Verify.class,
            LedgerCommand.State.class,
            LedgerStatsCommand.class
        })
final class LedgerCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An export, and what of it is believed. */
    static final class Export {
        @Parameters(paramLabel = "FILE", description = "A ledger's export.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(
                names = "--chain",
                paramLabel = "HEX",
                description =
                        "Digest of the genesis record that you trust. Without it an export is only held against itself: whoever made it may have made it up.")
        @Nullable
        private String chain;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        /** Checks everything; {@link DivergenceException} at the first line that does not hold. */
        LedgerReplay.Result replay(LedgerReplay.Listener listener) throws IOException {
            LedgerReplay replay = new LedgerReplay(
                    Optional.ofNullable(chain).map(hex -> digest("--chain", hex)),
                    new Ed25519Signatures(),
                    new LedgerEvidence(),
                    listener);
            try (InputStream in = Files.newInputStream(file)) {
                return replay.all(in);
            }
        }

        boolean json() {
            return json;
        }

        String believed() {
            return chain == null
                    ? "the chain itself was not held against anything (--chain)"
                    : "the chain is the one you trust";
        }
    }

    private static Digest digest(String option, String hex) {
        try {
            return Digest.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " is a digest in hex, 64 characters; this is \"" + hex + "\"", e);
        }
    }

    static int reported(CommandSpec spec, Export export, Reported.Work work) {
        return Reported.run(spec, out -> {
            try {
                return work.run(out);
            } catch (DivergenceException e) {
                if (!export.json) {
                    throw new IOException(e.getMessage(), e);
                }
                out.println(JSON.createObjectNode()
                        .put("ok", false)
                        .put("line", e.line())
                        .put("problem", e.getMessage()));
                return Candor.FAILED;
            }
        });
    }

    private static ObjectNode json(LedgerState state) {
        ObjectNode json = JSON.createObjectNode()
                .put("chain", state.chain().toHex())
                .put("network", state.network().toHex())
                .put("height", state.height())
                .put("block", state.lastBlock().toHex())
                .put("time", state.time())
                .put("state_root", state.root().toHex())
                .put("supply", state.supply().units())
                .put("treasury", state.treasury().units())
                .put("accounts", state.accounts().size())
                .put("models", state.models().size())
                .put("nodes", state.nodes().size())
                .put("settlements", state.settlements().size())
                .put("leases", state.leases().size());
        ArrayNode validators = json.putArray("validators");
        state.validators()
                .keys()
                .forEach(key -> validators.add(ValidatorSet.keyId(key).toHex()));
        ArrayNode partitions = json.putArray("partitions");
        int number = 0;
        for (PartitionHead head : state.partitions()) {
            partitions
                    .addObject()
                    .put("partition", number++)
                    .put("sequence_nr", head.sequenceNr())
                    .put("epoch", head.epoch())
                    .put("head", head.head().toHex())
                    .put("receipts", head.log().size());
        }
        return json;
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "Writes every block of a node's ledger and the events behind it as lines of JSON. The node may run.",
                "A file that holds the beginning of this ledger is gone on with behind its last whole block.",
                "Exit code 0: written; 1: the ledger cannot be read, or the file is of another; 2: the command line is wrong."
            })
    static final class Write extends ReportedCommand {
        private static final int PROGRESS = 1_000;

        @Mixin
        private NodeConfig options = new NodeConfig();

        @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write or go on with.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Override
        int run(PrintWriter out) throws IOException {
            try (ValidatorJournal journal = LedgerFolder.read(options.resolve())) {
                LedgerGenesis genesis =
                        journal.genesis().orElseThrow(() -> new IOException("no ledger has begun in this node's data"));
                long last = journal.height();
                long first = write(journal, genesis, last);
                if (json) {
                    out.println(JSON.createObjectNode()
                            .put("ok", true)
                            .put("file", file.toString())
                            .put("chain", genesis.digest().toHex())
                            .put("from", first)
                            .put("height", last));
                } else {
                    out.printf("blocks %d to %d of the chain %s written to %s%n", first, last, genesis.digest(), file);
                }
                return 0;
            } catch (JournalException | ConfigException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        private long write(ValidatorJournal journal, LedgerGenesis genesis, long last) throws IOException {
            try (LedgerExport export = LedgerExport.open(file, genesis)) {
                long first = export.height() + 1;
                for (long height = first; height <= last; height++) {
                    long wanted = height;
                    FinalBlock done = journal.block(height)
                            .orElseThrow(() -> new IOException("block " + wanted + " is missing in the journal"));
                    export.write(done.block(), done.certificate(), done.segments());
                    if (height % PROGRESS == 0) {
                        progress("block " + height + " of " + last);
                    }
                }
                return first;
            }
        }
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = {
                "Recomputes a ledger from its genesis: every hash, signature, certificate and state root, and prints the root at each height.",
                "Exit code 0: everything holds; 1: something does not, and the first line that does not is named; 2: the command line is wrong."
            })
    static final class Replay implements Callable<Integer> {
        @Mixin
        private Export export = new Export();

        @Option(names = "--quiet", description = "Print the end alone.")
        private boolean quiet;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            return reported(spec, export, out -> {
                LedgerReplay.Result result = export.replay((_, block, certificate, _, entries, after) -> {
                    if (!quiet && !export.json) {
                        out.printf(
                                "height %8d  %s  %7d receipts  %2d signatures  root %s%n",
                                after.height(),
                                Instant.ofEpochMilli(block.header().time()),
                                entries.values().stream().mapToInt(List::size).sum(),
                                certificate.seals().size(),
                                block.header().stateRoot());
                    }
                });
                if (export.json) {
                    out.println(json(result.state()).put("ok", true).put("receipts", result.receipts()));
                } else {
                    out.printf(
                            "the ledger holds: %d blocks, %d receipts, state root %s; %s%n",
                            result.state().height(),
                            result.receipts(),
                            result.state().root(),
                            export.believed());
                }
                return 0;
            });
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Finds a receipt: its partition, its block and that block's certificate, and what was charged. The whole export is checked on the way.",
                "Exit code 0: found, once; 1: not there, there more than once, or the export does not hold; 2: the command line is wrong."
            })
    static final class Verify implements Callable<Integer> {
        @Mixin
        private Export export = new Export();

        @Option(
                names = "--receipt",
                required = true,
                paramLabel = "RECEIPT",
                description = "A file (an exchange, an answer's body, base64, or the bytes), or base64.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String receipt;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            return reported(spec, export, out -> {
                Bytes bytes = ReceiptArgument.read(receipt);
                ReceiptTrail trail = new ReceiptTrail(bytes);
                LedgerReplay.Result result = export.replay(trail);
                boolean once = trail.found().size() == 1;
                if (export.json) {
                    ObjectNode json = JSON.createObjectNode()
                            .put("ok", once)
                            .put("receipt", Digest.sha256(bytes).toHex())
                            .put("chain", result.state().chain().toHex())
                            .put("height", result.state().height());
                    ArrayNode places = json.putArray("found");
                    trail.found().forEach(found -> places.add(json(found)));
                    result.state()
                            .settlements()
                            .get(Digest.sha256(bytes))
                            .ifPresent(settled ->
                                    json.put("settlement", settled.status().name()));
                    out.println(json);
                } else {
                    print(bytes, trail, result, out);
                }
                return once ? 0 : Candor.FAILED;
            });
        }

        private static ObjectNode json(ReceiptTrail.Found found) {
            return JSON.createObjectNode()
                    .put("partition", found.partition())
                    .put("sequence_nr", found.sequenceNr())
                    .put("height", found.block().header().height())
                    .put("block", found.block().hash().toHex())
                    .put("time", found.block().header().time())
                    .put("signatures", found.certificate().seals().size())
                    .put("log_root", found.logRoot().toHex())
                    .put("paid", found.entry().paid().units())
                    .put("held", found.entry().held().units())
                    .put("owed", found.entry().owed().units());
        }

        private void print(Bytes bytes, ReceiptTrail trail, LedgerReplay.Result result, PrintWriter out) {
            trail.found()
                    .forEach(found -> out.printf(
                            "partition %d, event %d -> block %d (%s, %s) -> certificate of %d validators; paid %s, held %s, owed %s%n",
                            found.partition(),
                            found.sequenceNr(),
                            found.block().header().height(),
                            found.block().hash(),
                            Instant.ofEpochMilli(found.block().header().time()),
                            found.certificate().seals().size(),
                            found.entry().paid(),
                            found.entry().held(),
                            found.entry().owed()));
            result.state()
                    .settlements()
                    .get(Digest.sha256(bytes))
                    .ifPresent(settled -> out.println("settlement: " + settled.status()));
            switch (trail.found().size()) {
                case 0 ->
                    out.println("receipt " + Digest.sha256(bytes) + " is not in these "
                            + result.state().height() + " blocks");
                case 1 -> out.println("the receipt is final; " + export.believed());
                default ->
                    out.println("the receipt is there " + trail.found().size()
                            + " times: the serving cluster committed one answer more than once");
            }
        }
    }

    @Command(
            name = "state",
            mixinStandardHelpOptions = true,
            description = {
                "Prints the state at a height. The whole export is checked on the way.",
                "Exit code 0: printed; 1: the export has no such height or does not hold; 2: the command line is wrong."
            })
    static final class State implements Callable<Integer> {
        @Mixin
        private Export export = new Export();

        @Option(names = "--height", paramLabel = "N", description = "After this block; the last by default.")
        @Nullable
        private Long height;

        @Option(
                names = "--account",
                paramLabel = "HEX",
                description = "Also print this account: a caller's pseudonym, or SHA-256 of a public key.")
        @Nullable
        private String account;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Nullable
        private LedgerState wanted;

        @Override
        public Integer call() {
            return reported(spec, export, out -> {
                LedgerReplay.Result result = export.replay((_, _, _, _, _, after) -> {
                    if (height != null && after.height() == height) {
                        wanted = after;
                    }
                });
                LedgerState state = height == null ? result.state() : wanted;
                if (state == null) {
                    throw new IOException(
                            "the export has the blocks 1 to " + result.state().height() + ", not " + height);
                }
                ObjectNode json = json(state);
                if (account != null) {
                    Digest id = digest("--account", account);
                    ObjectNode found = json.putObject("account").put("id", id.toHex());
                    state.accounts()
                            .get(id)
                            .ifPresentOrElse(
                                    each -> found.put("balance", each.balance().units())
                                            .put("debt", each.debt().units())
                                            .put("leased", each.leased().units())
                                            .put("nonce", each.nonce()),
                                    () -> found.put("known", false));
                }
                out.println(export.json ? json.toString() : json.toPrettyString());
                return 0;
            });
        }
    }
}
