package dev.candor.cluster.http;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Callers by API key, sent as {@code Authorization: Bearer KEY} or {@code X-API-Key: KEY}. {@link CredentialFile} says who has which. Thread-safe.
 *
 * <p>The keys themselves are nowhere; they should be 32 random bytes, since a digest of something guessable can be guessed.
 */
public final class ApiKeys implements Authenticator {
    private static final int MAX_KEY_LENGTH = 512;
    private static final String BEARER = "bearer ";

    private final InstantSource clock;
    private volatile CredentialFile file;

    /** The callers of a file at the times of a clock. */
    public ApiKeys(CredentialFile file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Reads the file; anything that is no such file is an {@link IOException} that names the line. */
    public static ApiKeys read(Path file) throws IOException {
        return new ApiKeys(CredentialFile.read(file), InstantSource.system());
    }

    static ApiKeys parse(String text, String source) throws IOException {
        return new ApiKeys(CredentialFile.parse(text, source), InstantSource.system());
    }

    /** From now on these callers are known, and no others. */
    public void replace(CredentialFile fresh) {
        file = fresh;
    }

    /** The caller whose key signs under this address, if there is one now. */
    @Override
    public Optional<Caller> signer(Bytes address) {
        for (CredentialFile.Entry entry : file.entries()) {
            if (entry.secret() instanceof CredentialFile.Secret.Signer(Bytes known)
                    && known.equals(address)
                    && entry.valid(clock.instant())) {
                return Optional.of(entry.caller());
            }
        }
        return Optional.empty();
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
        CredentialFile.Entry found = null;
        for (CredentialFile.Entry entry : file.entries()) {
            if (entry.secret() instanceof CredentialFile.Secret.ApiKey(Digest known)) {
                long difference = (known.a() ^ digest.a())
                        | (known.b() ^ digest.b())
                        | (known.c() ^ digest.c())
                        | (known.d() ^ digest.d());
                found = difference == 0 ? entry : found;
            }
        }
        return found != null && found.valid(clock.instant()) ? found.caller() : null;
    }
}
