package dev.candor.proving.epoch;

import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.randomness.SecureRandomness;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * What makes the commitment of one epoch hide the model, and is needed for every proof about it: the random coefficients of its rows and the
 * salts of its leaves. Together with the parameters it gives the committed rows again. As secret as the parameters, since a proof and this
 * give them away.
 */
public final class EpochSecret {

    private final Digest model;
    private final long epoch;
    private final Digest root;
    private final long[] coefficients;
    private final byte[] salts;

    /** The arrays are not copied. */
    public EpochSecret(Digest model, long epoch, Digest root, long[] coefficients, byte[] salts) {
        this.model = model;
        this.epoch = epoch;
        this.root = root;
        this.coefficients = coefficients;
        this.salts = salts;
    }

    /** The model's id. */
    public Digest model() {
        return model;
    }

    public long epoch() {
        return epoch;
    }

    /** The root that the rows have. */
    public Digest root() {
        return root;
    }

    /** The random coefficients, row after row; shared, to be read only. */
    public long[] coefficients() {
        return coefficients;
    }

    /** The salts, leaf after leaf; shared, to be read only. */
    public byte[] salts() {
        return salts;
    }

    /** Gives the commitment the randomness that it had, once. */
    public Randomness replay() {
        return new Replay(this);
    }

    @Override
    public String toString() {
        return "the secret of epoch " + epoch + " of model " + model;
    }

    /** Fresh randomness for one commitment, which is remembered. Not thread-safe. */
    public static final class Recorder implements Randomness {

        private final Randomness fresh = SecureRandomness.create();
        private final ByteArrayOutputStream salts = new ByteArrayOutputStream();
        private long[] coefficients = new long[1 << 10];
        private int count;

        @Override
        public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
            require(purpose, Purpose.ROW);
            fresh.elements(purpose, field, out, at, length);
            if (coefficients.length - count < length) {
                int size = Math.max(
                        Math.addExact(count, length), (int) Math.min(2L * coefficients.length, Integer.MAX_VALUE - 16));
                coefficients = Arrays.copyOf(coefficients, size);
            }
            System.arraycopy(out, at, coefficients, count, length);
            count += length;
        }

        @Override
        public void bytes(Purpose purpose, byte[] out, int at, int length) {
            require(purpose, Purpose.SALT);
            fresh.bytes(purpose, out, at, length);
            salts.write(out, at, length);
        }

        /** What was drawn. */
        public EpochSecret secret(Digest model, long epoch, Digest root) {
            return new EpochSecret(model, epoch, root, Arrays.copyOf(coefficients, count), salts.toByteArray());
        }

        @Override
        public String toString() {
            return "a source of secret randomness for one commitment";
        }
    }

    private static void require(Purpose purpose, Purpose expected) {
        if (purpose != expected) {
            throw new IllegalArgumentException("The commitment of a model draws no randomness for " + purpose + ".");
        }
    }

    private static final class Replay implements Randomness {

        private final EpochSecret secret;
        private int nextCoefficient;
        private int nextSalt;

        Replay(EpochSecret secret) {
            this.secret = secret;
        }

        @Override
        public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
            require(purpose, Purpose.ROW);
            if (secret.coefficients.length - nextCoefficient < length) {
                throw new IllegalArgumentException("The secret of the epoch has too few random coefficients.");
            }
            System.arraycopy(secret.coefficients, nextCoefficient, out, at, length);
            nextCoefficient += length;
        }

        @Override
        public void bytes(Purpose purpose, byte[] out, int at, int length) {
            require(purpose, Purpose.SALT);
            if (secret.salts.length - nextSalt < length) {
                throw new IllegalArgumentException("The secret of the epoch has too few salts.");
            }
            System.arraycopy(secret.salts, nextSalt, out, at, length);
            nextSalt += length;
        }

        @Override
        public String toString() {
            return "the randomness of a commitment";
        }
    }
}
