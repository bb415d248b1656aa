package dev.candor.gpuconfig.inference;

/** What a model returned is not what its specification says; the message says both. */
final class OutputMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputMismatchException(String message) {
        super(message, null, false, false);
    }
}
