package dev.candor.persistence.model;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.model.ModelView;

/** A model's new view, published to all nodes; it may be lost, since every node also reads the models now and then. */
public record ModelChanged(ModelView view) implements CborSerializable {}
