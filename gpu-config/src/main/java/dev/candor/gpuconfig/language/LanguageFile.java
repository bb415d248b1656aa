package dev.candor.gpuconfig.language;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.gpuconfig.language.LanguageDescription.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads {@code extra/language.json} out of a TorchScript file: tokenizer, chat template and sizes lie beside the weights in one file, so one content id covers all
 * of them. {@code docs/language.md} specifies it.
 */
public final class LanguageFile {
    private static final String ENTRY = "/extra/language.json";
    private static final String FORMAT = "candor-language-v1";
    private static final int MOST_BYTES = 16 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(16).build())
                    .build())
            .build();

    private LanguageFile() {}

    /**
     * What a file says.
     *
     * @throws RefusedException with INVALID_MODEL where it is no language model's
     */
    public static LanguageDescription read(Path file) {
        try (ZipFile archive = new ZipFile(file.toFile())) {
            ZipEntry entry = archive.stream()
                    .filter(each -> each.getName().endsWith(ENTRY))
                    .findFirst()
                    .orElseThrow(() -> invalid(file, "it holds no extra/language.json"));
            try (InputStream in = archive.getInputStream(entry)) {
                byte[] json = in.readNBytes(MOST_BYTES + 1);
                if (json.length > MOST_BYTES) {
                    throw invalid(file, "its extra/language.json has more than " + MOST_BYTES + " bytes");
                }
                return parse(JSON.readTree(json));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(file, String.valueOf(e.getMessage()));
        }
    }

    private static LanguageDescription parse(JsonNode json) {
        if (!json.path("format").asText().equals(FORMAT)) {
            throw new IllegalArgumentException(
                    "its format is " + json.path("format") + ", this program knows " + FORMAT);
        }
        List<Tokenizer.Merge> merges = new ArrayList<>();
        json.path("tokenizer")
                .path("merges")
                .forEach(pair -> merges.add(new Tokenizer.Merge(number(pair, 0), number(pair, 1))));
        List<String> specials = new ArrayList<>();
        json.path("tokenizer").path("special").forEach(each -> specials.add(each.asText()));
        Tokenizer tokenizer = new Tokenizer(merges, specials);
        return new LanguageDescription(
                text(json, "name"),
                kind(json),
                number(json, "context"),
                number(json, "vocabulary"),
                number(json, "width"),
                tokenizer,
                json.has("chat") ? Optional.of(chat(json.path("chat"), tokenizer)) : Optional.empty());
    }

    private static Kind kind(JsonNode json) {
        return switch (text(json, "kind")) {
            case "text" -> new Kind.Text(number(json, "layers"), number(json, "heads"), number(json, "head_size"));
            case "embedding" -> new Kind.Embedding();
            default ->
                throw new IllegalArgumentException(
                        "its kind is " + json.path("kind") + "; kinds are text and embedding");
        };
    }

    private static ChatTemplate chat(JsonNode json, Tokenizer tokenizer) {
        Map<String, Integer> roles = new LinkedHashMap<>();
        for (String role : List.of("system", "user", "assistant", "tool")) {
            roles.put(role, tokenizer.special(text(json, role)));
        }
        return new ChatTemplate(
                roles, tokenizer.special(text(json, "assistant")), tokenizer.special(text(json, "end")));
    }

    private static int number(JsonNode node, Object key) {
        JsonNode value = key instanceof Integer index ? node.path(index) : node.path(key.toString());
        if (!value.isInt()) {
            throw new IllegalArgumentException("its " + key + " is " + value + " and no whole number");
        }
        return value.intValue();
    }

    private static String text(JsonNode node, String key) {
        JsonNode value = node.path(key);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new IllegalArgumentException("its " + key + " is " + value + " and no text");
        }
        return value.textValue();
    }

    private static RefusedException invalid(Path file, String why) {
        return new RefusedException(ErrorCode.INVALID_MODEL, file.getFileName() + " is no language model: " + why);
    }
}
