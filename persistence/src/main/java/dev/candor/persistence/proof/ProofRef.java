package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.value.Digest;

/**
 * A proof as files in the blob store, and what its prover says of it.
 *
 * @param model the proof system's id of the committed model
 * @param statement content id of the statement file
 * @param proof content id of the proof file
 * @param lineage content id of the file that links the model's roots to its id
 * @param epoch of the commitment
 * @param opening of that epoch
 * @param bytes of the proof file
 * @param millis that proving took
 * @param prover who made it
 */
public record ProofRef(
        Digest model,
        Digest statement,
        Digest proof,
        Digest lineage,
        long epoch,
        long opening,
        int bytes,
        long millis,
        String prover)
        implements CborSerializable {}
