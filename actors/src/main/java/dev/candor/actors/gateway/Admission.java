package dev.candor.actors.gateway;

import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.value.Digest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether a caller can pay for an answer. What it may cost at most is reserved before anything runs. Thread-safe; nothing here blocks. */
public interface Admission {
    /** Where nothing costs anything. */
    Admission FREE = new Admission() {
        @Override
        public Optional<Reservation> reserve(Digest caller, ModelRef model, VerificationMode mode) {
            return Optional.of(Reservation.NOTHING);
        }

        @Override
        public CompletionStage<Reservation> await(Digest caller, ModelRef model, VerificationMode mode) {
            return CompletableFuture.completedStage(Reservation.NOTHING);
        }
    };

    /**
     * Reserves what an answer may cost, from what is at hand.
     *
     * @param caller pseudonym
     * @return empty where nothing is at hand: {@link #await} asks for more
     */
    Optional<Reservation> reserve(Digest caller, ModelRef model, VerificationMode mode);

    /** As {@link #reserve}, once more is at hand; fails with a {@link RefusedException} where the caller cannot pay. */
    CompletionStage<Reservation> await(Digest caller, ModelRef model, VerificationMode mode);

    /** What is reserved for a request. It is spent unless it is released. */
    @FunctionalInterface
    interface Reservation {
        /** Nothing is reserved. */
        Reservation NOTHING = () -> {};

        /** No receipt of the request will be charged. Later calls do nothing. */
        void release();
    }
}
