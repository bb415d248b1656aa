/** The journal and the stores beside it: one switch chooses the embedded database or Cassandra. */
@NullMarked
package dev.candor.persistence.journal;

import org.jspecify.annotations.NullMarked;
