package dev.candor.sharding;

import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.JobSink;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.model.Catalog;
import dev.candor.persistence.model.CatalogReader;
import dev.candor.persistence.model.CatalogView;
import dev.candor.persistence.model.EntityModelAdministration;
import dev.candor.persistence.model.Model;
import dev.candor.persistence.model.ModelChanged;
import dev.candor.persistence.model.ModelEntities;
import dev.candor.persistence.partition.LocalPartitions;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionMeter;
import dev.candor.persistence.partition.PartitionResources;
import dev.candor.persistence.proof.Callbacks;
import dev.candor.persistence.proof.ProofChecker;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.persistence.proof.Settler;
import dev.candor.persistence.request.Request;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.typed.Cluster;

/** All entities of a node, started together; and the ways to them. Thread-safe. Everything ends with the ActorSystem, gracefully by its coordinated shutdown. */
public final class Sharding {
    /**
     * What entities need of their node.
     *
     * @param settings see {@link ShardingSettings#of}
     * @param partitions how many partitions the genesis record names
     * @param answers the bytes of answers
     * @param control leases
     * @param exclusiveStore whether this process alone can reach {@code control}, as with an embedded journal: any lease of another owner is then a dead
     *     one's, and taken at once
     * @param lanes where requests with a key are executed
     * @param proofs judges what provers bring
     * @param settler takes verified proofs to the ledger, if the settings say that there is one
     * @param callbacks tells whom callers named how their proofs end
     * @param meter told what partitions do
     * @param nanoTime a monotonic clock, {@code System::nanoTime} outside of tests
     */
    public record Resources(
            ShardingSettings settings,
            int partitions,
            AnswerStore answers,
            ControlStore control,
            boolean exclusiveStore,
            JobSink lanes,
            ProofChecker proofs,
            Settler settler,
            Callbacks callbacks,
            PartitionMeter meter,
            LongSupplier nanoTime) {
        /** As above, calling nobody back. */
        public Resources(
                ShardingSettings settings,
                int partitions,
                AnswerStore answers,
                ControlStore control,
                boolean exclusiveStore,
                JobSink lanes,
                ProofChecker proofs,
                Settler settler,
                PartitionMeter meter,
                LongSupplier nanoTime) {
            this(
                    settings,
                    partitions,
                    answers,
                    control,
                    exclusiveStore,
                    lanes,
                    proofs,
                    settler,
                    Callbacks.NONE,
                    meter,
                    nanoTime);
        }
    }

    private final LocalPartitions local;
    private final CommitSink commits;
    private final ShardedRequests requests;
    private final Receipts receipts;
    private final Proofs proofs;
    private final CatalogView catalog;
    private final ModelAdministration administration;

    private Sharding(ActorSystem<?> system, Resources resources) {
        ShardingSettings settings = resources.settings();
        ClusterSharding sharding = ClusterSharding.get(system);
        local = new LocalPartitions();
        requests = new ShardedRequests(sharding);
        startPartitions(system, sharding, resources);
        List<EntityRef<Partition.Command>> partitions = IntStream.range(0, resources.partitions())
                .mapToObj(number -> sharding.entityRefFor(EntityTypes.PARTITION, Integer.toString(number)))
                .toList();
        commits = new ShardedCommitSink(partitions, local);
        receipts = new Receipts(partitions);
        startRequests(system, sharding, resources, partitions);
        if (holdsEntities(system, settings)) {
            system.systemActorOf(
                    PartitionKeeper.create(partitions, local, settings.wakeEvery()),
                    "candor-partition-keeper",
                    Props.empty());
        }
        proofs = startProofs(system, sharding, resources);
        ModelEntities models = entities(sharding);
        ActorRef<Topic.Command<ModelChanged>> changes = system.systemActorOf(
                Topic.create(ModelChanged.class, "candor-models"), "candor-model-changes", Props.empty());
        startModels(system, sharding, settings, changes);
        catalog = new CatalogView();
        system.systemActorOf(
                CatalogReader.create(catalog, models, changes, settings.model()),
                "candor-catalog-reader",
                Props.empty());
        administration = new EntityModelAdministration(system, models, catalog, settings.model());
    }

    /** Starts the entities of this node. Once an ActorSystem, after it has a cluster to join or is told to join itself. */
    public static Sharding start(ActorSystem<?> system, Resources resources) {
        return new Sharding(system, resources);
    }

    /** The way from batches to partitions. */
    public CommitSink commits() {
        return commits;
    }

    /** The way for jobs with an idempotency key. */
    public ShardedRequests requests() {
        return requests;
    }

    /** The way to committed receipts. */
    public Receipts receipts() {
        return receipts;
    }

    /** The way to proof jobs. */
    public Proofs proofs() {
        return proofs;
    }

    /** This node's view of the models. */
    public CatalogView catalog() {
        return catalog;
    }

    /** Changes to models. */
    public ModelAdministration administration() {
        return administration;
    }

    /** The partitions that are ready on this node. */
    public LocalPartitions localPartitions() {
        return local;
    }

    private void startPartitions(ActorSystem<?> system, ClusterSharding sharding, Resources resources) {
        UniqueAddress self = Cluster.get(system).selfMember().uniqueAddress();
        PartitionResources shared = new PartitionResources(
                resources.settings().partition().withExclusiveStore(resources.exclusiveStore()),
                resources.answers(),
                resources.control(),
                local,
                self.address() + "#" + Long.toUnsignedString(self.longUid(), 16),
                resources.nanoTime(),
                resources.meter());
        sharding.init(placed(
                        Entity.of(
                                EntityTypes.PARTITION,
                                context -> Partition.create(Integer.parseInt(context.getEntityId()), shared)),
                        resources.settings())
                .withStopMessage(new Partition.Stop())
                .withMessageExtractor(Extractors.partition())
                .withAllocationStrategy(byNumber(system, resources))
                .withSettings(kept(system)));
    }

    private static void startRequests(
            ActorSystem<?> system,
            ClusterSharding sharding,
            Resources resources,
            List<EntityRef<Partition.Command>> partitions) {
        Request.Resources shared = new Request.Resources(
                resources.settings().request(),
                lookup -> partitions.get(lookup.identity().partition()).tell(lookup),
                resources.lanes(),
                resources.nanoTime());
        sharding.init(placed(
                        Entity.of(
                                EntityTypes.REQUEST,
                                context -> Request.create(
                                        shared,
                                        self -> context.getShard().tell(new ClusterSharding.Passivate<>(self)))),
                        resources.settings())
                .withStopMessage(new Request.Stop())
                .withMessageExtractor(Extractors.request())
                .withAllocationStrategy(byNumber(system, resources))
                .withSettings(kept(system)));
    }

    /** As many slices as partitions, placed like them. */
    private static Proofs startProofs(ActorSystem<?> system, ClusterSharding sharding, Resources resources) {
        ShardingSettings settings = resources.settings();
        sharding.init(placed(
                        Entity.of(
                                EntityTypes.PROOFS,
                                context -> ProofJobs.create(
                                        Integer.parseInt(context.getEntityId()),
                                        settings.proofs(),
                                        resources.proofs(),
                                        resources.settler(),
                                        resources.callbacks(),
                                        System::currentTimeMillis)),
                        settings)
                .withStopMessage(new ProofJobs.Stop())
                .withMessageExtractor(Extractors.partition())
                .withAllocationStrategy(byNumber(system, resources))
                .withSettings(kept(system)));
        List<EntityRef<ProofJobs.Command>> slices = IntStream.range(0, resources.partitions())
                .mapToObj(slice -> sharding.entityRefFor(EntityTypes.PROOFS, Integer.toString(slice)))
                .toList();
        if (holdsEntities(system, settings)) {
            system.systemActorOf(
                    ProofKeeper.create(slices, settings.wakeEvery()), "candor-proof-keeper", Props.empty());
        }
        return new Proofs(system, slices);
    }

    private static void startModels(
            ActorSystem<?> system,
            ClusterSharding sharding,
            ShardingSettings settings,
            ActorRef<Topic.Command<ModelChanged>> changes) {
        ClusterShardingSettings passivated = ClusterShardingSettings.create(system)
                .withPassivationStrategy(ClusterShardingSettings.PassivationStrategySettings$.MODULE$
                        .defaults()
                        .withIdleEntityPassivation(settings.modelIdle()));
        sharding.init(placed(
                        Entity.of(
                                EntityTypes.MODEL,
                                context -> Model.create(
                                        context.getEntityId(),
                                        view -> changes.tell(Topic.publish(new ModelChanged(view))))),
                        settings)
                .withStopMessage(new Model.Stop())
                .withMessageExtractor(Extractors.hash(settings.modelShards()))
                .withAllocationStrategy(spread(settings))
                .withSettings(passivated));
        sharding.init(placed(Entity.of(EntityTypes.CATALOG, context -> Catalog.create()), settings)
                .withStopMessage(new Catalog.Stop())
                .withMessageExtractor(Extractors.hash(1))
                .withAllocationStrategy(spread(settings))
                .withSettings(passivated));
    }

    private static ModelEntities entities(ClusterSharding sharding) {
        return new ModelEntities() {
            @Override
            public RecipientRef<Model.Command> model(String name) {
                return sharding.entityRefFor(EntityTypes.MODEL, name);
            }

            @Override
            public RecipientRef<Catalog.Command> catalog() {
                return sharding.entityRefFor(EntityTypes.CATALOG, Catalog.ID);
            }
        };
    }

    private static <M, E> Entity<M, E> placed(Entity<M, E> entity, ShardingSettings settings) {
        return settings.role().isEmpty() ? entity : entity.withRole(settings.role());
    }

    private static boolean holdsEntities(ActorSystem<?> system, ShardingSettings settings) {
        return settings.role().isEmpty() || Cluster.get(system).selfMember().hasRole(settings.role());
    }

    /** By shard number alone: shards of one number are on one node, whatever their type. An instance serves one type. */
    private static ShardAllocationStrategy byNumber(ActorSystem<?> system, Resources resources) {
        Cluster cluster = Cluster.get(system);
        return new NumberedAllocation(
                resources.partitions(),
                resources.settings().rebalanceLimit(),
                cluster.selfMember().address(),
                () -> isSettled(cluster.state()));
    }

    private static boolean isSettled(CurrentClusterState state) {
        for (Member member : state.getMembers()) {
            if (!member.status().equals(MemberStatus.up())) {
                return false;
            }
        }
        return state.getUnreachable().isEmpty();
    }

    private static ShardAllocationStrategy spread(ShardingSettings settings) {
        return ShardCoordinator.ShardAllocationStrategy$.MODULE$.leastShardAllocationStrategy(
                settings.rebalanceLimit(), 1.0);
    }

    /** Partitions stay; requests leave by themselves. */
    private static ClusterShardingSettings kept(ActorSystem<?> system) {
        return ClusterShardingSettings.create(system).withNoPassivationStrategy();
    }
}
