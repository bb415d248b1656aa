package dev.candor.proving.constraint;

import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.hash.Digest;

/** Where the messages of a branch go and its challenges come from: a transcript, or, to study what is hidden, fixed challenges. */
public interface BranchChallenges {

    void absorb(String label, ExtensionVector values);

    ExtensionVector challenges(String label, int count);

    /** The digest of all messages, once the branch is at its end. */
    Digest finish();
}
