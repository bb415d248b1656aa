package dev.candor.actors.batching;

import java.util.List;

/**
 * Requests that run together.
 *
 * @param tickets in the order in which they were queued, at least one
 * @param items the rows of all of them
 * @param reason why the batch left
 * @param <T> what the queue carries
 */
public record Batch<T>(List<Ticket<T>> tickets, int items, BatchReason reason) {}
