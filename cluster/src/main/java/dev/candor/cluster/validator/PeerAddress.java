package dev.candor.cluster.validator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.candor.actors.receipt.KeyMaterialException;
import dev.candor.actors.receipt.VerifyingKey;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.List;

/**
 * A process of the ledger's network: who it must prove to be, and where it listens.
 *
 * @param key raw public key
 * @param host name or address
 * @param port 1 to 65535
 */
public record PeerAddress(Bytes key, String host, int port) {
    /** Refuses what is no address. */
    public PeerAddress {
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("an address is HOST:PORT with a port of 1 to 65535");
        }
    }

    /** Reads {@code KEY@HOST:PORT}; the key is base64. An {@link IllegalArgumentException} says what is wrong. */
    public static PeerAddress parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not KEY@HOST:PORT, with the base64 of the process' public key");
        }
        return of(text.substring(0, at), text.substring(at + 1));
    }

    /** Reads a list of {@code {key, address}}. */
    public static List<PeerAddress> list(Config config, String path) {
        return config.getConfigList(path).stream()
                .map(each -> {
                    try {
                        return of(each.getString("key"), each.getString("address"));
                    } catch (IllegalArgumentException e) {
                        throw new ConfigException.BadValue(each.origin(), path, String.valueOf(e.getMessage()));
                    }
                })
                .toList();
    }

    /** A public key from base64. */
    public static Bytes key(String base64) {
        try {
            return VerifyingKey.parse(base64).raw();
        } catch (KeyMaterialException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static PeerAddress of(String key, String address) {
        int colon = address.lastIndexOf(':');
        try {
            return new PeerAddress(
                    key(key),
                    address.substring(0, Math.max(0, colon)),
                    Integer.parseInt(address, colon + 1, address.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + address + "\" is not HOST:PORT", e);
        }
    }

    @Override
    public String toString() {
        return ValidatorSet.keyId(key).toHex().substring(0, 8) + " at " + host + ":" + port;
    }
}
