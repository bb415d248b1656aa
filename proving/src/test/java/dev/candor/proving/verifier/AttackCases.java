package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.Statement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what attacks show to a verifier, where a test wants to show it to the other one too. */
final class AttackCases {

    private static @Nullable Path folder;
    private static final List<Path> WRITTEN = new ArrayList<>();

    private AttackCases() {}

    /** From now on cases go to {@code folder}; nowhere for null. */
    static void writeTo(@Nullable Path target) {
        folder = target;
        WRITTEN.clear();
    }

    /** The cases written since. */
    static List<Path> written() {
        return List.copyOf(WRITTEN);
    }

    /** Notes a proof of its own, without a lineage. */
    static void single(
            byte[] descriptor,
            String circuit,
            CodeParameters parameters,
            Statement statement,
            Proof proof,
            String... more) {
        if (folder != null) {
            List<String> members = new ArrayList<>(List.of(
                    "\"descriptor\": " + Cases.hex(descriptor),
                    Cases.parameters(parameters),
                    Cases.single(circuit, statement, ProofFile.encode(proof))));
            members.addAll(List.of(more));
            write(Cases.object(members));
        }
    }

    /** Notes a case. */
    static void linked(String... members) {
        if (folder != null) {
            write(Cases.object(List.of(members)));
        }
    }

    private static void write(String text) {
        Path target = folder;
        if (target == null) {
            return;
        }
        try {
            WRITTEN.add(Files.writeString(target.resolve("attack-" + WRITTEN.size() + ".json"), text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
