/**
 * A real Cassandra for tests: {@link dev.candor.multijvm.cassandra.CassandraServer} runs one as a child process and kills
 * it on demand; {@link dev.candor.multijvm.cassandra.RequiresCassandra} shares one among the tests of a run.
 */
@NullMarked
package dev.candor.multijvm.cassandra;

import org.jspecify.annotations.NullMarked;
