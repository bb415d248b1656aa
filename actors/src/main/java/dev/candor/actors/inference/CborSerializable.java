package dev.candor.actors.inference;

/** Marks messages between nodes: bound to Jackson CBOR in the configuration. */
public interface CborSerializable {}
