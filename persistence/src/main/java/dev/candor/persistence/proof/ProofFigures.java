package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.value.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the proofs of one model in one slice, or in several together.
 *
 * @param waiting jobs that are not proven yet
 * @param verified jobs whose proofs were verified, of those that are still shown
 * @param ended jobs without a proof that ended otherwise, of those that are still shown
 * @param proofs the last proofs, each once
 */
public record ProofFigures(int waiting, int verified, int ended, List<ProofRef> proofs) implements CborSerializable {
    private static final int MOST_PROOFS = 256;

    /** Copies the list. */
    public ProofFigures {
        proofs = List.copyOf(proofs);
    }

    /** Nothing. */
    public static final ProofFigures NONE = new ProofFigures(0, 0, 0, List.of());

    static ProofFigures of(ProofState state, Digest contentId) {
        int waiting = 0;
        int verified = 0;
        int ended = 0;
        List<ProofRef> proofs = new ArrayList<>();
        for (JobState each : state.jobs()) {
            if (!each.job().model().contentId().equals(contentId)) {
                continue;
            }
            switch (each.phase()) {
                case QUEUED, LEASED, PROVED -> waiting++;
                case VERIFIED, SETTLED -> verified++;
                case EXPIRED, REJECTED, CANCELLED -> ended++;
            }
            each.proof().filter(proof -> !proofs.contains(proof)).ifPresent(proofs::add);
        }
        return new ProofFigures(
                waiting, verified, ended, proofs.subList(Math.max(0, proofs.size() - MOST_PROOFS), proofs.size()));
    }

    /** Both together. */
    public ProofFigures plus(ProofFigures other) {
        List<ProofRef> all = new ArrayList<>(proofs);
        all.addAll(other.proofs);
        return new ProofFigures(waiting + other.waiting, verified + other.verified, ended + other.ended, all);
    }
}
