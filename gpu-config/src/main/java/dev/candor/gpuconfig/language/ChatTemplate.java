package dev.candor.gpuconfig.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a dialogue becomes tokens: each message is its role's special token, its text and the end token; the answer's role token comes last. Immutable.
 *
 * @param roles special token of each role that messages may have
 * @param answer special token behind which the model writes
 * @param end special token behind each message
 */
public record ChatTemplate(Map<String, Integer> roles, int answer, int end) {
    /** Copies the roles. */
    public ChatTemplate {
        roles = Map.copyOf(roles);
    }

    /**
     * One message.
     *
     * @param role one of the template's
     * @param text what it says
     */
    public record Message(String role, String text) {}

    /** The prompt for an answer to {@code messages}; an unknown role is an {@link IllegalArgumentException}. */
    public int[] prompt(List<Message> messages, Tokenizer tokenizer) {
        List<int[]> parts = new ArrayList<>();
        int length = 1;
        for (Message message : messages) {
            Integer role = roles.get(message.role());
            if (role == null) {
                throw new IllegalArgumentException("a message has the role \"" + message.role() + "\"; the roles are "
                        + roles.keySet().stream().sorted().toList());
            }
            int[] text = tokenizer.encode(message.text());
            int[] part = new int[text.length + 2];
            part[0] = role;
            System.arraycopy(text, 0, part, 1, text.length);
            part[part.length - 1] = end;
            parts.add(part);
            length += part.length;
        }
        int[] prompt = new int[length];
        int at = 0;
        for (int[] part : parts) {
            System.arraycopy(part, 0, prompt, at, part.length);
            at += part.length;
        }
        prompt[at] = answer;
        return prompt;
    }
}
