package dev.candor.actors.model;

import java.util.List;
import java.util.Optional;

/** What this node knows of the models right now: a local, thread-safe snapshot that never blocks and may lag the entities by moments. */
public interface ModelCatalog {
    /** The model of this name, if the node has heard of it. */
    Optional<ModelView> find(String name);

    /** All known models, by name. */
    List<ModelView> all();
}
