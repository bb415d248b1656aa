package dev.candor.proving.budget;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What names the running boot of this machine. */
public final class MachineBoot {

    private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");

    private MachineBoot() {}

    /**
     * Linux's boot id; elsewhere the time at which the first process started.
     *
     * @throws BudgetException where the system tells neither
     */
    public static String current() throws BudgetException {
        try {
            if (Files.isReadable(LINUX)) {
                return Files.readString(LINUX, StandardCharsets.US_ASCII).strip();
            }
        } catch (IOException e) {
            throw new BudgetException("The boot of this machine cannot be read from " + LINUX + ": " + e + ".", e);
        }
        Optional<Instant> first =
                ProcessHandle.of(1).flatMap(process -> process.info().startInstant());
        return first.map(Instant::toString)
                .orElseThrow(() -> new BudgetException(
                        "This system does not tell when it was started, so whether a record of openings was restored cannot be"
                                + " seen."));
    }
}
