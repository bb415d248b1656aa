package dev.candor.actors.metrics;

import java.util.List;

/** Reads the figures of this node. Thread-safe. */
@FunctionalInterface
public interface StatisticsSource {
    /** One entry a model version that this node has served, in the order of name and version. */
    List<ModelStatistics> statistics();
}
