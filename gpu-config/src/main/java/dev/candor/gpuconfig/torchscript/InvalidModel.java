package dev.candor.gpuconfig.torchscript;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;

/** Makes the refusals of this package: INVALID_MODEL, with the file in the archive that is at fault. */
final class InvalidModel {
    private InvalidModel() {}

    /** A refusal of the file as a whole. */
    static RefusedException because(String sentence) {
        return new RefusedException(ErrorCode.INVALID_MODEL, sentence);
    }

    /** A refusal that blames one entry of the archive. */
    static RefusedException in(String entry, String sentence) {
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
