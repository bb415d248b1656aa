package dev.candor.actors.executor;

import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import org.jspecify.annotations.Nullable;

/** What an {@link ExecutorDecider} wants done. */
sealed interface ExecutorEffect {
    /** Gives the device to the model's lane for one batch. */
    record Grant(ModelRef model) implements ExecutorEffect {}

    /** Fetches the model's file. */
    record Fetch(ModelRef model) implements ExecutorEffect {}

    /** Loads the model on the device's thread. */
    record Load(ModelRef model) implements ExecutorEffect {}

    /** Frees the model on the device's thread. */
    record Evict(ModelRef model) implements ExecutorEffect {}

    /** Tells the lane what became of its model here. */
    record Tell(
            ModelRef model, Residency residency, @Nullable Refusal refusal) implements ExecutorEffect {}

    /** Gives up the device's thread and what runs on it. */
    record Abandon(String why) implements ExecutorEffect {}

    /** Starts a new thread with a new backend. */
    record Start() implements ExecutorEffect {}
}
