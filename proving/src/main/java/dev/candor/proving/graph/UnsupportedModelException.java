package dev.candor.proving.graph;

/** A model asks for something that cannot be compiled; the message names the operator, the place in the file, and what to change. */
public final class UnsupportedModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is not supported. */
    public UnsupportedModelException(String sentence) {
        super(sentence);
    }

    /** Says what is wrong with {@code operator} at {@code place}. */
    public static UnsupportedModelException at(String operator, String place, String problem) {
        return new UnsupportedModelException(operator + " (" + place + ") " + problem);
    }
}
