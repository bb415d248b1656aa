/**
 * The embedded journal: one SQLite file, one writer thread, one transaction for everything that waits.
 *
 * <p>{@link dev.candor.persistence.journal.sqlite.SqliteExtension} opens it for an actor system;
 * {@code docs/adr/0002-embedded-journal.md} says why it is there.
 */
@NullMarked
package dev.candor.persistence.journal.sqlite;

import org.jspecify.annotations.NullMarked;
