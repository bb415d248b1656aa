package dev.candor.gpuconfig.language;

/**
 * How sequences share a text model.
 *
 * @param rows most sequences that run at once, 1 to 256
 * @param waiting most sequences that wait beside them
 * @param readTokens most tokens of prompts that are read between two steps of those that run: so long they wait for newcomers
 * @param continuous whether sequences join a batch that runs; else those that wait when it has wholly ended are the next batch
 */
public record EngineSettings(int rows, int waiting, int readTokens, boolean continuous) {
    /** Refuses numbers outside their ranges with an {@link IllegalArgumentException}. */
    public EngineSettings {
        range("max-sequences", rows, 1, 256);
        range("max-waiting", waiting, 1, 65_536);
        range("read-tokens", readTokens, 1, 65_536);
    }

    private static void range(String knob, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "candor.language." + knob + " is " + value + "; it must lie between " + least + " and " + most);
        }
    }
}
