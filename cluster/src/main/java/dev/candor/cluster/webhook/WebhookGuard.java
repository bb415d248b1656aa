package dev.candor.cluster.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which addresses may be called: those of the public Internet (IANA's special-purpose registries, RFC 6890), and the networks that the node's operator names.
 * Anything else would let a caller reach through the node what it cannot reach itself.
 */
public final class WebhookGuard {
    private static final List<Network> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    // Of the addresses of version 6 only 2000::/3 is public, and in it these are not, or hide one of
                    // version 4.
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20")
            .map(Network::parse)
            .toList();

    private static final Network PUBLIC_SIX = Network.parse("2000::/3");
    private static final int SIX = 16;

    private final List<Network> allowed;

    /** A guard that lets through the public Internet and these networks. */
    public WebhookGuard(List<String> allowedNetworks) {
        this.allowed = allowedNetworks.stream().map(Network::parse).toList();
    }

    /** What can be said without a look-up: why a URL is never called, or nothing. */
    public Optional<String> obstacle(CallbackUrl url) {
        if (!url.isAddress()) {
            return url.encrypted() || !allowed.isEmpty() ? Optional.empty() : Optional.of(PLAIN);
        }
        try {
            return obstacle(url, InetAddress.getByName(url.host()));
        } catch (UnknownHostException e) {
            return Optional.of("the callback's host " + url.host() + " is no address");
        }
    }

    /** Why this address, which the host of the URL has, is not called; or nothing. */
    Optional<String> obstacle(CallbackUrl url, InetAddress address) {
        if (allowed.stream().anyMatch(each -> each.contains(address))) {
            return Optional.empty();
        }
        if (!isPublic(address)) {
            return Optional.of("the callback's host " + url.host() + " has the address " + address.getHostAddress()
                    + ", which is not of the public Internet and not in candor.webhooks.allowed-networks");
        }
        return url.encrypted() ? Optional.empty() : Optional.of(PLAIN);
    }

    private static boolean isPublic(InetAddress address) {
        boolean six = address.getAddress().length == SIX;
        return (!six || PUBLIC_SIX.contains(address)) && NOT_PUBLIC.stream().noneMatch(each -> each.contains(address));
    }

    private static final String PLAIN =
            "the callback is http, by which anybody on the way reads along; use https (http is for candor.webhooks.allowed-networks)";
}
