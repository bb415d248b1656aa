package dev.candor.bench.job;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * A server under load.
 *
 * @param name as reports call it
 * @param address of its HTTP endpoint
 * @param pids processes whose time counts as its own, by name
 */
record Target(String name, InetSocketAddress address, Map<String, Long> pids) {}
