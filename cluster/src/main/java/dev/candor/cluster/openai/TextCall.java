package dev.candor.cluster.openai;

import dev.candor.cluster.language.GenerationRequest;
import java.util.Optional;

/**
 * A request for text as OpenAI's clients send it.
 *
 * @param chat whether to a dialogue ({@code /v1/chat/completions}), else to a text
 * @param request what is asked
 * @param stream whether the text is wanted while it is written
 * @param includeUsage whether a stream ends with the tokens used
 * @param tool the function whose arguments come out, where one is forced
 */
public record TextCall(
        boolean chat, GenerationRequest request, boolean stream, boolean includeUsage, Optional<String> tool) {}
