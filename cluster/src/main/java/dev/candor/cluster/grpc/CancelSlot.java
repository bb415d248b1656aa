package dev.candor.cluster.grpc;

/** Joins a cancellation that may come before the work it cancels has been named. Thread-safe. */
final class CancelSlot {
    private boolean fired;
    private Runnable cancel = CancelSlot::nothing;

    /** Names the work's cancellation; runs it at once if {@link #fire} came first. */
    void set(Runnable named) {
        synchronized (this) {
            if (!fired) {
                cancel = named;
                return;
            }
        }
        named.run();
    }

    /** Cancels what was named, or what will be. */
    void fire() {
        Runnable named;
        synchronized (this) {
            fired = true;
            named = cancel;
            cancel = CancelSlot::nothing;
        }
        named.run();
    }

    private static void nothing() {}
}
