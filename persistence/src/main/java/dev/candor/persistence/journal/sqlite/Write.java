package dev.candor.persistence.journal.sqlite;

import java.sql.SQLException;

/**
 * One change of the database, made in whole or not at all. It may run twice (once in a group that failed, once alone), so it changes nothing but the
 * database.
 *
 * @param <T> what it returns once it is durable
 */
@FunctionalInterface
interface Write<T> {
    /** Makes the change inside the writer's transaction. */
    T apply(SqliteSession session) throws SQLException;
}
