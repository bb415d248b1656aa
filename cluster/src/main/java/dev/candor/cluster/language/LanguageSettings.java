package dev.candor.cluster.language;

import com.typesafe.config.Config;
import dev.candor.gpuconfig.language.EngineSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings {@code candor.language}; {@code candor-language.conf} says what each means.
 *
 * @param models files of language models to serve; none by default
 * @param engine how sequences share a text model
 * @param defaultTokens most tokens of an answer whose request names no number
 */
public record LanguageSettings(List<Path> models, EngineSettings engine, int defaultTokens) {
    /** Refuses numbers outside their ranges. */
    public LanguageSettings {
        models = List.copyOf(models);
        if (defaultTokens < 1) {
            throw new IllegalArgumentException(
                    "candor.language.default-tokens is " + defaultTokens + "; it must be at least 1");
        }
    }

    /** Reads the settings; an {@link IllegalArgumentException} says which number is out of its range. */
    public static LanguageSettings of(Config root) {
        Config config = root.getConfig("candor.language");
        return new LanguageSettings(
                config.getStringList("models").stream().map(Path::of).toList(),
                new EngineSettings(
                        config.getInt("max-sequences"),
                        config.getInt("max-waiting"),
                        config.getInt("read-tokens"),
                        config.getBoolean("continuous-batching")),
                config.getInt("default-tokens"));
    }
}
