package dev.candor.actors.executor;

/** What a model is to a device, as its lane hears it. */
public enum Residency {
    /** Not on the device; a request for a slot loads it. */
    COLD,
    /** Being fetched, loaded or warmed up. */
    LOADING,
    /** Warm: batches run at once. */
    READY,
    /** It could not be loaded and is tried again later. */
    FAILED,
    /** The device is down. */
    DOWN
}
