package dev.candor.actors.receipt;

import java.io.IOException;

/** A key or trust file that cannot be used; the message says what to change. It never holds secret bytes. */
public final class KeyMaterialException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public KeyMaterialException(String message) {
        super(message);
    }
}
