package dev.candor.cluster.openai;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import org.jspecify.annotations.Nullable;

/** A request that cannot be served as it stands; it names the parameter. Without a stack trace, since it reports the caller's mistake. */
public final class OpenAiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final @Nullable String parameter;
    private final String code;

    private OpenAiException(String sentence, @Nullable String parameter, String code) {
        super(sentence, null, false, false);
        this.refusal = Refusal.of(ErrorCode.INVALID_REQUEST, sentence);
        this.parameter = parameter;
        this.code = code;
    }

    static OpenAiException field(String parameter, String sentence) {
        return new OpenAiException(sentence, parameter, "invalid_value");
    }

    static OpenAiException unsupported(String parameter, String sentence) {
        return new OpenAiException(sentence, parameter, "unsupported_parameter");
    }

    /** What to answer. */
    public Refusal refusal() {
        return refusal;
    }

    /** The parameter that is wrong. */
    public @Nullable String parameter() {
        return parameter;
    }

    /** OpenAI's code. */
    public String code() {
        return code;
    }
}
