package dev.candor.bench.load;

/** A request made ready before the clock starts, with what its answer must hold. Thread-safe. */
public sealed interface PreparedCall permits HttpCall, GrpcCall {
    /** Judges the answer. */
    AnswerCheck check();

    /** Bytes to send, without what the transport puts around them. */
    int size();
}
