package dev.candor.persistence.journal.cassandra;

import com.typesafe.config.Config;
import dev.candor.persistence.journal.JournalException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The settings under {@code candor.journal.cassandra} that our own tables need; reference.conf documents each.
 *
 * @param keyspace holds our tables and the plugin's
 * @param createSchema whether keyspace and tables are created where they are missing
 * @param replicationStrategy SimpleStrategy or NetworkTopologyStrategy, for a new keyspace
 * @param replicationFactor of SimpleStrategy
 * @param dataCenters {@code name:factor} each, of NetworkTopologyStrategy
 */
public record CassandraSettings(
        String keyspace,
        boolean createSchema,
        String replicationStrategy,
        int replicationFactor,
        List<String> dataCenters) {
    private static final String PATH = "candor.journal.cassandra";
    private static final Pattern KEYSPACE = Pattern.compile("[a-z][a-z0-9_]{0,47}");
    private static final Pattern DATA_CENTER = Pattern.compile("([A-Za-z0-9_.-]{1,100}):([1-9][0-9]?)");

    /** Refuses what cannot work. */
    public CassandraSettings {
        if (!KEYSPACE.matcher(keyspace).matches()) {
            throw new JournalException.Refused(PATH + ".keyspace is \"" + keyspace
                    + "\"; it must be at most 48 lower-case letters, digits and underscores, a letter first");
        }
        dataCenters = List.copyOf(dataCenters);
        for (String dataCenter : dataCenters) {
            if (!DATA_CENTER.matcher(dataCenter).matches()) {
                throw new JournalException.Refused(PATH + ".data-center-replication-factors has \"" + dataCenter
                        + "\"; each must be NAME:FACTOR, such as dc1:3");
            }
        }
        switch (replicationStrategy) {
            case "SimpleStrategy" -> {
                if (replicationFactor < 1) {
                    throw new JournalException.Refused(
                            PATH + ".replication-factor is " + replicationFactor + ", the least allowed is 1");
                }
            }
            case "NetworkTopologyStrategy" -> {
                if (dataCenters.isEmpty()) {
                    throw new JournalException.Refused(
                            PATH
                                    + ".data-center-replication-factors is empty; NetworkTopologyStrategy needs one or more, such as dc1:3");
                }
            }
            default ->
                throw new JournalException.Refused(PATH + ".replication-strategy is \"" + replicationStrategy
                        + "\"; it must be SimpleStrategy or NetworkTopologyStrategy");
        }
    }

    /** Reads {@code candor.journal.cassandra} of a resolved configuration. */
    public static CassandraSettings of(Config root) {
        Config config = root.getConfig(PATH);
        return new CassandraSettings(
                config.getString("keyspace"),
                config.getBoolean("create-schema"),
                config.getString("replication-strategy"),
                config.getInt("replication-factor"),
                config.getStringList("data-center-replication-factors"));
    }

    /** The keyspace's replication as a CQL map. */
    String replication() {
        StringBuilder map =
                new StringBuilder("{'class': '").append(replicationStrategy).append('\'');
        if (replicationStrategy.equals("SimpleStrategy")) {
            map.append(", 'replication_factor': ").append(replicationFactor);
        } else {
            for (String dataCenter : dataCenters) {
                int colon = dataCenter.lastIndexOf(':');
                map.append(", '").append(dataCenter, 0, colon).append("': ").append(dataCenter.substring(colon + 1));
            }
        }
        return map.append('}').toString();
    }
}
