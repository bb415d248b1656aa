package org.apache.cassandra.security;

import java.security.PermissionCollection;
import java.security.Permissions;

/**
 * Takes the place of Cassandra's class of the same name on JDK 24 and later, where a security manager can no longer be
 * installed (JEP 486) and the original fails while it is loaded. Cassandra uses it only to confine user-defined functions,
 * which scripts/cassandra/cassandra.yaml leaves off. For tests and trials only: the Cassandra project supports JDK 11 and 17.
 */
public final class ThreadAwareSecurityManager {
    public static final PermissionCollection noPermissions = new Permissions();

    static {
        noPermissions.setReadOnly();
    }

    private ThreadAwareSecurityManager() {}

    /** Nothing to install. */
    public static void install() {}

    /** No thread runs user-defined functions. */
    public static boolean isSecuredThread() {
        return false;
    }
}
