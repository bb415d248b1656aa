package dev.candor.bench.scenario;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.candor.bench.load.Encoding;
import dev.candor.bench.scenario.Scenario.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads scenarios, which are HOCON; {@code scenario.conf} beside this class's module says what they may hold. */
public final class ScenarioFile {
    private static final String DEFAULTS = "dev/candor/bench/scenario.conf";

    private ScenarioFile() {}

    /**
     * A scenario.
     *
     * @param file the scenario's file, if there is one; paths in it are relative to its folder
     * @param over what goes before the file's settings, such as those of the command line
     * @throws IOException where the file cannot be read or does not hold a scenario
     */
    public static Scenario read(Optional<Path> file, Config over) throws IOException {
        Path folder = file.map(Path::toAbsolutePath).map(Path::getParent).orElse(Path.of(""));
        try {
            Config defaults = ConfigFactory.parseResources(ScenarioFile.class.getClassLoader(), DEFAULTS);
            Config own = ConfigFactory.empty();
            if (file.isPresent()) {
                if (!Files.isReadable(file.get())) {
                    throw new IOException("there is no readable scenario " + file.get());
                }
                own = ConfigFactory.parseFile(file.get().toFile());
                unknown(own, defaults);
            }
            return scenario(over.withFallback(own).withFallback(defaults).resolve(), folder);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new IOException(file.map(Path::toString).orElse("the command line") + ": " + e.getMessage(), e);
        }
    }

    /** A setting that nobody knows is a slip of the pen. */
    private static void unknown(Config own, Config defaults) throws IOException {
        Set<String> unknown = new TreeSet<>();
        own.root().keySet().stream()
                .filter(key -> !defaults.hasPath(key) || key.equals("part"))
                .forEach(unknown::add);
        keys(own, "load").filter(key -> !defaults.hasPath("load." + key)).forEach(key -> unknown.add("load." + key));
        if (own.hasPath("mix")) {
            for (Config part : own.getConfigList("mix")) {
                part.root().keySet().stream()
                        .filter(key -> !defaults.hasPath("part." + key))
                        .forEach(key -> unknown.add("mix." + key));
            }
        }
        if (!unknown.isEmpty()) {
            throw new IOException("the scenario has unknown settings: " + String.join(", ", unknown));
        }
    }

    private static Stream<String> keys(Config own, String path) {
        return own.hasPath(path) ? own.getConfig(path).root().keySet().stream() : Stream.empty();
    }

    private static Scenario scenario(Config config, Path folder) {
        Config load = config.getConfig("load");
        List<Part> mix = new ArrayList<>();
        for (Config part : config.getConfigList("mix")) {
            mix.add(part(part.withFallback(config.getConfig("part")), folder));
        }
        if (mix.isEmpty()) {
            mix.add(part(config.getConfig("part"), folder));
        }
        return new Scenario(
                config.getString("name"),
                mix,
                choice(Loop.class, load, "loop"),
                load.getDoubleList("rates"),
                load.getBoolean("sweep"),
                load.getDoubleList("sweep-parts"),
                load.getInt("connections"),
                load.getDuration("warm-up"),
                load.getDuration("window"),
                load.getLong("seed"),
                load.getInt("sample-every"),
                load.getBoolean("allow-refusals"));
    }

    private static Part part(Config part, Path folder) {
        Encoding encoding = choice(Encoding.class, part, "encoding");
        int rows = part.getInt("rows");
        int priority = part.getInt("priority");
        String name = part.getString("name");
        String examples = part.getString("examples");
        String verification = part.getString("verification");
        return new Part(
                name.isEmpty()
                        ? part.getString("model") + " " + encoding.label() + (rows == 1 ? "" : " " + rows + " rows")
                                + (priority == 0 ? "" : " priority " + priority)
                                + (verification.isEmpty() ? "" : " " + verification)
                        : name,
                part.getDouble("weight"),
                part.getString("model"),
                part.getString("version"),
                examples.isEmpty() ? Optional.empty() : Optional.of(folder.resolve(examples)),
                encoding,
                rows,
                priority,
                Optional.of(part.getDuration("timeout")).filter(timeout -> !timeout.isZero()),
                Optional.of(verification).filter(mode -> !mode.isEmpty()));
    }

    private static <E extends Enum<E>> E choice(Class<E> type, Config config, String key) {
        String said = config.getString(key);
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(said)) {
                return constant;
            }
            names.add(constant.name().toLowerCase(Locale.ROOT));
        }
        throw new IllegalArgumentException(key + " is \"" + said + "\"; it must be one of " + String.join(", ", names));
    }
}
