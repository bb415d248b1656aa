package dev.candor.cluster.security;

import dev.candor.actors.gateway.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of {@code docs/security.md}: what each role may do at which endpoint. */
public final class AuthorizationTable {
    /** The columns. */
    public static final List<Set<Caller.Role>> COLUMNS =
            List.of(Set.of(Caller.Role.INFER), Set.of(Caller.Role.ADMIN), Set.of(Caller.Role.AUDIT), Set.of());

    private static final Pattern ROW =
            Pattern.compile("\\| `([^`]+)` \\| (yes|no) \\| (yes|no) \\| (yes|no) \\| (yes|no) \\|");

    private AuthorizationTable() {}

    /** Each row's name, such as {@code GET /health} or {@code gRPC ModelInfer}, and whether each column may. */
    public static Map<String, List<Boolean>> read() throws IOException {
        Map<String, List<Boolean>> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "security.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                List<Boolean> cells = new ArrayList<>();
                for (int column = 2; column <= 5; column++) {
                    cells.add(row.group(column).equals("yes"));
                }
                rows.put(row.group(1), List.copyOf(cells));
            }
        }
        return rows;
    }
}
