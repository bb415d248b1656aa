package dev.candor.actors.executor;

import dev.candor.actors.value.Digest;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** Where executors get model files from. Thread-safe; never blocks. */
@FunctionalInterface
public interface ModelFiles {
    /**
     * The local file with this content, fetched if it is not there yet. The content has been verified against the id.
     *
     * @return fails with {@link dev.candor.actors.inference.RefusedException} where the file cannot be had
     */
    CompletionStage<Path> fetch(Digest contentId);
}
