package dev.candor.actors.routing;

import dev.candor.actors.executor.Residency;
import dev.candor.actors.model.ModelRef;
import java.util.List;

/** Loads models before requests need them. Thread-safe; never blocks. */
@FunctionalInterface
public interface ModelWarmer {
    /**
     * Has {@code model} loaded and warmed up on devices until {@code wanted} hold it, evicting others if need be. Asking again asks only for what is missing, so a
     * caller asks until {@link Warmth#done}.
     *
     * @param wanted devices over all nodes, 1 or more; no more than there are can be had
     */
    Warmth warm(ModelRef model, int wanted);

    /**
     * How warm a model is.
     *
     * @param wanted devices that shall hold it
     * @param ready devices that hold it, warm
     * @param devices devices that are up
     * @param nodes what each node with executors says
     */
    record Warmth(int wanted, int ready, int devices, List<Node> nodes) {
        /** Whether as many devices hold it as shall. */
        public boolean done() {
            return ready >= wanted;
        }
    }

    /**
     * One node.
     *
     * @param name the node's address
     * @param residency the best that the model is on its devices
     * @param ready on how many of them it is warm
     * @param devices how many are up
     * @param why why it is not warm there, or empty
     */
    record Node(String name, Residency residency, int ready, int devices, String why) {}
}
