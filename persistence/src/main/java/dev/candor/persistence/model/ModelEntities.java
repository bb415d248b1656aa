package dev.candor.persistence.model;

import org.apache.pekko.actor.typed.RecipientRef;

/** The way to the entities of models, wherever they live. Thread-safe; never blocks. */
public interface ModelEntities {
    /** The model of this name, registered or not. */
    RecipientRef<Model.Command> model(String name);

    /** The catalog. */
    RecipientRef<Catalog.Command> catalog();
}
