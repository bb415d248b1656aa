package dev.candor.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which source is run. */
public final class Commit {
    private Commit() {}

    /** The commit of the repository in {@code home}, with a note where files differ from it; {@code unknown} without git. */
    public static String of(Path home) throws InterruptedException {
        try {
            String commit = git(home, "rev-parse", "--short", "HEAD");
            if (commit.isEmpty()) {
                return "unknown";
            }
            return git(home, "status", "--porcelain", "--untracked-files=no").isEmpty()
                    ? commit
                    : commit + " with local changes";
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String git(Path home, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() == 0 ? said : "";
    }
}
