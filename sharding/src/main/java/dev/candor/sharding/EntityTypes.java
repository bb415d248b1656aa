package dev.candor.sharding;

import dev.candor.persistence.model.Catalog;
import dev.candor.persistence.model.Model;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.persistence.request.Request;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** The names under which entities are sharded; all nodes of a cluster must agree on them. */
public final class EntityTypes {
    /** {@link Partition}; the id is the partition's number. */
    public static final EntityTypeKey<Partition.Command> PARTITION =
            EntityTypeKey.create(Partition.Command.class, "partition");

    /** {@link Request}; the id is {@link Request#entityId}. */
    public static final EntityTypeKey<Request.Command> REQUEST = EntityTypeKey.create(Request.Command.class, "request");

    /** {@link Model}; the id is the model's name. */
    public static final EntityTypeKey<Model.Command> MODEL = EntityTypeKey.create(Model.Command.class, "model");

    /** {@link Catalog}; the id is {@link Catalog#ID}. */
    public static final EntityTypeKey<Catalog.Command> CATALOG = EntityTypeKey.create(Catalog.Command.class, "catalog");

    /** {@link ProofJobs}; the id is the slice's number. */
    public static final EntityTypeKey<ProofJobs.Command> PROOFS =
            EntityTypeKey.create(ProofJobs.Command.class, "proofs");

    private EntityTypes() {}
}
