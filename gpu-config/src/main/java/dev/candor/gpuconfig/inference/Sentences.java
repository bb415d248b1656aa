package dev.candor.gpuconfig.inference;

/** Makes one line of what libtorch reports, which comes with source excerpts and C++ stack traces. */
final class Sentences {
    private static final int MOST = 400;

    private Sentences() {}

    /** The part of the message that says what went wrong. */
    static String of(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        // After this line of a TorchScript traceback comes the error itself.
        String[] lines = message.strip().split("\n", -1);
        String told = lines[0];
        for (String line : lines) {
            if (line.startsWith("RuntimeError: ") || line.startsWith("builtins.") || line.startsWith("IndexError: ")) {
                told = line;
            }
        }
        StringBuilder sentence = new StringBuilder();
        for (int i = 0; i < told.length() && sentence.length() < MOST; i++) {
            char c = told.charAt(i);
            sentence.append(c < ' ' || c == 0x7f || Character.isSurrogate(c) ? ' ' : c);
        }
        return sentence.toString().strip();
    }
}
