package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.ApiKeys;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.http.CredentialFile;
import dev.candor.cluster.http.NoAuthentication;
import dev.candor.cluster.security.Audit;
import dev.candor.cluster.security.AuditLog;
import dev.candor.cluster.security.CallerLimits;
import dev.candor.cluster.security.DoorSecurity;
import dev.candor.cluster.security.DoorSettings;
import dev.candor.cluster.security.DoorTls;
import dev.candor.cluster.security.Doorkeeper;
import dev.candor.cluster.security.FileWatch;
import dev.candor.cluster.security.NonceBook;
import dev.candor.cluster.security.SignedRequests;
import dev.candor.persistence.control.ControlStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The security of a node's doors, wired: callers by keys and signatures, their limits, TLS, and the log of administrative acts, with the files behind them watched.
 *
 * @param authenticator finds out who calls
 * @param limits of each caller
 * @param doors what REST and gRPC need beside
 * @param parts to be closed with the doors, in this order
 */
record NodeSecurity(Authenticator authenticator, CallerLimits limits, DoorSecurity doors, List<AutoCloseable> parts) {
    private static final String AUDIT_LOG = "audit.log";

    static NodeSecurity open(Config config, NodeSettings settings, Digest network, ControlStore control)
            throws IOException {
        DoorSettings door = DoorSettings.of(config);
        InstantSource clock = InstantSource.system();
        CallerLimits limits = new CallerLimits(door.rate(), door.inFlight(), System::nanoTime);
        List<AutoCloseable> parts = new ArrayList<>();
        FileWatch watch = new FileWatch(door.reload());
        parts.add(watch);
        Optional<DoorTls> tls = Optional.empty();
        if (door.tls().isPresent()) {
            DoorTls loaded = DoorTls.load(
                    door.tls().get().certificate(), door.tls().get().key(), clock);
            watch.watch(loaded.files(), loaded::reload);
            tls = Optional.of(loaded);
        }
        if (settings.auth().keysFile().isEmpty()) {
            Authenticator nobody = new NoAuthentication();
            SignedRequests byAddress = signed(network, nobody::signer, control, door, clock);
            parts.add(byAddress);
            return new NodeSecurity(
                    new Doorkeeper(nobody, Optional.of(byAddress), limits),
                    limits,
                    new DoorSecurity(tls, Audit.NONE, door.figuresOpen()),
                    List.copyOf(parts));
        }
        Path file = settings.auth().keysFile().get();
        ApiKeys keys = ApiKeys.read(file);
        watch.watch(List.of(file), () -> keys.replace(CredentialFile.read(file)));
        SignedRequests signed = signed(network, keys::signer, control, door, clock);
        parts.add(signed);
        AuditLog audit = AuditLog.open(settings.dataDir().resolve(AUDIT_LOG), clock);
        parts.add(audit);
        return new NodeSecurity(
                new Doorkeeper(keys, Optional.of(signed), limits),
                limits,
                new DoorSecurity(tls, audit, door.figuresOpen()),
                List.copyOf(parts));
    }

    private static SignedRequests signed(
            Digest network,
            Function<Bytes, Optional<Caller>> signers,
            ControlStore control,
            DoorSettings door,
            InstantSource clock) {
        return new SignedRequests(
                network, signers, new NonceBook(control, clock), door.validity(), (int) door.mostSignedBody(), clock);
    }

    /** Stops the threads behind it; the audit log first writes what waits. */
    void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the doors' security cannot be closed", e);
            }
        }
    }
}
