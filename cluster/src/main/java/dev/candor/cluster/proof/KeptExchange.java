package dev.candor.cluster.proof;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;

/**
 * What a proof job needs of its request, kept until the job ends: {@code u8 1 | 16 salt | text model | text version | u8 mode | input | answer}. The salt makes its
 * content id tell nothing of the input.
 *
 * @param salt of the request
 * @param model as the caller named it
 * @param version as the caller named it
 * @param mode asked for
 * @param input the model's one
 * @param answer the model's one
 */
record KeptExchange(Bytes salt, String model, String version, VerificationMode mode, Tensor input, Tensor answer) {
    private static final int VERSION = 1;

    byte[] encode() {
        CanonicalWriter out = new CanonicalWriter(
                        256 + input.data().length() + answer.data().length())
                .u8(VERSION)
                .raw(salt)
                .text(model)
                .text(version)
                .u8(mode.code());
        input.writeTo(out);
        answer.writeTo(out);
        return out.toBytes().toArray();
    }

    static KeptExchange decode(byte[] bytes) {
        CanonicalReader in = new CanonicalReader(Bytes.wrap(bytes));
        int form = in.u8("version of the exchange");
        if (form != VERSION) {
            throw new MalformedBytesException("an exchange of version " + form + " is not known");
        }
        KeptExchange exchange = new KeptExchange(
                in.raw("salt", Digests.SALT_SIZE),
                in.text("model"),
                in.text("version"),
                mode(in.u8("mode")),
                Tensor.readFrom(in),
                Tensor.readFrom(in));
        in.end("the exchange");
        return exchange;
    }

    private static VerificationMode mode(int code) {
        return VerificationMode.ofCode(code)
                .orElseThrow(() -> new MalformedBytesException("mode " + code + " is unknown"));
    }
}
