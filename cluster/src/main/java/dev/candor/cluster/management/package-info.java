/** The port that probes, scrapers and nodes in search of their cluster ask, and how a node finds that cluster. */
@NullMarked
package dev.candor.cluster.management;

import org.jspecify.annotations.NullMarked;
