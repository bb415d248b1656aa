package dev.candor.actors.payload;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The inputs of jobs that went to other nodes without them, by the job's id, until the job is over. It keeps references only: the bytes are counted where they
 * came in. Thread-safe.
 */
public final class PayloadStore {
    /** The most bytes in one message: well below the frame of the transport. */
    public static final int CHUNK = 48 * 1024;

    /** What the serving actor can be told. */
    public sealed interface Command {}

    /**
     * Asks for a piece of a payload.
     *
     * @param offset where it begins, in bytes from the start of the first input
     * @param replyTo gets the piece, at most {@link #CHUNK} bytes, or hears that the payload is gone
     */
    public record Read(UUID id, int offset, ActorRef<PayloadFetcher.Command> replyTo)
            implements Command, CborSerializable {}

    private final ConcurrentHashMap<UUID, List<Tensor>> payloads = new ConcurrentHashMap<>();

    /** Keeps the inputs of {@code job} and leaves them out of what is sent. */
    public ClaimedJob claim(InferenceJob job, ActorRef<Command> server) {
        payloads.put(job.uuid(), job.inputs());
        List<ClaimedJob.Header> headers = new ArrayList<>(job.inputs().size());
        for (Tensor input : job.inputs()) {
            headers.add(new ClaimedJob.Header(
                    input.name(), input.datatype(), input.shape(), input.data().length()));
        }
        return new ClaimedJob(job.withInputs(List.of()), headers, server);
    }

    /** The job is over. */
    public void release(UUID id) {
        payloads.remove(id);
    }

    /** How many payloads are kept. */
    public int size() {
        return payloads.size();
    }

    /** Hands out pieces. */
    public Behavior<Command> server() {
        return Behaviors.<Command>supervise(Behaviors.receiveMessage(command -> {
                    switch (command) {
                        case Read read -> read.replyTo().tell(piece(read));
                    }
                    return Behaviors.same();
                }))
                .onFailure(SupervisorStrategy.resume());
    }

    private PayloadFetcher.Reply piece(Read read) {
        List<Tensor> inputs = payloads.get(read.id());
        if (inputs == null || read.offset() < 0) {
            return new PayloadFetcher.Gone(read.id());
        }
        long total = 0;
        for (Tensor input : inputs) {
            total += input.data().length();
        }
        byte[] piece = new byte[Math.clamp(total - read.offset(), 0, CHUNK)];
        long start = 0;
        for (Tensor input : inputs) {
            Bytes data = input.data();
            long from = Math.max(read.offset(), start);
            long to = Math.min((long) read.offset() + piece.length, start + data.length());
            if (from < to) {
                data.slice((int) (from - start), (int) (to - from)).copyTo(piece, (int) (from - read.offset()));
            }
            start += data.length();
        }
        return new PayloadFetcher.Piece(read.id(), read.offset(), Bytes.wrap(piece));
    }
}
