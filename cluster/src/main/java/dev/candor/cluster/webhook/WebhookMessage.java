package dev.candor.cluster.webhook;

import dev.candor.actors.value.Bytes;

/**
 * What a callback is told.
 *
 * @param id the same for every attempt, so that a receiver knows what it has seen; printable ASCII without a full stop
 * @param body JSON
 */
public record WebhookMessage(String id, Bytes body) {}
