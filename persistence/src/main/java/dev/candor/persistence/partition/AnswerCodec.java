package dev.candor.persistence.partition;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of an answer as the store keeps them, version 1; the receipt is kept beside them.
 *
 * <pre>
 * u8 1 | u16 partition | 16 uuid | text model | u16 major | u8 minor | 32 content id | u32 count | count * tensor | bytes salt
 * </pre>
 */
public final class AnswerCodec {
    private static final int VERSION = 1;
    private static final int SMALLEST_TENSOR = 8;

    private AnswerCodec() {}

    /** The canonical bytes of an answer, without its receipt. */
    public static Bytes encode(Answer answer) {
        CanonicalWriter out = new CanonicalWriter((int) Math.min(1 << 24, 160 + size(answer)));
        out.u8(VERSION)
                .u16(answer.id().partition())
                .uuid(answer.id().uuid())
                .text(answer.model().name())
                .u16(answer.model().version().major())
                .u8(answer.model().version().minor())
                .digest(answer.model().contentId())
                .u32(answer.outputs().size());
        for (Tensor output : answer.outputs()) {
            output.writeTo(out);
        }
        return out.bytes(answer.salt()).toBytes();
    }

    /** Reads an answer and puts its receipt back; {@link MalformedBytesException} where the bytes are none. */
    public static Answer decode(Bytes bytes, Bytes receipt) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the answer");
        if (version != VERSION) {
            throw new MalformedBytesException("a stored answer has version 1, this one has " + version);
        }
        try {
            RequestId id = new RequestId(in.u16("partition"), in.uuid("request id"));
            ModelRef model = new ModelRef(
                    in.text("model"),
                    new ModelVersion(in.u16("major version"), in.u8("minor version")),
                    in.digest("content id"));
            int count = in.count("number of outputs", SMALLEST_TENSOR);
            List<Tensor> outputs = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                outputs.add(Tensor.readFrom(in));
            }
            Answer answer = new Answer(id, model, List.copyOf(outputs), in.bytes("salt"), receipt);
            in.end("the stored answer");
            return answer;
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("the stored answer: " + e.getMessage());
        }
    }

    /** Bytes of tensors and receipt, for bounds. */
    static long size(Answer answer) {
        long sum = answer.receipt().length();
        for (Tensor output : answer.outputs()) {
            sum += output.data().length();
        }
        return sum;
    }
}
