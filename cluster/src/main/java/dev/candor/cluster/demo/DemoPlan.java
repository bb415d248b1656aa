package dev.candor.cluster.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a demo does.
 *
 * @param dataDir of the node
 * @param models to serve
 * @param digits to send
 * @param concurrency requests in flight
 * @param saveDir where exchanges, receipts and the trust file are kept for other verifiers, if anywhere
 */
record DemoPlan(Path dataDir, List<DemoModel> models, Digits digits, int concurrency, Optional<Path> saveDir) {}
