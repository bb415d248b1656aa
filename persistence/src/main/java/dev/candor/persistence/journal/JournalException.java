package dev.candor.persistence.journal;

/** Why the journal did not do what it was asked; the message is a sentence that says what to change where somebody can. */
public sealed class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private JournalException(String message, Throwable cause) {
        super(message, cause);
    }

    private JournalException(String message) {
        super(message);
    }

    /** The journal cannot be opened: another process has it, a newer version wrote it, its settings are wrong. */
    public static final class Refused extends JournalException {
        private static final long serialVersionUID = 1L;

        /** Says what stands in the way. */
        public Refused(String message) {
            super(message);
        }

        /** Says what stands in the way, with what the system reported. */
        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The journal is closed, full, overloaded or broken. Nothing was acknowledged; the outcome of a write is unknown. */
    public static final class Unavailable extends JournalException {
        private static final long serialVersionUID = 1L;

        /** Says what is wrong. */
        public Unavailable(String message) {
            super(message);
        }

        /** Says what is wrong, with what the system reported. */
        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** An event of this persistence id and sequence number is there already: somebody else writes the same stream. Nothing was written. */
    public static final class Duplicate extends JournalException {
        private static final long serialVersionUID = 1L;

        /** Names the event. */
        public Duplicate(String persistenceId, long sequenceNr, Throwable cause) {
            super("event " + sequenceNr + " of " + persistenceId + " is in the journal already", cause);
        }
    }

    /** One write was refused by the database for what it holds; nothing of it was written, others are not affected. */
    public static final class Invalid extends JournalException {
        private static final long serialVersionUID = 1L;

        /** Says what was wrong with the write. */
        public Invalid(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
