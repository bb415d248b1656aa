package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.HttpExchange;
import dev.candor.cluster.opengradient.AnswerSigning;
import dev.candor.cluster.opengradient.SignedAnswers;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * What OpenGradient's clients look for in an answer of text beside OpenAI's fields. They say by a header how a payment is to be settled; nothing is paid here by that
 * header, it only tells them from others.
 *
 * @param body of the request, as it came
 * @param signing signs the answer
 * @param threads to sign on: an RSA signature takes a millisecond
 */
record SettledText(ObjectNode body, AnswerSigning signing, Executor threads) {
    private static final AsciiString SETTLEMENT = AsciiString.cached("x-settlement-type");
    private static final Set<String> TYPES = Set.of("private", "batch", "individual");

    /** Of a request of such a client; empty for others. */
    static Optional<SettledText> of(HttpExchange exchange, ObjectNode body, AnswerSigning signing, Executor threads) {
        String type = exchange.header(SETTLEMENT);
        if (type == null) {
            return Optional.empty();
        }
        if (!TYPES.contains(type)) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "X-SETTLEMENT-TYPE is private, batch or individual");
        }
        return Optional.of(new SettledText(body, signing, threads));
    }

    /**
     * Adds the fields to a whole answer, or to the last event of a stream.
     *
     * @param text all of it
     */
    CompletionStage<ObjectNode> signed(ObjectNode json, String text) {
        JsonNode choice = json.at("/choices/0");
        JsonNode tools = choice.at("/message/tool_calls");
        String output = choice.path("finish_reason").asText().equals("tool_calls") && tools.isArray()
                ? SignedAnswers.output(tools)
                : text;
        if (choice.has("text")) {
            json.put("completion", text);
        }
        return signing.answers().thenApplyAsync(answers -> json.setAll(answers.sign(body, output)), threads);
    }
}
