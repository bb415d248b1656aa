package dev.candor.persistence.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.Split;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.persistence.fakes.Fakes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ModelDeciderTest {
    private static final ModelVersion V1_00 = ModelVersion.parse("1.00");
    private static final ModelVersion V1_01 = ModelVersion.parse("1.01");
    private static final ModelVersion V2_00 = ModelVersion.parse("2.00");

    private final ModelDecider decider = new ModelDecider("mnist");
    private ModelState state = ModelState.EMPTY;

    @Test
    void numbersVersionsBySpecification() {
        assertThat(register("a", spec(4))).isEqualTo(V1_00);
        assertThat(register("b", spec(4))).isEqualTo(V1_01);
        assertThat(register("a", spec(4))).as("the same again").isEqualTo(V1_00);
        assertThat(register("c", spec(5))).as("other requests").isEqualTo(V2_00);
        assertThat(register("d", spec(-1))).as("every old request still fits").isEqualTo(ModelVersion.parse("2.01"));
        assertThat(register("e", spec(4))).as("no longer every one").isEqualTo(ModelVersion.parse("3.00"));
        assertThat(state.revision()).isEqualTo(5);
    }

    @Test
    void keepsToTheVersionThatIsAskedFor() {
        assertThat(register("a", spec(4), Optional.of(ModelVersion.parse("3.05"))))
                .isEqualTo(ModelVersion.parse("3.05"));
        assertThat(register("b", spec(4))).isEqualTo(ModelVersion.parse("3.06"));
        assertThat(register("a", spec(4), Optional.of(ModelVersion.parse("3.05"))))
                .isEqualTo(ModelVersion.parse("3.05"));
        refused(ErrorCode.CONFLICT, "3.05", () -> register("x", spec(4), Optional.of(ModelVersion.parse("3.05"))));
        refused(ErrorCode.CONFLICT, "major", () -> register("x", spec(5), Optional.of(ModelVersion.parse("3.07"))));
        assertThat(register("x", spec(5), Optional.of(ModelVersion.parse("4.00"))))
                .isEqualTo(ModelVersion.parse("4.00"));
    }

    @Test
    void neverGivesANumberToAnotherContent() {
        register("a", spec(4));
        register("b", spec(4));
        apply(decider.remove(state, Optional.of(V1_01)));
        refused(ErrorCode.CONFLICT, "removed", () -> register("c", spec(4), Optional.of(V1_01)));
        assertThat(register("c", spec(4))).isEqualTo(V2_00);
        apply(decider.remove(state, Optional.empty()));
        assertThat(state.view("mnist").versions()).isEmpty();
        assertThat(state.view("mnist").aliases()).isEmpty();
        assertThat(register("a", spec(4))).isEqualTo(ModelVersion.parse("3.00"));
    }

    @Test
    void rollsAliasesBack() {
        register("a", spec(4));
        register("b", spec(4));
        apply(decider.setAlias(state, "stable", V1_00));
        refused(ErrorCode.CONFLICT, "nothing else", () -> decider.rollback(state, "stable"));
        apply(decider.setAlias(state, "stable", V1_01));
        assertThat(decider.setAlias(state, "stable", V1_01)).isEmpty();
        assertThat(aliases().aliases()).containsEntry("stable", V1_01);
        refused(ErrorCode.CONFLICT, "point it elsewhere", () -> decider.remove(state, Optional.of(V1_01)));
        apply(decider.rollback(state, "stable"));
        assertThat(aliases().aliases()).containsEntry("stable", V1_00);
        apply(decider.remove(state, Optional.of(V1_01)));
        refused(ErrorCode.NOT_FOUND, "alias", () -> decider.rollback(state, "canary"));
        refused(ErrorCode.INVALID_REQUEST, "latest", () -> decider.rollback(state, "latest"));
    }

    @Test
    void versionsShareAnAliasAndLeaveItInOneStep() {
        register("a", spec(4));
        register("b", spec(4));
        register("c", spec(5));
        apply(decider.setAlias(state, "stable", V1_00));
        Split canary = new Split(new TreeMap<>(Map.of(V1_00, 90, V1_01, 10)));
        apply(decider.split(state, "stable", canary));
        assertThat(decider.split(state, "stable", canary)).as("the same again").isEmpty();
        assertThat(aliases().aliases()).containsEntry("stable", V1_00);
        assertThat(aliases().splits()).containsEntry("stable", canary);
        assertThat(aliases().resolve("", 0)).contains(V1_00);
        assertThat(aliases().resolve("stable", 11))
                .isEqualTo(canary.choose(11, version -> true))
                .isEqualTo(aliases().resolve("", 11));
        refused(ErrorCode.CONFLICT, "point it elsewhere", () -> decider.remove(state, Optional.of(V1_01)));
        apply(decider.setEnabled(state, V1_01, false));
        for (int ticket = 0; ticket < 100; ticket++) {
            assertThat(aliases().resolve("stable", ticket))
                    .as("only one serves")
                    .contains(V1_00);
        }
        apply(decider.rollback(state, "stable"));
        assertThat(aliases().splits()).isEmpty();
        assertThat(aliases().aliases()).containsEntry("stable", V1_00);
        apply(decider.split(state, "stable", canary));
        apply(decider.setAlias(state, "stable", V1_00));
        apply(decider.remove(state, Optional.of(V1_01)));
        refused(
                ErrorCode.CONFLICT,
                "cannot share",
                () -> decider.split(state, "stable", new Split(new TreeMap<>(Map.of(V1_00, 1, V2_00, 1)))));
        refused(ErrorCode.MODEL_NOT_FOUND, "1.01", () -> decider.split(state, "stable", canary));
        assertThat(decider.split(state, "next", Split.only(V2_00)))
                .contains(new ModelEvent.AliasPointed("next", V2_00));
    }

    @Test
    void latestFollowsTheNewestEnabledVersion() {
        register("a", spec(4));
        register("b", spec(4));
        assertThat(aliases().resolve("")).contains(V1_01);
        apply(decider.setEnabled(state, V1_01, false));
        assertThat(decider.setEnabled(state, V1_01, false)).isEmpty();
        assertThat(aliases().aliases()).containsEntry(ModelView.LATEST, V1_00);
        apply(decider.setEnabled(state, V1_00, false));
        assertThat(aliases().aliases()).isEmpty();
        assertThat(aliases().versions()).hasSize(2);
    }

    @Test
    void refusesWhatCannotBe() {
        refused(ErrorCode.INVALID_REQUEST, "a-z", () -> ModelRules.checkName("Mnist"));
        refused(ErrorCode.INVALID_REQUEST, "a-z", () -> ModelRules.checkName(""));
        refused(ErrorCode.INVALID_REQUEST, "a-z", () -> ModelRules.checkName("a".repeat(129)));
        refused(ErrorCode.INVALID_REQUEST, "a-z", () -> ModelRules.checkName("../etc"));
        refused(ErrorCode.INVALID_REQUEST, "protocol", () -> ModelRules.checkName("versions"));
        refused(ErrorCode.INVALID_REQUEST, "latest", () -> ModelRules.checkAlias("latest"));
        refused(ErrorCode.INVALID_REQUEST, "version", () -> ModelRules.checkAlias("1.00"));
        refused(ErrorCode.INVALID_REQUEST, "alias", () -> ModelRules.checkAlias("A"));
        refused(ErrorCode.MODEL_NOT_FOUND, "no model", () -> decider.setEnabled(state, V1_00, true));
        refused(ErrorCode.MODEL_NOT_FOUND, "no model", () -> decider.remove(state, Optional.empty()));
        register("a", spec(4));
        refused(ErrorCode.MODEL_NOT_FOUND, "1.00", () -> decider.setAlias(state, "stable", V2_00));
        refused(
                ErrorCode.INVALID_MODEL,
                "empty",
                () -> decider.register(state, Fakes.digest("z"), 0, spec(4), Optional.empty()));
    }

    @Test
    void boundsWhatAModelHolds() {
        ModelSpec labels = new ModelSpec(
                spec(4).inputs(),
                spec(4).outputs(),
                Collections.nCopies(ModelRules.MAX_LABELS + 1, "x"),
                true,
                BatchingPolicy.DEFAULT);
        refused(ErrorCode.INVALID_REQUEST, "labels", () -> register("a", labels));
        register("a", spec(4));
        for (int i = 0; i < ModelRules.MAX_ALIASES; i++) {
            apply(decider.setAlias(state, "alias-" + i, V1_00));
        }
        refused(ErrorCode.CONFLICT, "aliases", () -> decider.setAlias(state, "one-more", V1_00));
        for (int i = 1; i < ModelRules.MAX_VERSIONS; i++) {
            register("file " + i, spec(4));
        }
        assertThat(state.versions()).hasSize(ModelRules.MAX_VERSIONS);
        assertThat(state.versions().lastKey()).isEqualTo(ModelVersion.parse("10.99"));
        refused(ErrorCode.CONFLICT, "versions", () -> register("one more", spec(4)));
    }

    @Property(tries = 200)
    void aliasesAlwaysNameWhatIsThere(@ForAll List<Byte> steps) {
        ModelState at = ModelState.EMPTY;
        for (byte step : steps) {
            ModelVersion some = at.versions().isEmpty()
                    ? V1_00
                    : List.copyOf(at.versions().keySet())
                            .get(Math.floorMod(step, at.versions().size()));
            try {
                ModelState before = at;
                Optional<ModelEvent> event = switch (Math.floorMod(step, 7)) {
                    case 0 ->
                        decider.register(
                                        at, Fakes.digest("" + step), 1, spec(1 + step % 3 * step % 3), Optional.empty())
                                .event();
                    case 1 -> decider.setAlias(at, "stable", some);
                    case 2 -> decider.rollback(at, "stable");
                    case 3 -> decider.setEnabled(at, some, step > 0);
                    case 5 ->
                        decider.split(
                                at,
                                "stable",
                                with(some, 1 + Math.abs(step), at.highest().orElse(V1_00)));
                    case 4 -> decider.remove(at, Optional.of(some));
                    default -> step > 100 ? decider.remove(at, Optional.empty()) : Optional.empty();
                };
                at = event.map(before::apply).orElse(before);
            } catch (RefusedException refused) {
                assertThat(refused.getMessage()).endsWith(".");
            }
            ModelView view = at.view("mnist");
            assertThat(view.versions().keySet()).containsAll(view.aliases().values());
            view.splits()
                    .values()
                    .forEach(split -> assertThat(view.versions().keySet())
                            .containsAll(split.weights().keySet()));
            assertThat(Collections.disjoint(at.removed().keySet(), at.versions().keySet()))
                    .isTrue();
        }
    }

    private static Split with(ModelVersion one, int weight, ModelVersion other) {
        TreeMap<ModelVersion, Integer> weights = new TreeMap<>(Map.of(other, 3));
        weights.put(one, weight);
        return new Split(weights);
    }

    private ModelView aliases() {
        return state.view("mnist");
    }

    private ModelVersion register(String file, ModelSpec spec) {
        return register(file, spec, Optional.empty());
    }

    private ModelVersion register(String file, ModelSpec spec, Optional<ModelVersion> wanted) {
        ModelDecider.Registration registration = decider.register(state, Fakes.digest(file), 10, spec, wanted);
        apply(registration.event());
        return registration.version();
    }

    private void apply(Optional<ModelEvent> event) {
        event.ifPresent(it -> state = state.apply(it));
    }

    static ModelSpec spec(long width) {
        return new ModelSpec(
                List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, width))),
                List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 2))),
                List.of("no", "yes"),
                true,
                BatchingPolicy.DEFAULT);
    }

    private static void refused(ErrorCode code, String says, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(says)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code));
    }
}
