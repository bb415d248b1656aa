package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.CredentialFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps the file of callers ({@code candor.node.auth.keys-file}); a running node takes what is new in it within seconds. */
@Command(
        name = "api",
        mixinStandardHelpOptions = true,
        description = "Keeps the file of callers: API keys, hashed, and addresses of keys that sign requests.",
        subcommands = {ApiKeysCommand.Create.class, ApiKeysCommand.ListCallers.class, ApiKeysCommand.Revoke.class})
final class ApiKeysCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEY_BYTES = 32;

    /** What all of them take. */
    static final class Keys {
        @Option(
                names = "--file",
                required = true,
                paramLabel = "FILE",
                description = "The file of callers, as candor.node.auth.keys-file names it.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        List<CredentialFile.Entry> read() throws IOException {
            return new ArrayList<>(
                    Files.exists(file) ? CredentialFile.read(file).entries() : List.of());
        }
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description =
                    "Adds a caller: prints a new API key, which is nowhere else, or takes the address of a key that signs.")
    static final class Create implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private Keys keys = new Keys();

        @Parameters(paramLabel = "NAME", description = "The caller. A name that is there gets a further key.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Option(
                names = "--roles",
                defaultValue = "infer",
                paramLabel = "ROLES",
                description = "infer, admin, audit, separated by commas; ${DEFAULT-VALUE} by default.")
        private String roles = "infer";

        @Option(names = "--until", paramLabel = "TIME", description = "End of its use, such as 2027-01-01T00:00:00Z.")
        @Nullable
        private Instant until;

        @Option(
                names = "--address",
                paramLabel = "0x...",
                description = "Address of a key of secp256k1 that signs this caller's requests, instead of an API key.")
        @Nullable
        private String address;

        @Override
        public Integer call() {
            return Reported.run(spec, out -> {
                Caller caller = new Caller(name, CredentialFile.roles(roles, "--roles"));
                String key = "";
                CredentialFile.Secret secret;
                if (address == null) {
                    byte[] random = new byte[KEY_BYTES];
                    new SecureRandom().nextBytes(random);
                    key = "candor_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
                    secret = new CredentialFile.Secret.ApiKey(
                            Digest.sha256(Bytes.wrap(key.getBytes(StandardCharsets.UTF_8))));
                } else if (address.startsWith("0x")) {
                    secret = new CredentialFile.Secret.Signer(
                            Bytes.ofHex(address.substring(2).toLowerCase(Locale.ROOT)));
                } else {
                    throw new IllegalArgumentException("--address is 0x and 40 hexadecimal digits");
                }
                List<CredentialFile.Entry> entries = keys.read();
                entries.add(new CredentialFile.Entry(caller, secret, Optional.ofNullable(until), Optional.empty()));
                new CredentialFile(entries).write(keys.file);
                if (keys.json) {
                    ObjectNode made = render(entries.getLast());
                    if (!key.isEmpty()) {
                        made.put("key", key);
                    }
                    out.println(made);
                } else {
                    out.println(key.isEmpty() ? name + " signs as " + address : key);
                }
                return 0;
            });
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows who is in the file; no key is.")
    static final class ListCallers implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private Keys keys = new Keys();

        @Override
        public Integer call() {
            return Reported.run(spec, out -> {
                List<CredentialFile.Entry> entries =
                        CredentialFile.read(keys.file).entries();
                if (keys.json) {
                    ArrayNode all = JSON.createArrayNode();
                    entries.forEach(entry -> all.add(render(entry)));
                    out.println(JSON.createObjectNode().set("callers", all));
                } else {
                    entries.forEach(entry -> out.println(line(entry)));
                }
                return 0;
            });
        }

        private static String line(CredentialFile.Entry entry) {
            return entry.caller().name() + "  " + roles(entry) + "  " + id(entry)
                    + entry.until().map(at -> ", until " + at).orElse("")
                    + entry.revoked().map(at -> ", REVOKED at " + at).orElse("");
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Takes a caller's keys out of use, or one of them; the lines stay, marked.")
    static final class Revoke implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private Keys keys = new Keys();

        @Parameters(paramLabel = "NAME", description = "The caller.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "Only the key whose id, as `list` shows it, begins so.")
        @Nullable
        private String id;

        @Override
        public Integer call() {
            return Reported.run(spec, out -> {
                Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
                int revoked = 0;
                List<CredentialFile.Entry> entries = keys.read();
                for (int i = 0; i < entries.size(); i++) {
                    CredentialFile.Entry entry = entries.get(i);
                    boolean meant = entry.caller().name().equals(name)
                            && entry.revoked().isEmpty()
                            && (id == null || id(entry).startsWith(id));
                    if (meant) {
                        entries.set(i, entry.revokedAt(now));
                        revoked++;
                    }
                }
                if (revoked == 0) {
                    throw new IllegalArgumentException("no key of \"" + name + "\" in " + keys.file
                            + " is in use; `candor keys api list` shows them");
                }
                new CredentialFile(entries).write(keys.file);
                out.println(
                        keys.json
                                ? JSON.createObjectNode()
                                        .put("revoked", revoked)
                                        .toString()
                                : "revoked " + revoked + (revoked == 1 ? " key" : " keys") + " of " + name);
                return 0;
            });
        }
    }

    private static String roles(CredentialFile.Entry entry) {
        return entry.caller().roles().stream()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** An address as it is; of an API key's digest so much as tells keys apart. */
    private static String id(CredentialFile.Entry entry) {
        return switch (entry.secret()) {
            case CredentialFile.Secret.ApiKey(Digest digest) -> digest.toHex().substring(0, 16);
            case CredentialFile.Secret.Signer(Bytes address) -> "0x" + address.toHex();
        };
    }

    private static ObjectNode render(CredentialFile.Entry entry) {
        ObjectNode line = JSON.createObjectNode()
                .put("name", entry.caller().name())
                .put("roles", roles(entry))
                .put("id", id(entry));
        entry.until().ifPresent(at -> line.put("until", at.toString()));
        entry.revoked().ifPresent(at -> line.put("revoked_at", at.toString()));
        return line;
    }
}
