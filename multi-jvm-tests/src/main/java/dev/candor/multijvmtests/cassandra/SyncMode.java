package dev.candor.multijvmtests.cassandra;

/** When Cassandra acknowledges a write, relative to the sync of its commit log. */
public enum SyncMode {
    /** After a sync that it shares with the writes of the same 5 ms; what production uses. */
    GROUP("group"),
    /** After a sync of its own, shared with the writes that wait for the same one. */
    BATCH("batch"),
    /** Before the sync: a killed server forgets acknowledged writes. To show that a check notices. */
    PERIODIC("periodic");

    private final String argument;

    SyncMode(String argument) {
        this.argument = argument;
    }

    /** The value of {@code scripts/cassandra/start --sync}. */
    String argument() {
        return argument;
    }
}
