package dev.candor.proving.layer;

/** A network has something for which there is no argument. The message names the node. */
public final class UnprovableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnprovableException(String message) {
        super(message);
    }
}
