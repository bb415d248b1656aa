package dev.candor.gpuconfig.inference;

import org.jspecify.annotations.Nullable;

/** libtorch cannot be used on this machine or with this configuration; the message says what to install or change. */
public final class EngineUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    public EngineUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
