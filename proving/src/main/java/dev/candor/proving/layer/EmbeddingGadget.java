package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Embedding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y(b, t, j) = W(x(b, t), j)} for public tokens x: the matrix product of W and the public matrix that has a 1 at (b, t, x(b, t)), so
 * the coefficient of row k of W is the sum of those of the places (b, t) at which token k stands.
 *
 * <p>Unique: a function of the tokens and W, whose cells are in the range that the registration shows.
 */
final class EmbeddingGadget implements Gadget {

    private final int node;
    private final Embedding embedding;
    private final int samples;
    private final Shape shape;
    private final Tokens tokens;
    private final Segment weights;

    /** Gives the tokens of all samples. */
    @FunctionalInterface
    interface Tokens {
        long[] of(Session session);
    }

    EmbeddingGadget(int node, Embedding embedding, int samples, Tokens tokens, Shape shape) {
        this.node = node;
        this.embedding = embedding;
        this.samples = samples;
        this.tokens = tokens;
        this.shape = shape;
        this.weights = ParameterSegments.weights(node, embedding.tokens(), embedding.columns());
    }

    @Override
    public List<Segment> parameters() {
        return List.of(weights);
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights coefficients, @Nullable NetworkWitness witness) {
        Field f = session.field();
        Weights known = coefficients.by(f, shape.sizes());
        if (!known.has(shape.rank())) {
            throw new UnprovableException(
                    "node " + node + " (embedding): its output is reshaped before it is requantised");
        }
        ExtensionVector counts = counts(session, rows, known.outer(f, 1));
        MatrixProduct.AtPoint atPoint =
                inner -> LinearForm.constant(f.kernels().innerProduct(counts, 0, inner, 0, embedding.tokens()));
        MatrixProduct.Known proving = witness == null ? null : known(counts, witness);
        return new MatrixProduct(weights).run(session, known.last(), atPoint, proving);
    }

    /** For each token the sum of the coefficients of its places. */
    private ExtensionVector counts(Session session, Point rows, ExtensionVector outer) {
        Field f = session.field();
        long[] x = tokens.of(session);
        ExtensionVector heads = rows.table(f, samples);
        ExtensionVector counts = new ExtensionVector(embedding.tokens());
        for (int i = 0; i < x.length; i++) {
            Extension coefficient = f.mul(heads.get(i / outer.size()), outer.get(i % outer.size()));
            int token = Math.toIntExact(x[i]);
            counts.set(token, f.add(counts.get(token), coefficient));
        }
        return counts;
    }

    private MatrixProduct.Known known(ExtensionVector counts, NetworkWitness witness) {
        return new MatrixProduct.Known() {
            @Override
            public ExtensionVector activations() {
                return counts.copyOfRange(0, counts.size());
            }

            @Override
            public byte[] weights() {
                return ParameterSegments.transposed(
                        witness.network().parameters(node).weights(), embedding.tokens(), embedding.columns());
            }
        };
    }
}
