package dev.candor.actors.inference;

import dev.candor.actors.value.Digest;

/**
 * What makes two attempts the same request: the caller and its idempotency key, under the cluster's pseudonym key.
 *
 * @param partition the only judge of this identity
 * @param id HMAC-SHA-256 of caller and key: public logs reveal neither
 * @param fingerprint HMAC-SHA-256 of the request digest: another body under the same key has another one
 */
public record Identity(int partition, Digest id, Digest fingerprint) {}
