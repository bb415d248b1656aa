package dev.candor.cluster.validator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.tx.Action;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each figure of a validator moves with what it counts. */
final class LedgerFiguresTest {
    @TempDir
    private Path folder;

    private final PrometheusRegistry registry = new PrometheusRegistry();

    private String shown() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExpositionFormats.init().getPrometheusTextFormatWriter().write(out, registry.scrape());
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsBlocksRoundsAndWhatWaits() throws IOException {
        LedgerFigures figures = new LedgerFigures();
        figures.register(registry);
        assertThat(shown()).contains("candor_ledger_transactions_total{action=\"deposit\"} 0.0");
        try (ValidatorFixture network = new ValidatorFixture(folder)) {
            CertifiedChain chain = new CertifiedChain(network)
                    .operator(new Action.Deposit(Digest.sha256(Bytes.ofHex("01")), new Amount(5)));
            figures.decided(chain.blocks.getFirst().block(), 0, 250_000_000);
        }
        figures.roundChanged(2, 1);
        figures.pending(3, 17);

        assertThat(shown())
                .contains(
                        "candor_ledger_height 1.0",
                        "candor_ledger_transactions_total{action=\"deposit\"} 1.0",
                        "candor_ledger_block_seconds_count 1",
                        "candor_ledger_block_seconds_sum 0.25",
                        "candor_ledger_round_changes_total 1.0",
                        "candor_ledger_pending_transactions 3.0",
                        "candor_ledger_pending_events 17.0");
    }
}
