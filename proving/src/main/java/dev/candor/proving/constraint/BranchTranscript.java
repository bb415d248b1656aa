package dev.candor.proving.constraint;

import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.transcript.Schedule;
import dev.candor.proving.transcript.Transcript;

/** How the transcript of a branch begins, and the names of messages that every branch may have. */
final class BranchTranscript {

    static final String CROSS_TERMS = "product/cross-terms";

    private static final String SIGMA = "sigma";
    private static final String INDEX = "index";

    private BranchTranscript() {}

    static Schedule.Builder begin(String name) {
        return Schedule.named("branch/" + name).digest(SIGMA).number(INDEX);
    }

    static BranchChallenges start(Field field, BranchPlan plan, Digest sigma, int index) {
        Transcript transcript = new Transcript(field, plan.schedule());
        transcript.absorbDigest(SIGMA, sigma);
        transcript.absorbNumber(INDEX, index);
        return new BranchChallenges() {
            @Override
            public void absorb(String label, ExtensionVector values) {
                transcript.absorbExtensions(label, values);
            }

            @Override
            public ExtensionVector challenges(String label, int count) {
                return transcript.challengeExtensions(label, count);
            }

            @Override
            public Digest finish() {
                return transcript.finish();
            }
        };
    }
}
