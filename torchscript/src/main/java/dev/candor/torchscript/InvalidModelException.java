package dev.candor.torchscript;

/**
 * A file is no TorchScript archive that may be read further; the message is a sentence that names the entry and what in it is wrong. It
 * has no stack trace, since it reports the file's mistake and not ours.
 */
public final class InvalidModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    private InvalidModelException(String sentence) {
        super(sentence, null, false, false);
        this.sentence = sentence;
    }

    /** What is wrong. */
    public String sentence() {
        return sentence;
    }

    /** A refusal of the file as a whole. */
    static InvalidModelException because(String sentence) {
        return new InvalidModelException(sentence);
    }

    /** A refusal that blames one entry of the archive. */
    static InvalidModelException in(String entry, String sentence) {
        return because("\"" + shown(entry) + "\" in the model file " + sentence);
    }

    /** {@code text} cut to a length that fits a sentence, with nothing in it that could disturb a log. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < 80; i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c == 0x7f || Character.isSurrogate(c) ? '?' : c);
        }
        return text.length() > 80 ? shown + "..." : shown.toString();
    }
}
