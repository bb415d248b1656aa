package dev.candor.cluster.security;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the doors' security, below {@code candor.node}; {@code candor-security.conf} says what each means.
 *
 * @param tls certificate and key of both doors; empty for none
 * @param reload how often files are looked at
 * @param figuresOpen whether anybody may scrape
 * @param validity how far ahead the deadline of a signed request may lie
 * @param mostSignedBody bytes of a signed body
 * @param rate calls a second of a caller; 0 for any number
 * @param inFlight requests to infer of a caller at once; 0 for any number
 */
public record DoorSettings(
        Optional<TlsFiles> tls,
        Duration reload,
        boolean figuresOpen,
        Duration validity,
        long mostSignedBody,
        int rate,
        int inFlight) {
    private static final long MOST_SIGNED_BODY = 64 << 20;
    private static final int MOST_RATE = 1_000_000;

    /**
     * PEM files.
     *
     * @param certificate chain, the own certificate first
     * @param key of the own certificate
     */
    public record TlsFiles(Path certificate, Path key) {}

    /** Reads the settings; a value of the wrong type is a {@link ConfigException} that names its place. */
    public static DoorSettings of(Config root) {
        Config node = root.getConfig("candor.node");
        return new DoorSettings(
                files(node),
                node.getDuration("reload"),
                switch (node.getString("auth.figures")) {
                    case "open" -> true;
                    case "audit" -> false;
                    default ->
                        throw new ConfigException.BadValue(
                                node.getValue("auth.figures").origin(),
                                "candor.node.auth.figures",
                                "it is open or audit");
                },
                node.getDuration("auth.signed.validity"),
                node.getBytes("auth.signed.max-body"),
                node.getInt("limits.rate"),
                node.getInt("limits.in-flight"));
    }

    private static Optional<TlsFiles> files(Config node) {
        String certificate = node.getString("tls.certificate");
        String key = node.getString("tls.key");
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new ConfigException.BadValue(
                    node.getValue("tls.certificate").origin(),
                    "candor.node.tls",
                    "certificate and key go together: set both or neither");
        }
        return certificate.isEmpty() ? Optional.empty() : Optional.of(new TlsFiles(Path.of(certificate), Path.of(key)));
    }

    /** What is wrong, each a sentence that says what to change. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (reload.compareTo(Duration.ofMillis(10)) < 0 || reload.compareTo(Duration.ofHours(1)) > 0) {
            problems.add("candor.node.reload must lie between 10 ms and 1 h");
        }
        if (validity.compareTo(Duration.ofSeconds(1)) < 0 || validity.compareTo(Duration.ofMinutes(10)) > 0) {
            problems.add("candor.node.auth.signed.validity must lie between 1 s and 10 min");
        }
        if (mostSignedBody < 1 || mostSignedBody > MOST_SIGNED_BODY) {
            problems.add("candor.node.auth.signed.max-body must lie between 1 B and 64 MiB");
        }
        if (rate < 0 || rate > MOST_RATE) {
            problems.add("candor.node.limits.rate must lie between 0 and " + MOST_RATE);
        }
        if (inFlight < 0) {
            problems.add("candor.node.limits.in-flight is " + inFlight + "; it must be 0 or more");
        }
        return problems;
    }
}
