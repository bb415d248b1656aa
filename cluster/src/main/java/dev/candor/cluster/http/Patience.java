package dev.candor.cluster.http;

/**
 * The timeouts of one connection. What happens on the connection only leaves marks here, and {@link #judge}, a few times within the shortest timeout,
 * reads the clock: a request costs no look at the time. Timeouts are therefore late by up to one such interval, never early.
 */
final class Patience {
    private static final long LINGER_NANOS = 2_000_000_000L;

    /** What the connection waits for. */
    enum Wait {
        /** The next request. */
        REQUEST,
        /** The rest of a head. */
        HEAD,
        /** A body held in memory. */
        BODY,
        /** A body that is streamed. */
        STREAM,
        /** Its own service. */
        ANSWER,
        /** The client to close. */
        END
    }

    /** What is to be done. */
    enum Verdict {
        FINE,
        /** The body is late: refuse the request. */
        BODY_LATE,
        CLOSE
    }

    private final long headNanos;
    private final long idleNanos;
    private final long bodyNanos;
    private boolean progressed = true;
    private boolean began = true;
    private long progressAt;
    private long beganAt;
    private long unwritten;
    private long unwrittenAt;

    Patience(HttpSettings settings) {
        this.headNanos = settings.headTimeout().toNanos();
        this.idleNanos = settings.idleTimeout().toNanos();
        this.bodyNanos = settings.bodyTimeout().toNanos();
    }

    /** Something came, or something was sent. */
    void progress() {
        progressed = true;
    }

    /** A request, or the wait for the end, begins. */
    void begin() {
        progressed = true;
        began = true;
    }

    /**
     * What is to be done at {@code now}.
     *
     * @param pending bytes that wait to be written, less what the socket has taken of them
     */
    Verdict judge(long now, Wait wait, long pending) {
        if (progressed) {
            progressed = false;
            progressAt = now;
        }
        if (began) {
            began = false;
            beganAt = now;
        }
        if (pending == 0 || pending != unwritten) {
            unwritten = pending;
            unwrittenAt = now;
        } else if (now - unwrittenAt > idleNanos) {
            return Verdict.CLOSE;
        }
        long silent = now - progressAt;
        return switch (wait) {
            case REQUEST -> closeIf(silent > idleNanos && pending == 0);
            case HEAD -> closeIf(silent > headNanos && pending == 0);
            case BODY -> silent > idleNanos || now - beganAt > bodyNanos ? Verdict.BODY_LATE : Verdict.FINE;
            case STREAM -> silent > idleNanos ? Verdict.BODY_LATE : Verdict.FINE;
            case ANSWER -> Verdict.FINE;
            case END -> closeIf(silent > LINGER_NANOS || now - beganAt > 2 * LINGER_NANOS);
        };
    }

    private static Verdict closeIf(boolean over) {
        return over ? Verdict.CLOSE : Verdict.FINE;
    }
}
