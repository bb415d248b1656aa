package dev.candor.multijvmtests.cassandra;

import java.io.IOException;
import java.nio.file.Path;

/** Starts a server in the folder given, prints its process id, and waits to be killed. */
final class StartsAndWaits {
    private StartsAndWaits() {}

    public static void main(String[] arguments) throws IOException {
        CassandraServer server = CassandraServer.start(Path.of(arguments[0]), SyncMode.GROUP);
        System.out.println(server.pid());
        System.in.read();
    }
}
