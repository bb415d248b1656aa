package dev.candor.proving.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Access to the JDK's SHA-256, which uses the processor's instructions where it has them. */
public final class Sha256 {

    private Sha256() {}

    /** A fresh SHA-256. Not thread-safe. */
    public static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256, which every Java must have.", e);
        }
    }
}
