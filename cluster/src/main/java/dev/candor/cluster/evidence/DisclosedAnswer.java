package dev.candor.cluster.evidence;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a receipt's digests hide, opened for whoever checks a proof of its answer:
 *
 * <pre>
 * u32 first | 16 salt | text model | text version | u8 mode | u32 count, inputs | u32 count, names of outputs | u32 count, answer
 * </pre>
 *
 * @param first sample of the batch that is the request's first
 * @param salt of the request
 * @param model as the caller named it
 * @param version as the caller named it
 * @param mode asked for
 * @param inputs as the caller sent them
 * @param outputs names that the caller asked for, none for all
 * @param answer as the caller got it
 */
public record DisclosedAnswer(
        int first,
        Bytes salt,
        String model,
        String version,
        VerificationMode mode,
        List<Tensor> inputs,
        List<String> outputs,
        List<Tensor> answer) {
    /** The least that a tensor takes: its name's length, datatype, rank and length of its data. */
    private static final int LEAST_TENSOR = 8;

    private static final int LEAST_TEXT = 2;

    /** Copies the lists. */
    public DisclosedAnswer {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        answer = List.copyOf(answer);
    }

    /** The request of which the receipt has a digest: priority, timeout and key of idempotency are no part of it. */
    InferenceRequest request() {
        return new InferenceRequest(model, version, inputs, outputs, 0, Optional.empty(), mode, Optional.empty());
    }

    void write(CanonicalWriter out) {
        if (salt.length() != Digests.SALT_SIZE) {
            throw new IllegalArgumentException("a salt has " + Digests.SALT_SIZE + " bytes, not " + salt.length());
        }
        out.u32(first).raw(salt).text(model).text(version).u8(mode.code());
        write(inputs, out);
        out.u32(outputs.size());
        outputs.forEach(out::text);
        write(answer, out);
    }

    static DisclosedAnswer read(CanonicalReader in) {
        return new DisclosedAnswer(
                in.u32("first sample"),
                in.raw("salt", Digests.SALT_SIZE),
                in.text("model"),
                in.text("version"),
                mode(in),
                tensors("inputs", in),
                names(in),
                tensors("answer", in));
    }

    private static VerificationMode mode(CanonicalReader in) {
        int code = in.u8("mode");
        return VerificationMode.ofCode(code)
                .orElseThrow(() -> new MalformedBytesException("mode " + code + " is unknown"));
    }

    private static void write(List<Tensor> tensors, CanonicalWriter out) {
        out.u32(tensors.size());
        tensors.forEach(each -> each.writeTo(out));
    }

    private static List<Tensor> tensors(String what, CanonicalReader in) {
        int count = in.count(what, LEAST_TENSOR);
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tensors.add(Tensor.readFrom(in));
        }
        return tensors;
    }

    private static List<String> names(CanonicalReader in) {
        int count = in.count("names of outputs", LEAST_TEXT);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.text("name of an output"));
        }
        return names;
    }
}
