package dev.candor.cluster.http;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Callers by API key, sent as {@code Authorization: Bearer KEY} or {@code X-API-Key: KEY}.
 *
 * <p>The file holds one caller a line: {@code NAME SHA256 ROLES}, where SHA256 is the key's digest in hexadecimal and ROLES is {@code infer},
 * {@code admin} or {@code infer,admin}. Empty lines and lines that start with {@code #} are skipped. The keys themselves are nowhere; they should be
 * 32 random bytes, since a digest of something guessable can be guessed.
 */
public final class ApiKeys implements Authenticator {
    private static final int MAX_FILE = 1 << 20;
    private static final int MAX_KEYS = 4096;
    private static final int MAX_KEY_LENGTH = 512;
    private static final String BEARER = "bearer ";

    private record Key(Digest digest, Caller caller) {}

    private final List<Key> keys;

    private ApiKeys(List<Key> keys) {
        this.keys = keys;
    }

    /** Reads the file; anything that is no such file is an {@link IOException} that names the line. */
    public static ApiKeys read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file + " has over " + MAX_FILE + " bytes; a file of API keys is smaller");
        }
        return parse(Files.readString(file), file.toString());
    }

    static ApiKeys parse(String text, String source) throws IOException {
        List<Key> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<Digest> digests = new HashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String trimmed = line.strip();
            if (trimmed.isEmpty() || trimmed.startsWith("#")) {
                continue;
            }
            Key key = parseLine(trimmed, source + " line " + number);
            if (!names.add(key.caller().name()) || !digests.add(key.digest())) {
                throw new IOException(source + " line " + number + ": this name or key is there already");
            }
            keys.add(key);
        }
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IOException(source + " holds " + keys.size() + " keys; 1 to " + MAX_KEYS + " are allowed");
        }
        return new ApiKeys(List.copyOf(keys));
    }

    private static Key parseLine(String line, String where) throws IOException {
        String[] parts = line.split("\\s+", -1);
        if (parts.length != 3 || parts[0].length() > 128) {
            throw new IOException(where + " is not NAME SHA256 ROLES");
        }
        Set<Caller.Role> roles = EnumSet.noneOf(Caller.Role.class);
        for (String role : parts[2].split(",", -1)) {
            switch (role.toLowerCase(Locale.ROOT)) {
                case "infer" -> roles.add(Caller.Role.INFER);
                case "admin" -> roles.add(Caller.Role.ADMIN);
                default -> throw new IOException(where + ": a role is infer or admin, not \"" + role + "\"");
            }
        }
        try {
            return new Key(Digest.ofHex(parts[1]), new Caller(parts[0], Set.copyOf(roles)));
        } catch (IllegalArgumentException e) {
            throw new IOException(where + ": the second word must be 64 hexadecimal digits, the key's SHA-256", e);
        }
    }

    @Override
    public Caller authenticate(HeaderSource headers) {
        String secret = secret(headers);
        if (secret == null) {
            throw new RefusedException(
                    ErrorCode.UNAUTHENTICATED,
                    "send an API key as \"Authorization: Bearer KEY\" or \"X-API-Key: KEY\"");
        }
        Caller found = secret.length() > MAX_KEY_LENGTH ? null : find(secret);
        if (found == null) {
            throw new RefusedException(ErrorCode.UNAUTHENTICATED, "this API key is not known to the node");
        }
        return found;
    }

    @Override
    public boolean protectsOpenAddresses() {
        return true;
    }

    private static @Nullable String secret(HeaderSource headers) {
        String authorization = headers.first("authorization");
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        return headers.first("x-api-key");
    }

    /** Looks at every key whatever is found, so that the time says nothing about which one it was. */
    private @Nullable Caller find(String secret) {
        Digest digest = Digest.sha256(Bytes.wrap(secret.getBytes(StandardCharsets.UTF_8)));
        Caller found = null;
        for (Key key : keys) {
            Digest known = key.digest();
            long difference = (known.a() ^ digest.a())
                    | (known.b() ^ digest.b())
                    | (known.c() ^ digest.c())
                    | (known.d() ^ digest.d());
            found = difference == 0 ? key.caller() : found;
        }
        return found;
    }
}
