package dev.candor.cluster.language;

/** Hears of a text. Calls come one after the other, from any thread; none may block. */
public interface GenerationListener {
    /** More of the text. It has no receipt yet. */
    void text(String piece);

    /** The only outcome, after all of the text. */
    void ended(Generation generation);
}
