package dev.candor.actors.executor;

import dev.candor.actors.backend.BackendFactory;

/**
 * A device that an executor may own.
 *
 * @param name as receipts and metrics name it, such as {@code cpu:0}
 * @param backend makes its backend
 */
public record Device(String name, BackendFactory backend) {}
