package dev.candor.actors.inference;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How an answer is verified; {@code code} stands in receipts and never changes. */
public enum VerificationMode {
    /** A receipt signed by the executor. */
    VANILLA(0),
    /** A device that attests itself. */
    TEE(1),
    /** A zero-knowledge proof of the computation. */
    ZKML(2);

    private final int code;

    VerificationMode(int code) {
        this.code = code;
    }

    /** The byte in a receipt. */
    public int code() {
        return code;
    }

    /** What requests call it, such as {@code vanilla}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of this word. */
    public static Optional<VerificationMode> ofWord(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
    }

    /** The mode of this code. */
    public static Optional<VerificationMode> ofCode(int code) {
        return Arrays.stream(values()).filter(mode -> mode.code == code).findFirst();
    }
}
