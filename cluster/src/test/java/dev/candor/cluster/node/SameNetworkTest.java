package dev.candor.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.Valid;
import org.junit.jupiter.api.Test;

final class SameNetworkTest {
    private static final Config OURS = node("ours", 8);

    private static Config node(String network, int partitions) {
        return ConfigFactory.parseMap(Map.of("candor.node.network", network, "candor.node.partitions", partitions));
    }

    @Test
    void letsInTheSameNetworkAlone() {
        SameNetwork checker = new SameNetwork();
        assertThat((Object) checker.check(node("ours", 8), OURS)).isEqualTo(Valid.getInstance());
        assertThat(checker.check(node("another", 8), OURS).toString()).contains("network");
        assertThat(checker.check(node("ours", 16), OURS).toString()).contains("partitions");
        assertThat((Object) checker.check(ConfigFactory.empty(), OURS)).isInstanceOf(Invalid.class);
    }

    @Test
    void isNamedInTheSettingsOfEveryNode() {
        assertThat(NodeConfigs.load(ConfigFactory.empty())
                        .getString("pekko.cluster.configuration-compatibility-check.checkers.candor"))
                .isEqualTo(SameNetwork.class.getName());
    }
}
