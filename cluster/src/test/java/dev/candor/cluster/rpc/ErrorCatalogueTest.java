package dev.candor.cluster.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/errors.md} against the program. */
final class ErrorCatalogueTest {
    private static final Pattern ROW =
            Pattern.compile("\\| `([A-Z_]+)` \\| (\\d+) \\| `([A-Z_]+)` \\| (-\\d+) \\| (.+) \\|");

    @Test
    void everyCodeIsInTheCatalogueAsItIsInTheProgram() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "errors.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(rows.put(row.group(1), row.group(2) + " " + row.group(3) + " " + row.group(4)))
                        .as(line)
                        .isNull();
            }
        }
        Map<String, String> codes = new LinkedHashMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            codes.put(code.name(), code.httpStatus() + " " + code.grpcStatus() + " " + RpcError.number(code));
        }
        assertThat(rows).isEqualTo(codes);
    }
}
