package dev.candor.cluster.node;

import dev.candor.actors.gateway.Admission;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.cluster.proof.ProofLedger;
import dev.candor.cluster.rest.FinalityLookup;
import dev.candor.cluster.rest.StatsSource;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.Certificate;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Knows which events of partitions are final: this node's own validator, or others that it asks. Thread-safe. */
interface ReceiptFinality extends AutoCloseable {
    /** The block that made an event final, if one did. Blocks; a {@link dev.candor.actors.inference.RefusedException} where nobody can tell. */
    Optional<FinalityLookup.InBlock> blockOf(int partition, long sequenceNr);

    /** The public figures of the ledger. */
    StatsSource stats(Executor blocking);

    /** Whether callers can pay, by this ledger. */
    Admission admission();

    /** Shows the figures of this node's own validator in {@code registry}, if it has one. */
    default void register(PrometheusRegistry registry) {}

    /** Where proofs are settled, if this node may settle them. */
    Optional<ProofLedger> proofs();

    @Override
    void close();

    /** What is said of a final block. */
    static FinalityLookup.InBlock inBlock(Block block, Certificate certificate) {
        CanonicalWriter bytes = new CanonicalWriter(256);
        certificate.write(bytes);
        Digest chain = block.header().chain();
        return new FinalityLookup.InBlock(
                chain,
                block.header().height(),
                block.hash(),
                block.header().time(),
                certificate.seals().size(),
                bytes.toBytes());
    }
}
