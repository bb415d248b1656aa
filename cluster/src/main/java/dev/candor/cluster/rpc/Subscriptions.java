package dev.candor.cluster.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What the client of one connection is told without asking again. Thread-safe. */
public interface Subscriptions {
    /**
     * Begins one: its value is read from time to time, and told when it has changed, for the first time behind the answer to this call.
     *
     * @return its name, once it could be read; fails as it does, and as OVERLOADED where the connection has as many as it may
     */
    CompletionStage<String> begin(Supplier<CompletionStage<JsonNode>> value);

    /** Ends one; false where there is none of this name. */
    boolean end(String name);
}
