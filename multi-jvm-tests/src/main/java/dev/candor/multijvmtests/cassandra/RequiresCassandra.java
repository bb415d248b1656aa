package dev.candor.multijvmtests.cassandra;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives tests a real Cassandra. A test that takes a {@link CassandraServer} gets the run's one server, which is started at
 * its first use (commit log sync {@link SyncMode#GROUP}) and ends with the run; one that takes a {@link CassandraKeyspace}
 * gets a keyspace of its own. A test may kill or stop the server: it is started again after the test.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CassandraExtension.class)
// A test may kill the server under another's feet.
@ResourceLock("dev.candor.multijvmtests.cassandra")
public @interface RequiresCassandra {}
