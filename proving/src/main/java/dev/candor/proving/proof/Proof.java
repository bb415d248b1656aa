package dev.candor.proving.proof;

import dev.candor.proving.commitment.OpenedColumns;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.hash.Digest;
import java.util.List;

/**
 * A proof. Its vectors are shared and not changed.
 *
 * @param root root 0
 * @param messages the padded messages of each branch
 * @param openings the opened factors of all products
 * @param proximity v
 * @param linear q
 * @param nonce the work
 * @param columns the opened columns of each root
 */
public record Proof(
        Digest root,
        List<ExtensionVector> messages,
        ExtensionVector openings,
        ExtensionVector proximity,
        ExtensionVector linear,
        long nonce,
        List<OpenedColumns> columns) {
    public Proof {
        messages = List.copyOf(messages);
        columns = List.copyOf(columns);
    }
}
