/**
 * A real Cassandra for tests: {@link dev.candor.multijvmtests.cassandra.CassandraServer} runs one as a child process and kills
 * it on demand; {@link dev.candor.multijvmtests.cassandra.RequiresCassandra} shares one among the tests of a run.
 */
@NullMarked
package dev.candor.multijvmtests.cassandra;

import org.jspecify.annotations.NullMarked;
