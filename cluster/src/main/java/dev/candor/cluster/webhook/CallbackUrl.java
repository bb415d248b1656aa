package dev.candor.cluster.webhook;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a caller wants to be called, well formed; whether it may be called is for {@link WebhookGuard} to say.
 *
 * @param text as the caller wrote it
 * @param encrypted whether it is https
 * @param host a name in ASCII or an address, without brackets
 * @param port 1 to 65535
 * @param target path and query as they go on the wire
 */
public record CallbackUrl(String text, boolean encrypted, String host, int port, String target) {
    private static final Pattern FOUR_NUMBERS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
    private static final Pattern NAME_ENDS_IN_LETTERS = Pattern.compile("([^.]+\\.)*[A-Za-z][^.]*\\.?");
    private static final int LONGEST = 2_000;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /**
     * Reads a URL.
     *
     * @throws RefusedException INVALID_REQUEST with what is wrong
     */
    public static CallbackUrl parse(String text) {
        if (text.length() > LONGEST) {
            throw invalid("has " + text.length() + " characters; " + LONGEST + " is the most");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw invalid("is no URL: " + e.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw invalid("must begin with https://");
        }
        String host = uri.getHost();
        if (host == null || host.contains("%") || !isNameOrAddress(host)) {
            throw invalid("must name a host in ASCII, or an address with four decimal numbers or in brackets");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw invalid("must have neither a user before the host nor a fragment behind #");
        }
        boolean encrypted = scheme.equals("https");
        int port = uri.getPort() == -1 ? (encrypted ? HTTPS : HTTP) : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw invalid("has the port " + port + "; ports are 1 to 65535");
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        if (!target.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw invalid("has characters in its path that must be percent-encoded");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new CallbackUrl(text, encrypted, bare, port, target);
    }

    /** A number alone is an address to some resolvers, and a name to nobody. */
    private static boolean isNameOrAddress(String host) {
        return host.startsWith("[")
                || FOUR_NUMBERS.matcher(host).matches()
                || NAME_ENDS_IN_LETTERS.matcher(host).matches();
    }

    /** Whether the host is an address rather than a name, so that nothing has to be looked up. */
    boolean isAddress() {
        return host.indexOf(':') >= 0 || FOUR_NUMBERS.matcher(host).matches();
    }

    /** Host and port as the header Host has them. */
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (encrypted ? HTTPS : HTTP) ? name : name + ":" + port;
    }

    private static RefusedException invalid(String what) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, "\"callback_url\" " + what);
    }
}
