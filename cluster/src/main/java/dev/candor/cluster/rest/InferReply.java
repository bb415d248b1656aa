package dev.candor.cluster.rest;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.tensor.Tensor;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.http.Utf8Buffer;
import java.util.Base64;
import java.util.List;

/**
 * Renders an answer. The body depends on the committed answer and on how it is wanted, and on nothing else: whether it is a replay, and where the
 * time went, stands in headers.
 */
final class InferReply {
    private static final byte[] RECEIPT = Utf8Buffer.ascii("Candor-Receipt");
    private static final byte[] REQUEST_ID = Utf8Buffer.ascii("Candor-Request-Id");
    private static final byte[] REPLAYED = Utf8Buffer.ascii("Candor-Replayed");
    private static final byte[] JSON_LENGTH = Utf8Buffer.ascii("Inference-Header-Content-Length");
    private static final byte[] SERVER_TIMING = Utf8Buffer.ascii("Server-Timing");
    private static final byte[] QUEUE = Utf8Buffer.ascii("queue;dur=");
    private static final byte[] BATCH = Utf8Buffer.ascii(", batch;dur=");
    private static final byte[] RUN = Utf8Buffer.ascii(", run;dur=");
    private static final byte[] COMMIT = Utf8Buffer.ascii(", commit;dur=");
    private static final byte[] MODEL = Utf8Buffer.ascii("{\"model_name\":");
    private static final byte[] VERSION = Utf8Buffer.ascii(",\"model_version\":\"");
    private static final byte[] ID = Utf8Buffer.ascii("\",\"id\":");
    private static final byte[] PARAMETERS = Utf8Buffer.ascii(",\"parameters\":{\"candor_request_id\":\"");
    private static final byte[] RECEIPT_FIELD = Utf8Buffer.ascii("\",\"candor_receipt\":\"");
    private static final byte[] SALT_FIELD = Utf8Buffer.ascii("\",\"candor_salt\":\"");
    private static final byte[] CACHED = Utf8Buffer.ascii("\",\"candor_cached\":true},\"outputs\":[");
    private static final byte[] OUTPUTS = Utf8Buffer.ascii("\"},\"outputs\":[");
    private static final byte[] NAME = Utf8Buffer.ascii("{\"name\":");
    private static final byte[] DATATYPE = Utf8Buffer.ascii(",\"datatype\":\"");
    private static final byte[] SHAPE = Utf8Buffer.ascii("\",\"shape\":[");
    private static final byte[] DATA = Utf8Buffer.ascii("],\"data\":");
    private static final byte[] BINARY_SIZE = Utf8Buffer.ascii("],\"parameters\":{\"binary_data_size\":");
    private static final byte[] END = Utf8Buffer.ascii("]}");

    private InferReply() {}

    /**
     * Renders an answer into this thread's reply.
     *
     * @param labels of the model's first output
     * @param firstOutput the name of the model's first output, or empty where there are no labels
     * @throws dev.candor.actors.inference.RefusedException where an output cannot be had as it is wanted
     */
    static HttpReply render(
            InferenceOutcome.Answered outcome, ParsedInference wanted, List<String> labels, String firstOutput) {
        Answer answer = outcome.answer();
        HttpReply reply = HttpReply.start(200);
        Utf8Buffer body = reply.body();
        String requestId = answer.id().toString();
        byte[] receipt = Base64.getEncoder().encode(answer.receipt().toArray());

        body.raw(MODEL).jsonString(answer.model().name()).raw(VERSION);
        body.printable(answer.model().version().toString());
        if (wanted.id().isPresent()) {
            body.raw(ID).jsonString(wanted.id().get());
        } else {
            body.character('"');
        }
        body.raw(PARAMETERS).printable(requestId);
        body.raw(RECEIPT_FIELD).raw(receipt);
        body.raw(SALT_FIELD).raw(Base64.getEncoder().encode(answer.salt().toArray()));
        body.raw(Receipt.saysCached(answer.receipt()) ? CACHED : OUTPUTS);
        boolean binary = false;
        for (int place = 0; place < answer.outputs().size(); place++) {
            Tensor output = answer.outputs().get(place);
            OutputWish wish = wanted.wish(place, output.name());
            if (place > 0) {
                body.character(',');
            }
            Tensor shown = wish.classes() == 0
                    ? output
                    : Classification.of(output, wish.classes(), output.name().equals(firstOutput) ? labels : List.of());
            output(shown, wish.binary(), reply);
            binary |= wish.binary();
        }
        body.raw(END);

        if (binary) {
            reply.contentType(HttpReply.OCTETS).header(JSON_LENGTH, body.length());
        }
        reply.header(REQUEST_ID, requestId);
        receiptHeader(receipt, reply);
        if (outcome.replayed()) {
            reply.header(REPLAYED, "true");
        }
        timing(outcome.timings(), reply);
        return reply;
    }

    private static void output(Tensor tensor, boolean binary, HttpReply reply) {
        Utf8Buffer body = reply.body();
        body.raw(NAME)
                .jsonString(tensor.name())
                .raw(DATATYPE)
                .printable(tensor.datatype().name());
        body.raw(SHAPE);
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
            if (axis > 0) {
                body.character(',');
            }
            body.decimal(tensor.shape().at(axis));
        }
        if (binary) {
            body.raw(BINARY_SIZE).decimal(tensor.data().length()).character('}');
            reply.append(tensor.data());
        } else {
            body.raw(DATA);
            TensorRenderer.render(tensor, body);
        }
        body.character('}');
    }

    /** Adds the receipt, given in plain base64, as base64url without padding. */
    static void receiptHeader(byte[] base64, HttpReply reply) {
        Utf8Buffer header = reply.beginHeader(RECEIPT);
        for (byte b : base64) {
            if (b != '=') {
                header.character(b == '+' ? '-' : b == '/' ? '_' : (char) b);
            }
        }
        reply.endHeader();
    }

    private static void timing(Timings timings, HttpReply reply) {
        Utf8Buffer header = reply.beginHeader(SERVER_TIMING);
        header.raw(QUEUE).milliseconds(timings.queue());
        header.raw(BATCH).milliseconds(timings.batch());
        header.raw(RUN).milliseconds(timings.run());
        header.raw(COMMIT).milliseconds(timings.commit());
        reply.endHeader();
    }
}
