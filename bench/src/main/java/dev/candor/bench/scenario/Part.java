package dev.candor.bench.scenario;

import dev.candor.bench.load.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One kind of request in a mix.
 *
 * @param name as reports call it
 * @param weight among the others
 * @param version of the model or an alias, empty for the server's choice
 * @param examples where requests and their answers come from, unless the model is a shipped one
 * @param rows a request
 * @param priority 0 for the model's default
 */
public record Part(
        String name,
        double weight,
        String model,
        String version,
        Optional<Path> examples,
        Encoding encoding,
        int rows,
        int priority,
        Optional<Duration> timeout,
        Optional<String> verification) {}
