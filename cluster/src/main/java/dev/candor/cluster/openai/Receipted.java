package dev.candor.cluster.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.util.Base64;
import java.util.List;

/**
 * The field {@code candor} of an answer: its receipt, and the exchange that the receipt covers in the form that {@code candor receipt verify} and
 * {@code scripts/verify_receipt.py} read.
 */
public final class Receipted {
    private Receipted() {}

    /** What an answer says of its receipt. */
    public static ObjectNode of(InferenceRequest asked, InferenceOutcome.Answered answered) {
        Answer answer = answered.answer();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("receipted", true)
                .put("receipt", base64(answer.receipt()))
                .put("request_id", answer.id().toString())
                .put("model_version", answer.model().version().toString())
                .put("content_id", answer.model().contentId().toHex())
                .put("replayed", answered.replayed());
        ObjectNode exchange =
                json.putObject("exchange").put("model", asked.model()).put("version", asked.version());
        tensors(exchange.putObject("request").putArray("inputs"), asked.inputs());
        ObjectNode response = exchange.putObject("response")
                .put("model_name", answer.model().name())
                .put("model_version", answer.model().version().toString());
        response.putObject("parameters")
                .put("candor_request_id", answer.id().toString())
                .put("candor_receipt", base64(answer.receipt()))
                .put("candor_salt", base64(answer.salt()));
        tensors(response.putArray("outputs"), answer.outputs());
        return json;
    }

    /** Seconds since 1970 when the answer was given, by its receipt: the same for a replay. */
    static long created(InferenceOutcome.Answered answered) {
        return Receipt.parse(answered.answer().receipt()).leaf().answeredAt() / 1000;
    }

    private static void tensors(ArrayNode into, List<Tensor> tensors) {
        for (Tensor tensor : tensors) {
            ObjectNode json = into.addObject()
                    .put("name", tensor.name())
                    .put("datatype", tensor.datatype().name());
            tensor.shape().toList().forEach(json.putArray("shape")::add);
            json.put("raw", base64(tensor.data()));
        }
    }

    static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }
}
