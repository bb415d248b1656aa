package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.RequestId;
import java.util.Base64;

/** Where a receipt is, in JSON. */
final class FinalityJson {
    private FinalityJson() {}

    static ObjectNode of(RequestId id, FinalityLookup.Finality finality) {
        ObjectNode json = Json.object()
                .put("request_id", id.toString())
                .put("status", finality.block().isPresent() ? "final" : "committed")
                .put("partition", finality.partition())
                .put("sequence_nr", finality.sequenceNr());
        finality.block()
                .ifPresent(block -> json.put("chain", block.chain().toHex())
                        .put("height", block.height())
                        .put("block", block.hash().toHex())
                        .put("time", block.time())
                        .put("signatures", block.signatures())
                        .put(
                                "certificate",
                                Base64.getEncoder()
                                        .encodeToString(block.certificate().toArray())));
        return json;
    }
}
