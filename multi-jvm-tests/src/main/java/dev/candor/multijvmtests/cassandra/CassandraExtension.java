package dev.candor.multijvmtests.cassandra;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link RequiresCassandra} promises. JUnit closes what the stores hold: a keyspace after its test, the server at the end. */
final class CassandraExtension implements ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(CassandraExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == CassandraServer.class || type == CassandraKeyspace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        SharedServer shared = shared(context);
        return parameter.getParameter().getType() == CassandraServer.class
                ? shared.server()
                : keyspace(context, shared);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        SharedServer started = context.getRoot().getStore(NAMESPACE).get(SharedServer.class, SharedServer.class);
        if (started != null) {
            started.server().ensureRunning();
        }
    }

    private static SharedServer shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(SharedServer.class, key -> SharedServer.start(), SharedServer.class);
    }

    private static CassandraKeyspace keyspace(ExtensionContext context, SharedServer shared) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(Lease.class, key -> new Lease(shared, shared.createKeyspace()), Lease.class)
                .keyspace();
    }

    private record Lease(SharedServer shared, CassandraKeyspace keyspace) implements AutoCloseable {
        @Override
        public void close() {
            shared.drop(keyspace);
        }
    }
}
