package dev.candor.bench.report;

/** Text in pages. */
final class Html {
    private Html() {}

    /** {@code text} with what has a meaning in HTML taken from it. */
    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
