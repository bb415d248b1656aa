package dev.candor.cluster.http;

import org.jspecify.annotations.Nullable;

/** The headers of a request, or the metadata of a call: whatever carries credentials. */
@FunctionalInterface
public interface HeaderSource {
    /** The first value under this name (lower case), or null. */
    @Nullable
    String first(String name);
}
