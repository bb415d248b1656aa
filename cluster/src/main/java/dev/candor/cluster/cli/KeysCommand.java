package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.TrustedKey;
import dev.candor.actors.receipt.VerifyingKey;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes executors' keys and keeps trust files. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "Makes executors' keys, keeps trust files and the file of callers.",
        subcommands = {
            KeysCommand.Generate.class,
            KeysCommand.Export.class,
            KeysCommand.Register.class,
            KeysCommand.Revoke.class,
            KeysCommand.ListKeys.class,
            KeysInstallCommand.class,
            ApiKeysCommand.class
        })
final class KeysCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{8,64}");

    @Command(
            name = "generate",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a new Ed25519 key in a file that only its owner may read. An existing file is never overwritten.")
    static final class Generate implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "Where to put the key (PKCS#8 PEM).")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Override
        public Integer call() {
            return Reported.run(spec, out -> {
                SigningKey key = SigningKey.generate(new SecureRandom());
                key.save(file);
                ObjectNode made = JSON.createObjectNode()
                        .put("file", file.toString())
                        .put("key_id", key.publicKey().id().toHex())
                        .put("public_key", key.publicKey().toBase64());
                out.println(
                        json
                                ? made.toString()
                                : "wrote " + file
                                        + "%nkey id     %s%npublic key %s"
                                                .formatted(
                                                        key.publicKey().id(),
                                                        key.publicKey().toBase64()));
                return 0;
            });
        }
    }

    /** What an entry of a trust file says beside its key, and which file. */
    static final class Entry {
        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Option(
                names = "--trust",
                required = true,
                paramLabel = "FILE",
                description = "The trust file; made if it is not there.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path trust;

        @Option(
                names = "--network",
                paramLabel = "DIGEST",
                description = "Believe receipts of this network only (64 hexadecimal digits).")
        @Nullable
        private String network;

        @Option(
                names = "--role",
                defaultValue = "executor",
                paramLabel = "ROLE",
                description = "executor (default) or validator.")
        private String role = "executor";

        @Option(
                names = "--not-before",
                paramLabel = "TIME",
                description = "First moment of use, such as 2026-01-01T00:00:00Z.")
        @Nullable
        private Instant notBefore;

        @Option(names = "--not-after", paramLabel = "TIME", description = "Last moment of use.")
        @Nullable
        private Instant notAfter;

        @Option(names = "--note", defaultValue = "", paramLabel = "TEXT", description = "For people: where the key is.")
        private String note = "";

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        int add(VerifyingKey key, PrintWriter out) throws IOException {
            TrustedKey.Role known = TrustedKey.Role.ofText(role)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(), "--role is executor or validator, not \"" + role + "\""));
            if (network != null && !DIGEST.matcher(network).matches()) {
                throw new ParameterException(spec.commandLine(), "--network is 64 lower-case hexadecimal digits");
            }
            TrustFile file = Files.exists(trust) ? TrustFile.load(trust) : TrustFile.EMPTY;
            if (network != null) {
                file = file.forNetwork(Digest.ofHex(network));
            }
            TrustedKey entry = new TrustedKey(
                    key, known, Optional.ofNullable(notBefore), Optional.ofNullable(notAfter), Optional.empty(), note);
            file = file.with(entry);
            file.save(trust);
            out.println(
                    json
                            ? render(entry).toString()
                            : trust + " now trusts key " + entry.id() + " as " + known.text() + "; it has "
                                    + file.keys().size() + (file.keys().size() == 1 ? " key" : " keys"));
            return 0;
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Puts the public half of a key file into a trust file.")
    static final class Export implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private Entry entry = new Entry();

        @Option(names = "--key", required = true, paramLabel = "FILE", description = "The key file.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path key;

        @Override
        public Integer call() {
            return Reported.run(spec, out -> entry.add(SigningKey.load(key).publicKey(), out));
        }
    }

    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = "Puts somebody's public key into a trust file.")
    static final class Register implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private Entry entry = new Entry();

        @Option(
                names = "--public-key",
                required = true,
                paramLabel = "KEY",
                description = "Base64 of the 32 bytes, or the file of an SPKI PEM.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String key;

        @Override
        public Integer call() {
            return Reported.run(spec, out -> entry.add(VerifyingKey.parse(text()), out));
        }

        /** A base64 key may look like a path, so it is a file only if it has not the form of a key. */
        private String text() throws IOException {
            boolean base64 = key.length() == 44 && key.endsWith("=");
            return base64 ? key : new String(ReceiptArgument.bytes(Path.of(key)).toArray(), StandardCharsets.US_ASCII);
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = {
                "Marks a key as revoked: from then on none of its receipts verifies, whatever time they name, because whoever holds",
                "the key can write any time. For a key that is merely out of use give --not-after when it is registered."
            })
    static final class Revoke implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Option(names = "--trust", required = true, paramLabel = "FILE", description = "The trust file.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path trust;

        @Option(
                names = "--key-id",
                required = true,
                paramLabel = "ID",
                description = "The key's id, or at least 8 of its first digits.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String keyId;

        @Option(names = "--at", paramLabel = "TIME", description = "When it was revoked; now by default.")
        @Nullable
        private Instant at;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Override
        public Integer call() {
            if (!KEY_ID.matcher(keyId).matches()) {
                throw new ParameterException(
                        spec.commandLine(), "--key-id is 8 to 64 lower-case hexadecimal digits, not \"" + keyId + "\"");
            }
            return Reported.run(spec, out -> {
                TrustFile file = TrustFile.load(trust);
                TrustedKey key = only(file);
                if (key.revokedAt().isPresent()) {
                    throw new IllegalArgumentException("key " + key.id() + " was revoked at "
                            + key.revokedAt().get() + " already");
                }
                Instant moment = at == null ? Instant.now().truncatedTo(ChronoUnit.MILLIS) : at;
                file.revoke(key.id(), moment).save(trust);
                out.println(
                        json
                                ? render(key.revoked(moment)).toString()
                                : "revoked key " + key.id() + " at " + moment + " in " + trust);
                return 0;
            });
        }

        private TrustedKey only(TrustFile file) {
            List<TrustedKey> found = file.keys().stream()
                    .filter(key -> key.id().toHex().startsWith(keyId))
                    .toList();
            if (found.size() != 1) {
                throw new IllegalArgumentException(
                        trust + " has " + (found.isEmpty() ? "no key " : found.size() + " keys ") + keyId
                                + (found.isEmpty() ? "; `candor keys list` shows all" : "...; give more digits"));
            }
            return found.getFirst();
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows what a trust file holds.")
    static final class ListKeys implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Option(names = "--trust", required = true, paramLabel = "FILE", description = "The trust file.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path trust;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Override
        public Integer call() {
            return Reported.run(spec, out -> {
                TrustFile file = TrustFile.load(trust);
                if (json) {
                    ObjectNode root = JSON.createObjectNode();
                    file.network().ifPresent(network -> root.put("network", network.toHex()));
                    ArrayNode keys = root.putArray("keys");
                    file.keys().forEach(key -> keys.add(render(key)));
                    out.println(root);
                } else {
                    out.println(file.network()
                            .map(network -> "for network " + network)
                            .orElse("for every network"));
                    file.keys().forEach(key -> out.println(line(key)));
                }
                return 0;
            });
        }

        private static String line(TrustedKey key) {
            return key.id() + "  " + key.role().text()
                    + key.notBefore().map(at -> ", from " + at).orElse("")
                    + key.notAfter().map(at -> ", until " + at).orElse("")
                    + key.revokedAt().map(at -> ", REVOKED at " + at).orElse("")
                    + (key.note().isEmpty() ? "" : ", " + key.note());
        }
    }

    private static ObjectNode render(TrustedKey key) {
        ObjectNode entry = JSON.createObjectNode()
                .put("key_id", key.id().toHex())
                .put("public_key", key.key().toBase64())
                .put("role", key.role().text());
        key.notBefore().ifPresent(at -> entry.put("not_before", at.toString()));
        key.notAfter().ifPresent(at -> entry.put("not_after", at.toString()));
        key.revokedAt().ifPresent(at -> entry.put("revoked_at", at.toString()));
        if (!key.note().isEmpty()) {
            entry.put("note", key.note());
        }
        return entry;
    }
}
