/**
 * Answers, leases and the genesis record in Cassandra, beside the tables of Pekko's Cassandra plugin and over its session.
 */
@NullMarked
package dev.candor.persistence.journal.cassandra;

import org.jspecify.annotations.NullMarked;
