package dev.candor.cluster.http;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import io.netty.util.NetUtil;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everybody is {@code anonymous} and may do everything: for loopback only.
 *
 * <p>A web page that a person has open can send requests to loopback too. Browsers name the page's origin, so a request with an origin that is not
 * this node's own loopback address is refused; the name must be loopback's as well, since a page can have any name resolve to it.
 */
public final class NoAuthentication implements Authenticator {
    private static final Caller ANONYMOUS = new Caller("anonymous", EnumSet.allOf(Caller.Role.class));

    @Override
    public Caller authenticate(HeaderSource headers) {
        String origin = headers.first("origin");
        if (origin != null && !fromHere(origin, headers.first("host"))) {
            throw new RefusedException(
                    ErrorCode.PERMISSION_DENIED,
                    "this request comes from a web page of another origin; give the node API keys and send one of them");
        }
        return ANONYMOUS;
    }

    /** Whoever signs is a caller by that address. */
    @Override
    public Optional<Caller> signer(Bytes address) {
        return Optional.of(new Caller("0x" + address.toHex(), Set.of(Caller.Role.INFER)));
    }

    @Override
    public boolean protectsOpenAddresses() {
        return false;
    }

    private static boolean fromHere(String origin, @Nullable String host) {
        return host != null && origin.equals("http://" + host) && isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        return name.equals("localhost")
                || name.equals("[::1]")
                || (NetUtil.isValidIpV4Address(name) && name.startsWith("127."));
    }
}
