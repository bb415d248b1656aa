package dev.candor.bench.job;

import dev.candor.bench.load.PreparedCall;
import java.util.List;

/**
 * One combination of what is varied.
 *
 * @param server {@code embedded}, {@code cassandra}, or a bare server's name
 * @param model its name; {@code echo} on bare servers
 * @param encoding {@code binary} or {@code json}; {@code raw} on bare servers
 * @param connections each with one request in flight
 */
public record Cell(String server, String model, String encoding, int connections) {
    /**
     * A cell and what it takes to measure it.
     *
     * @param calls to send
     */
    record Work(Cell cell, Target target, List<PreparedCall> calls) {}
}
