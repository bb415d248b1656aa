package dev.candor.persistence.ledger.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.stats.Figure.View;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatsJsonTest {
    private static final LedgerStats STATS = stats();
    private static final String JSON = new String(StatsJson.write(STATS).toArray(), StandardCharsets.UTF_8);

    private static LedgerStats stats() {
        MemoryFigures figures = new MemoryFigures();
        for (long day : new long[] {20_000, 20_003}) {
            figures.add(new Figure(View.USAGE, day, "mnist/1.00/zkml", BlockFigures.ANSWERS), 3);
            figures.add(new Figure(View.PROOFS, day, "zkml", BlockFigures.ASKED), 3);
            figures.add(new Figure(View.PROOFS, day, "zkml", "PROVEN"), 1);
            figures.add(new Figure(View.TO_FINAL, day, "15", BlockFigures.COUNT), 3);
            figures.add(new Figure(View.TO_PROOF, day, "zkml/271", BlockFigures.COUNT), 1);
            figures.add(new Figure(View.CALLERS, day, "c0", BlockFigures.ANSWERS), 3);
            figures.add(new Figure(View.OPERATORS, day, "aa", BlockFigures.ANSWERS), 2);
            figures.add(new Figure(View.OPERATORS, day, "bb", BlockFigures.ANSWERS), 1);
            figures.add(new Figure(View.HOURS, day, "07", BlockFigures.ANSWERS), 3);
            figures.add(new Figure(View.MONEY, day, "", BlockFigures.TREASURY), -4);
            figures.add(new Figure(View.BLOCKS, day, "", BlockFigures.COUNT), 5);
            figures.add(new Figure(View.NODES, day, "EXECUTOR", BlockFigures.COUNT), 1);
        }
        figures.open(Digest.ZERO, VerificationMode.TEE, 1_790_000_000_000L);
        return LedgerStats.of(figures);
    }

    private static LedgerStats read(String json) {
        return StatsJson.read(Bytes.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void isReadAsItWasWritten() {
        LedgerStats read = read(JSON);
        assertThat(read).isEqualTo(STATS).hasSameHashCodeAs(STATS);
        assertThat(read.blocks()).isEqualTo(10);
        assertThat(StatsJson.of(read)).hasToString(JSON);
    }

    @Test
    void refusesEverythingElse() {
        for (String wrong : List.of(
                "",
                "[]",
                "null",
                "{}",
                JSON + "{}",
                JSON.substring(0, JSON.length() - 1),
                JSON.replaceFirst("\"blocks\":5", "\"blocks\":\"many\""),
                JSON.replaceFirst("\"blocks\":5", "\"blocks\":99999999999999999999"),
                JSON.replaceFirst("\"blocks\":5", "\"other\":5"),
                JSON.replaceFirst("\"blocks\":5", "\"blocks\":5,\"other\":5"),
                JSON.replaceFirst(",\"blocks\":5", ""),
                JSON.replaceFirst("\"blocks\":5", "\"blocks\":null"),
                JSON.replaceFirst("\"days\":\\[", "\"days\":[null,"),
                JSON.replaceFirst("\"p50\":\\d+", "\"p50\":{}"))) {
            assertThatThrownBy(() -> read(wrong))
                    .as(wrong)
                    .isInstanceOf(MalformedBytesException.class)
                    .hasMessageStartingWith("these are no public figures: ");
        }
    }
}
