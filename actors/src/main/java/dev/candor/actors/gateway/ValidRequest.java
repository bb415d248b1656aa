package dev.candor.actors.gateway;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request that its model can run.
 *
 * @param model resolved
 * @param inputs in the order of the specification
 * @param outputs names wanted, never empty
 * @param items rows
 * @param priority 1 or more
 * @param queueTimeout the caller's, else the model's default, if any
 */
record ValidRequest(
        ModelRef model,
        List<Tensor> inputs,
        List<String> outputs,
        int items,
        int priority,
        Optional<Duration> queueTimeout) {}
