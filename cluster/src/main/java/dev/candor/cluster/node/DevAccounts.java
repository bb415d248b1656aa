package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.security.Secp256k1;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The accounts of {@code candor serve --dev}: the same on every machine, their keys known to everybody.
 *
 * @param accounts in their order
 * @param funds units that each has in the node's own ledger when it begins
 */
public record DevAccounts(List<Account> accounts, long funds) {
    private static final int MOST = 100;
    private static final String LABEL = "candor dev account ";

    /** Copies the list. */
    public DevAccounts {
        accounts = List.copyOf(accounts);
    }

    /**
     * One of them.
     *
     * @param key of secp256k1: Keccak-256 of "candor dev account N"
     * @param address of its signatures, 20 bytes
     */
    public record Account(Digest key, Bytes address) {
        /** The caller that it is. */
        public String caller() {
            return "0x" + address.toHex();
        }
    }

    /** Those of a configuration: none, but with the profile {@code dev}. */
    public static DevAccounts of(Config config) {
        Config dev = config.getConfig("candor.node.dev");
        List<Account> accounts = new ArrayList<>();
        for (int number = 0; number < Math.min(MOST, dev.getInt("accounts")); number++) {
            Digest key = Secp256k1.keccak((LABEL + number).getBytes(StandardCharsets.UTF_8));
            accounts.add(new Account(key, Secp256k1.addressOf(key)));
        }
        return new DevAccounts(accounts, dev.getLong("funds"));
    }

    /** What keeps a node from having such accounts, each a sentence. */
    static List<String> problems(Config config, NodeSettings settings) {
        List<String> problems = new ArrayList<>();
        int accounts = config.getInt("candor.node.dev.accounts");
        if (accounts < 0 || accounts > MOST) {
            problems.add("candor.node.dev.accounts is " + accounts + "; it must lie between 0 and " + MOST);
        }
        if (config.getLong("candor.node.dev.funds") < 0) {
            problems.add("candor.node.dev.funds is below 0");
        }
        if (accounts == 0) {
            return problems;
        }
        if (settings.production()) {
            problems.add("candor.node.dev.accounts is " + accounts
                    + ", accounts whose keys everybody knows; a production node has none: set it to 0");
        }
        loopback(problems, "candor.rest", config);
        settings.grpc().ifPresent(grpc -> loopback(problems, "candor.node.grpc", config));
        loopback(problems, "candor.node.cluster", config);
        loopback(problems, "candor.ledger.door", config);
        return problems;
    }

    private static void loopback(List<String> problems, String door, Config config) {
        String host = config.getString(door + ".host");
        if (!new NodeSettings.Listen(host, 0).loopback()) {
            problems.add(door + ".host is " + host
                    + ", which others can reach, but candor.node.dev.accounts has accounts whose keys everybody knows;"
                    + " listen on 127.0.0.1");
        }
    }
}
