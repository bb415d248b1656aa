package dev.candor.actors.payload;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A job without the data of its inputs, which lie in the memory of the node that sent it.
 *
 * @param job with no inputs
 * @param inputs what they are, in the order of the job's own
 * @param store hands out their bytes, one input after the other
 */
public record ClaimedJob(InferenceJob job, List<Header> inputs, ActorRef<PayloadStore.Command> store)
        implements CborSerializable {
    /**
     * An input without its data.
     *
     * @param length bytes of data, 0 or more
     */
    public record Header(String name, DataType datatype, Shape shape, int length) {
        /** Refuses a negative length. */
        public Header {
            if (length < 0) {
                throw new IllegalArgumentException("a tensor has 0 bytes or more, not " + length);
            }
        }
    }

    /** Bytes of all inputs. */
    public long bytes() {
        long sum = 0;
        for (Header input : inputs) {
            sum += input.length();
        }
        return sum;
    }

    /** The whole job. */
    InferenceJob with(Bytes payload) {
        List<Tensor> tensors = new ArrayList<>(inputs.size());
        int at = 0;
        for (Header input : inputs) {
            tensors.add(new Tensor(input.name(), input.datatype(), input.shape(), payload.slice(at, input.length())));
            at += input.length();
        }
        return job.withInputs(tensors);
    }
}
