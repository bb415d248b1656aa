package dev.candor.cluster.http;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The file of callers, one a line: {@code NAME SECRET ROLES [until=TIME] [revoked=TIME]}.
 *
 * <p>SECRET is the SHA-256 of an API key in hexadecimal, or the address ({@code 0x} and 40 digits) of a key that signs requests: no secret is in the file. ROLES
 * are {@code infer}, {@code admin} and {@code audit}, separated by commas. Empty lines and lines that start with {@code #} are skipped. A name may stand on several
 * lines, so that a key can be replaced before the old one goes.
 *
 * @param entries in the file's order
 */
public record CredentialFile(List<Entry> entries) {
    private static final int MAX_FILE = 1 << 20;
    private static final int MAX_ENTRIES = 4096;
    private static final Pattern NAME = Pattern.compile("[\\p{Graph}&&[^#]][\\p{Graph}]{0,127}");
    private static final int ADDRESS = 20;

    /** What proves to be a caller. */
    public sealed interface Secret {
        /**
         * An API key.
         *
         * @param digest SHA-256 of the key
         */
        record ApiKey(Digest digest) implements Secret {
            @Override
            public String toString() {
                return digest.toHex();
            }
        }

        /**
         * A key of secp256k1 that signs requests.
         *
         * @param address 20 bytes
         */
        record Signer(Bytes address) implements Secret {
            @Override
            public String toString() {
                return "0x" + address.toHex();
            }
        }
    }

    /**
     * A line.
     *
     * @param caller name and roles
     * @param secret what proves it
     * @param until end of its use, if it has one
     * @param revoked when it was revoked, if it was
     */
    public record Entry(Caller caller, Secret secret, Optional<Instant> until, Optional<Instant> revoked) {
        /** Whether it counts at a moment; a revoked one never does, whatever moment it was revoked at. */
        public boolean valid(Instant now) {
            return revoked.isEmpty() && until.map(now::isBefore).orElse(true);
        }

        /** The same, revoked. */
        public Entry revokedAt(Instant at) {
            return new Entry(caller, secret, until, Optional.of(at));
        }

        private String line() {
            String roles = caller.roles().stream()
                    .map(role -> role.name().toLowerCase(Locale.ROOT))
                    .sorted()
                    .collect(Collectors.joining(","));
            return caller.name() + " " + secret + " " + roles
                    + until.map(at -> " until=" + at).orElse("")
                    + revoked.map(at -> " revoked=" + at).orElse("");
        }
    }

    /** Nobody. */
    public static final CredentialFile EMPTY = new CredentialFile(List.of());

    /** Copies the list. */
    public CredentialFile {
        entries = List.copyOf(entries);
    }

    /** Reads the file; anything that is no such file is an {@link IOException} that names the line. */
    public static CredentialFile read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file + " has over " + MAX_FILE + " bytes; a file of API keys is smaller");
        }
        return parse(Files.readString(file), file.toString());
    }

    static CredentialFile parse(String text, String source) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Set<Secret> secrets = new HashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String trimmed = line.strip();
            if (trimmed.isEmpty() || trimmed.startsWith("#")) {
                continue;
            }
            String where = source + " line " + number;
            Entry entry = entry(trimmed, where);
            if (!secrets.add(entry.secret())) {
                throw new IOException(where + ": this key is there already");
            }
            for (Entry other : entries) {
                if (other.caller().name().equals(entry.caller().name())
                        && !other.caller().equals(entry.caller())
                        && other.revoked().isEmpty()
                        && entry.revoked().isEmpty()) {
                    throw new IOException(where + ": \"" + entry.caller().name()
                            + "\" has other roles on another line; a caller has the same on all of them");
                }
            }
            entries.add(entry);
        }
        if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
            throw new IOException(source + " holds " + entries.size() + " keys; 1 to " + MAX_ENTRIES + " are allowed");
        }
        return new CredentialFile(entries);
    }

    private static Entry entry(String line, String where) throws IOException {
        String[] parts = line.split("\\s+", -1);
        if (parts.length < 3 || parts.length > 5 || !NAME.matcher(parts[0]).matches()) {
            throw new IOException(where + " is not NAME SHA256-OR-ADDRESS ROLES [until=TIME] [revoked=TIME]");
        }
        Optional<Instant> until = Optional.empty();
        Optional<Instant> revoked = Optional.empty();
        for (int i = 3; i < parts.length; i++) {
            String[] word = parts[i].split("=", 2);
            if (word[0].equals("until") && until.isEmpty() && word.length == 2) {
                until = Optional.of(instant(word[1], where));
            } else if (word[0].equals("revoked") && revoked.isEmpty() && word.length == 2) {
                revoked = Optional.of(instant(word[1], where));
            } else {
                throw new IOException(
                        where + ": behind the roles stand until=TIME and revoked=TIME, not \"" + parts[i] + "\"");
            }
        }
        return new Entry(new Caller(parts[0], roles(parts[2], where)), secret(parts[1], where), until, revoked);
    }

    private static Instant instant(String text, String where) throws IOException {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IOException(where + ": a time is such as 2027-01-01T00:00:00Z, not \"" + text + "\"", e);
        }
    }

    private static Secret secret(String text, String where) throws IOException {
        try {
            if (text.startsWith("0x")) {
                Bytes address = Bytes.ofHex(text.substring(2).toLowerCase(Locale.ROOT));
                if (address.length() == ADDRESS) {
                    return new Secret.Signer(address);
                }
            } else {
                return new Secret.ApiKey(Digest.ofHex(text));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(where + refused(), e);
        }
        throw new IOException(where + refused());
    }

    private static String refused() {
        return ": the second word must be 64 hexadecimal digits, the key's SHA-256, or 0x and 40 digits, the address of a"
                + " key that signs";
    }

    /** Roles as the file has them. */
    public static Set<Caller.Role> roles(String words, String where) throws IOException {
        Set<Caller.Role> roles = EnumSet.noneOf(Caller.Role.class);
        for (String role : words.split(",", -1)) {
            switch (role.toLowerCase(Locale.ROOT)) {
                case "infer" -> roles.add(Caller.Role.INFER);
                case "admin" -> roles.add(Caller.Role.ADMIN);
                case "audit" -> roles.add(Caller.Role.AUDIT);
                default -> throw new IOException(where + ": a role is infer, admin or audit, not \"" + role + "\"");
            }
        }
        return Set.copyOf(roles);
    }

    /** The file with these entries, readable by its owner and nobody else; it replaces the old one at once, so that no reader sees half of it. */
    public void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder("# NAME SHA256-OR-ADDRESS ROLES [until=TIME] [revoked=TIME]\n");
        entries.forEach(entry -> text.append(entry.line()).append('\n'));
        parse(text.toString(), file.toString());
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        Path fresh = Files.createTempFile(
                folder,
                ".candor-keys-",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(fresh, text.toString().getBytes(StandardCharsets.UTF_8));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
