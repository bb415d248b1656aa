package dev.candor.cluster.management;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may read figures on a management port: who shows the token that a file holds ({@code Authorization: Bearer TOKEN}), or anybody where no file is named. The
 * file is read for each request, so a token that is replaced counts at once; one that cannot be read lets nobody in. Thread-safe.
 */
public final class ScrapeToken {
    private static final Logger LOG = LoggerFactory.getLogger(ScrapeToken.class);
    private static final String SCHEME = "Bearer ";
    private static final int MOST_BYTES = 4096;

    private final Optional<Path> file;

    private ScrapeToken(Optional<Path> file) {
        this.file = file;
    }

    /** The token of a setting {@code token-file}, which may be empty. */
    public static ScrapeToken of(String setting) {
        return new ScrapeToken(setting.isEmpty() ? Optional.empty() : Optional.of(Path.of(setting)));
    }

    /** Whether who sends this header may read. */
    public boolean admits(Optional<String> authorization) {
        if (file.isEmpty()) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file.get())) {
            String token = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
            return !token.isEmpty()
                    && authorization
                            .filter(header -> header.startsWith(SCHEME))
                            .map(header -> MessageDigest.isEqual(
                                    header.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8),
                                    token.getBytes(StandardCharsets.UTF_8)))
                            .orElse(false);
        } catch (IOException e) {
            LOG.warn(
                    "The token in {} cannot be read, so that nobody may read the figures: {}",
                    file.get(),
                    e.toString());
            return false;
        }
    }
}
