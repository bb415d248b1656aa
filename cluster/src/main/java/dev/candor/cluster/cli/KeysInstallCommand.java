package dev.candor.cluster.cli;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Copies keys to where only their owner may read them. Kubernetes gives a mounted Secret to a group, and keys that a group may read are refused.
 */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description = {
            "Copies every file of a folder, such as a mounted Secret, into another one with mode 600. Files that are there are replaced.",
            "Exit code 0: copied; 1: a file cannot be read or written; 2: the command line is wrong."
        })
final class KeysInstallCommand implements Callable<Integer> {
    private static final int DEPTH = 4;
    private static final long MOST_BYTES = 1 << 20;

    @Option(names = "--from", required = true, paramLabel = "DIR", description = "Where the keys are.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path from;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Where they shall be.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path to;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        return Reported.run(spec, out -> {
            List<Path> files = files();
            for (Path file : files) {
                install(file);
            }
            out.println(files.size() + " files in " + to + ", each for its owner alone");
            return 0;
        });
    }

    /** Without what Kubernetes keeps behind names with a dot: its folders of versions. */
    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(from, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(Files::isRegularFile)
                    .map(from::relativize)
                    .filter(file -> StreamSupport.stream(file.spliterator(), false)
                            .noneMatch(part -> part.toString().startsWith(".")))
                    .sorted()
                    .toList();
        }
    }

    private void install(Path file) throws IOException {
        Path source = from.resolve(file);
        if (Files.size(source) > MOST_BYTES) {
            throw new IOException(source + " is larger than any key");
        }
        Path target = to.resolve(file);
        Path folder = target.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.deleteIfExists(target);
        Files.createFile(target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(target, Files.readAllBytes(source), StandardOpenOption.WRITE);
    }
}
