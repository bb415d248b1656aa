package dev.candor.actors.model;

import dev.candor.actors.value.Digest;

/**
 * One version of one model, resolved: what a receipt names.
 *
 * @param name the model's name
 * @param version the version that an alias or default resolved to
 * @param contentId SHA-256 of the model file's bytes
 */
public record ModelRef(String name, ModelVersion version, Digest contentId) {}
