package dev.candor.cluster.node;

import com.typesafe.config.Config;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Named in the cluster's settings: a node joins only those of its own network. Both sides look at it. */
public final class SameNetwork extends JoinConfigCompatChecker {
    private static final Seq<String> KEYS = CollectionConverters.asScala(
                    List.of("candor.node.network", "candor.node.partitions"))
            .toList();

    @Override
    public Seq<String> requiredKeys() {
        return KEYS;
    }

    @Override
    public ConfigValidation check(Config toCheck, Config actualConfig) {
        return JoinConfigCompatChecker.fullMatch(KEYS, toCheck, actualConfig);
    }
}
