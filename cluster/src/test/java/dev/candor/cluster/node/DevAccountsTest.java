package dev.candor.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The profile {@code dev}, and that it is refused where others could reach it. */
final class DevAccountsTest {
    private static Config with(String settings) {
        return NodeConfigs.load(ConfigFactory.parseString(settings));
    }

    private static List<String> problems(String settings) {
        return NodeConfigs.problems(with(settings));
    }

    @Test
    void devHasTenAccountsALedgerAndNothingBeyondLoopback() {
        Config dev = with("candor.node.profile = dev");
        assertThat(NodeConfigs.problems(dev)).isEmpty();
        assertThat(dev.getBoolean("candor.ledger.enabled")).isTrue();
        assertThat(DevAccounts.of(dev).accounts()).hasSize(10);
        assertThat(DevAccounts.of(with("")).accounts()).isEmpty();
    }

    /** Programs are written against these addresses; eth_account derives the same from the same keys. */
    @Test
    void accountsAreTheSameEverywhere() {
        DevAccounts.Account first =
                DevAccounts.of(with("candor.node.profile = dev")).accounts().getFirst();
        assertThat(first.key().toHex()).isEqualTo("e507dde1b5f5b351d79839fe5946cdd85226326c341d5eafeb564e0c240cbb38");
        assertThat(first.caller()).isEqualTo("0x4ff75049465358f5c9e4553787a9c4793bbc57df");
    }

    @Test
    void productionRefusesThemByName() {
        assertThat(problems("candor.node { profile = production, dev.accounts = 1 }"))
                .anySatisfy(problem -> assertThat(problem)
                        .contains("candor.node.dev.accounts is 1")
                        .contains("everybody knows"));
        assertThat(problems("candor.node { profile = dev, production = true }"))
                .anySatisfy(problem -> assertThat(problem).contains("candor.node.dev.accounts is 10"));
    }

    @Test
    void refusesDoorsThatOthersReach() {
        for (String door : List.of("candor.rest", "candor.node.grpc", "candor.ledger.door", "candor.node.cluster")) {
            assertThat(problems("candor.node { profile = dev, auth { mode = api-keys, keys-file = x } }, " + door
                            + ".host = \"0.0.0.0\""))
                    .anySatisfy(problem -> assertThat(problem).startsWith(door + ".host is 0.0.0.0"));
        }
        assertThat(problems("candor.node.dev.accounts = 1000")).isNotEmpty();
    }
}
