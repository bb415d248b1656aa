package dev.candor.cluster.rest;

/** The public keys of this node. Thread-safe; does not block. */
@FunctionalInterface
public interface PublicKeys {
    /** A trust file, in JSON, with the keys with which this node signs receipts. */
    String trustFile();
}
