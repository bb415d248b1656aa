package dev.candor.cluster.proof;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a proof job needs of its request, kept until the job ends: {@code u8 2 | 16 salt | text model | text version | u8 mode | u16 count, names of outputs | input |
 * answer}; in version 1 the names are missing, as if all outputs were asked for. The salt makes its content id tell nothing of the input.
 *
 * @param salt of the request
 * @param model as the caller named it
 * @param version as the caller named it
 * @param mode asked for
 * @param outputs names that the caller asked for, none for all
 * @param input the model's one
 * @param answer the model's one
 */
record KeptExchange(
        Bytes salt,
        String model,
        String version,
        VerificationMode mode,
        List<String> outputs,
        Tensor input,
        Tensor answer) {
    private static final int VERSION = 2;
    private static final int WITHOUT_OUTPUTS = 1;

    KeptExchange {
        outputs = List.copyOf(outputs);
    }

    byte[] encode() {
        CanonicalWriter out = new CanonicalWriter(
                        256 + input.data().length() + answer.data().length())
                .u8(VERSION)
                .raw(salt)
                .text(model)
                .text(version)
                .u8(mode.code())
                .u16(outputs.size());
        outputs.forEach(out::text);
        input.writeTo(out);
        answer.writeTo(out);
        return out.toBytes().toArray();
    }

    static KeptExchange decode(byte[] bytes) {
        CanonicalReader in = new CanonicalReader(Bytes.wrap(bytes));
        int form = in.u8("version of the exchange");
        if (form != VERSION && form != WITHOUT_OUTPUTS) {
            throw new MalformedBytesException("an exchange of version " + form + " is not known");
        }
        KeptExchange exchange = new KeptExchange(
                in.raw("salt", Digests.SALT_SIZE),
                in.text("model"),
                in.text("version"),
                mode(in.u8("mode")),
                form == WITHOUT_OUTPUTS ? List.of() : names(in),
                Tensor.readFrom(in),
                Tensor.readFrom(in));
        in.end("the exchange");
        return exchange;
    }

    private static List<String> names(CanonicalReader in) {
        int count = in.u16("number of outputs");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.text("name of an output"));
        }
        return names;
    }

    private static VerificationMode mode(int code) {
        return VerificationMode.ofCode(code)
                .orElseThrow(() -> new MalformedBytesException("mode " + code + " is unknown"));
    }
}
