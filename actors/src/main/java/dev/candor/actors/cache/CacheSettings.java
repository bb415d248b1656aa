package dev.candor.actors.cache;

import com.typesafe.config.Config;

/**
 * How much a node's response cache may hold ({@code candor.cache}).
 *
 * @param maxBytes bytes of outputs together; 0 turns the cache off
 * @param maxEntries answers
 * @param maxEntryBytes bytes of the largest answer that is kept
 */
public record CacheSettings(long maxBytes, int maxEntries, long maxEntryBytes) {
    /** Refuses bounds below zero. */
    public CacheSettings {
        if (maxBytes < 0 || maxEntries < 0 || maxEntryBytes < 0) {
            throw new IllegalArgumentException("the bounds of candor.cache are 0 or more");
        }
    }

    /** Reads {@code candor.cache} out of {@code config}. */
    public static CacheSettings of(Config config) {
        Config cache = config.getConfig("candor.cache");
        return new CacheSettings(
                cache.getBytes("max-bytes"), cache.getInt("max-entries"), cache.getBytes("max-entry-bytes"));
    }
}
