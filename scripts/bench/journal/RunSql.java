import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;

/** Runs a file of SQL statements, each ended by a semicolon: {@code RunSql URL FILE}. */
final class RunSql {
    private RunSql() {}

    public static void main(String[] args) throws Exception {
        try (var connection = DriverManager.getConnection(args[0]);
                var statement = connection.createStatement()) {
            for (String each : Files.readString(Path.of(args[1])).split(";")) {
                if (!each.isBlank()) {
                    statement.execute(each);
                }
            }
        }
    }
}
