package dev.candor.persistence.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.persistence.fakes.FakeDisk;
import dev.candor.persistence.fakes.Fakes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models, their catalog and a node's view of them, on one ActorSystem without sharding. */
final class ModelEntitiesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ModelSettings SETTINGS = new ModelSettings(Duration.ofMillis(50), 2, Duration.ofSeconds(20));

    private final String disk = UUID.randomUUID().toString();
    private final ActorTestKit kit = ActorTestKit.create(Fakes.onDisk(disk).withFallback(ConfigFactory.load()));
    private final ActorRef<Topic.Command<ModelChanged>> changes =
            kit.spawn(Topic.create(ModelChanged.class, "changes"));
    private final CatalogView view = new CatalogView();
    private final Entities entities = new Entities();
    private final EntityModelAdministration administration =
            new EntityModelAdministration(kit.system(), entities, view, SETTINGS);

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void registersAndFindsModelsAfterARestart() {
        ModelRef ref = done(
                administration.register("mnist", Fakes.digest("file"), 9, ModelDeciderTest.spec(4), Optional.empty()));
        assertThat(ref).isEqualTo(new ModelRef("mnist", ModelVersion.FIRST, Fakes.digest("file")));
        assertThat(view.find("mnist")).as("known here before the caller knows").isPresent();
        done(administration.setAlias("mnist", "stable", ModelVersion.FIRST));
        for (String other : List.of("a", "b", "c", "d")) {
            done(administration.register(other, Fakes.digest(other), 9, ModelDeciderTest.spec(4), Optional.empty()));
        }
        done(administration.remove("d", Optional.empty()));

        Entities again = new Entities();
        CatalogView fresh = new CatalogView();
        kit.spawn(CatalogReader.create(fresh, again, changes, SETTINGS));
        done(fresh.ready());
        assertThat(fresh.all()).extracting(ModelView::name).containsExactly("a", "b", "c", "mnist");
        ModelView found = fresh.find("mnist").orElseThrow();
        assertThat(found.revision()).isEqualTo(2);
        assertThat(found.aliases()).containsEntry("stable", ModelVersion.FIRST);
        assertThat(done(new EntityModelAdministration(kit.system(), again, fresh, SETTINGS).show("mnist")))
                .contains(found);
    }

    @Test
    void hearsOfChangesAndReadsWhatItDidNotHear() {
        kit.spawn(CatalogReader.create(view, entities, changes, SETTINGS));
        done(view.ready());
        assertThat(view.all()).isEmpty();
        Entities elsewhere = entities;
        CatalogView others = new CatalogView();
        done(new EntityModelAdministration(kit.system(), elsewhere, others, SETTINGS)
                .register("mnist", Fakes.digest("file"), 9, ModelDeciderTest.spec(4), Optional.empty()));
        TestProbe<Void> probe = kit.createTestProbe();
        probe.awaitAssert(PATIENCE, () -> {
            assertThat(view.find("mnist")).isPresent();
            return null;
        });
    }

    @Test
    void keepsTheNewerViewWhicheverComesLast() {
        ModelView first = ModelView.unshared("m", 1, ModelState.EMPTY.versions(), new TreeMap<>());
        ModelView second = ModelState.EMPTY
                .apply(new ModelEvent.VersionRegistered(
                        ModelVersion.FIRST, Fakes.digest("f"), 1, ModelDeciderTest.spec(1)))
                .apply(new ModelEvent.AliasPointed("stable", ModelVersion.FIRST))
                .view("m");
        view.accept(second);
        view.accept(first);
        assertThat(view.find("m")).contains(second);
    }

    @Test
    void isReadyThoughOneModelDoesNotAnswer() {
        done(administration.register("good", Fakes.digest("f"), 9, ModelDeciderTest.spec(4), Optional.empty()));
        done(administration.register("stuck", Fakes.digest("f"), 9, ModelDeciderTest.spec(4), Optional.empty()));
        ModelEntities some = new ModelEntities() {
            @Override
            public RecipientRef<Model.Command> model(String name) {
                return name.equals("stuck")
                        ? kit.<Model.Command>createTestProbe().getRef()
                        : entities.model(name);
            }

            @Override
            public RecipientRef<Catalog.Command> catalog() {
                return entities.catalog();
            }
        };
        CatalogView fresh = new CatalogView();
        kit.spawn(CatalogReader.create(fresh, some, changes, SETTINGS));
        done(fresh.ready());
        assertThat(fresh.all()).extracting(ModelView::name).containsExactly("good");
    }

    @Test
    void refusesWithTheEntitysSentence() {
        refused(
                ErrorCode.INVALID_REQUEST,
                administration.register("Bad Name", Fakes.digest("f"), 9, ModelDeciderTest.spec(4), Optional.empty()));
        refused(ErrorCode.MODEL_NOT_FOUND, administration.setEnabled("nobody", ModelVersion.FIRST, false));
        refused(ErrorCode.INVALID_REQUEST, administration.remove("..", Optional.empty()));
        assertThat(done(administration.show("nobody"))).isEmpty();
        assertThat(done(administration.show("Bad Name"))).isEmpty();
        done(administration.register("m", Fakes.digest("f"), 9, ModelDeciderTest.spec(4), Optional.empty()));
        refused(ErrorCode.NOT_FOUND, administration.rollback("m", "stable"));
    }

    @Test
    void saysSoWhenTheEntityDoesNotAnswer() {
        FakeDisk.named(disk).hold();
        EntityModelAdministration hasty = new EntityModelAdministration(
                kit.system(), entities, view, new ModelSettings(Duration.ofSeconds(1), 1, Duration.ofMillis(50)));
        refused(
                ErrorCode.JOURNAL_UNAVAILABLE,
                hasty.register("m", Fakes.digest("f"), 9, ModelDeciderTest.spec(4), Optional.empty()));
        FakeDisk.named(disk).release();
    }

    private final class Entities implements ModelEntities {
        private final Map<String, ActorRef<Model.Command>> models = new HashMap<>();
        private final ActorRef<Catalog.Command> catalog = kit.spawn(Catalog.create());

        @Override
        public synchronized RecipientRef<Model.Command> model(String name) {
            return models.computeIfAbsent(
                    name,
                    it -> kit.spawn(
                            Model.create(it, changed -> changes.tell(Topic.publish(new ModelChanged(changed))))));
        }

        @Override
        public RecipientRef<Catalog.Command> catalog() {
            return catalog;
        }
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    private static void refused(ErrorCode code, CompletionStage<?> stage) {
        assertThatThrownBy(() -> done(stage))
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code));
    }
}
