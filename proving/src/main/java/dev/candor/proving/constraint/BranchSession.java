package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.parallel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A branch as it runs: the transcript, the pads and what is demanded. The two sides differ only in where a message comes from. Used by
 * one thread.
 */
public abstract sealed class BranchSession implements Session {

    /** An equation of a branch, with what it is for. */
    public record Equation(Check check, LinearForm form) {}

    private final Field field;
    private final BranchPlan plan;
    private final List<long[]> publicTensors;
    private final BranchChallenges transcript;
    private final List<Equation> equations = new ArrayList<>();
    private final List<Product> products = new ArrayList<>();
    private int pads;

    private BranchSession(Start start) {
        this.field = start.field;
        this.plan = start.plan;
        this.publicTensors = start.publicTensors;
        this.transcript = start.challenges;
    }

    /**
     * What both sides start a branch with.
     *
     * @param challenges where messages go and challenges come from
     * @param publicTensors in the order of their numbers
     */
    public record Start(Field field, BranchPlan plan, BranchChallenges challenges, List<long[]> publicTensors) {

        /**
         * The start by Fiat-Shamir.
         *
         * @param sigma the state of the main transcript after the commitments
         * @param index of the branch in the proof
         */
        public static Start of(Field field, BranchPlan plan, Digest sigma, int index, List<long[]> publicTensors) {
            return new Start(field, plan, BranchTranscript.start(field, plan, sigma, index), publicTensors);
        }
    }

    /** The prover's side. */
    public static final class Proving extends BranchSession {

        private final ExtensionVector pads;
        private final int offset;
        private final ExtensionVector sent;
        private final Workers workers;
        private int messages;

        /**
         * A branch that sends.
         *
         * @param pads the values of all pad cells of the proof; secret
         */
        public Proving(Start start, ExtensionVector pads) {
            this(start, pads, 0, Workers.ONE);
        }

        private Proving(Start start, ExtensionVector pads, int offset, Workers workers) {
            super(start);
            this.pads = pads;
            this.offset = offset;
            this.sent = new ExtensionVector(start.plan.messages());
            this.workers = workers;
        }

        /**
         * A branch that knows no pads but its own.
         *
         * @param pads the values of the pad cells of this branch; secret
         */
        public static Proving ofOwnPads(Start start, ExtensionVector pads, Workers workers) {
            return new Proving(start, pads, start.plan.firstPad(), workers);
        }

        @Override
        public Workers workers() {
            return workers;
        }

        @Override
        protected Extension value(int pad) {
            return pads.get(pad - offset);
        }

        @Override
        protected List<Extension> payload(int count, int firstPad, Supplier<List<Extension>> values) {
            List<Extension> plain = values.get();
            List<Extension> padded = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Extension hidden = field().sub(plain.get(i), value(firstPad + i));
                padded.add(hidden);
                sent.set(messages++, hidden);
            }
            return padded;
        }

        /** All messages, padded, in order. */
        public ExtensionVector sent() {
            return sent;
        }
    }

    /** The verifier's side. */
    public static final class Verifying extends BranchSession {

        private final ExtensionVector received;
        private int messages;

        /**
         * A branch that reads.
         *
         * @param received the messages of the branch, exactly as many as planned
         */
        public Verifying(Start start, ExtensionVector received) {
            super(start);
            if (received.size() != start.plan.messages()) {
                throw new IllegalArgumentException(
                        "A branch of " + start.plan.messages() + " messages is given " + received.size() + ".");
            }
            this.received = received;
        }

        @Override
        protected Extension value(int pad) {
            return Extension.ZERO;
        }

        @Override
        protected List<Extension> payload(int count, int firstPad, Supplier<List<Extension>> values) {
            List<Extension> padded = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                padded.add(received.get(messages++));
            }
            return padded;
        }
    }

    /** The value of a pad cell, or zero where it is not known. */
    protected abstract Extension value(int pad);

    /** The padded values of the next message. */
    protected abstract List<Extension> payload(int count, int firstPad, Supplier<List<Extension>> values);

    @Override
    public Field field() {
        return field;
    }

    @Override
    public long[] publicTensor(int number, int size) {
        long[] tensor = publicTensors.get(number);
        if (tensor.length != size) {
            throw new IllegalArgumentException(
                    "Public tensor " + number + " has " + tensor.length + " elements instead of " + size + ".");
        }
        return tensor;
    }

    @Override
    public ExtensionVector challenges(String label, int count) {
        return transcript.challenges(label, count);
    }

    @Override
    public List<Hidden> messages(String label, int count, Supplier<List<Extension>> values) {
        int first = plan.firstPad() + pads;
        pads += count;
        List<Extension> padded = payload(count, first, values);
        transcript.absorb(label, ExtensionVector.of(padded.toArray(Extension[]::new)));
        List<Hidden> hidden = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            hidden.add(new Hidden(
                    LinearForm.pad(first + i).plus(field, padded.get(i)), field.add(padded.get(i), value(first + i))));
        }
        return hidden;
    }

    @Override
    public void zero(Check check, LinearForm form) {
        equations.add(new Equation(check, form));
    }

    @Override
    public void product(Check check, Quadratic form, List<Hidden> factors, Hidden product) {
        List<Hidden> masks = new ArrayList<>(factors.size());
        for (int i = 0; i < factors.size(); i++) {
            int cell = plan.firstPad() + pads++;
            masks.add(new Hidden(LinearForm.pad(cell), value(cell)));
        }
        List<Hidden> terms =
                messages(BranchTranscript.CROSS_TERMS, 2, () -> Product.crossTerms(field, form, factors, masks));
        products.add(new Product(check, form, factors, product, masks, terms.getFirst(), terms.getLast()));
    }

    /** The digest of all messages of the branch, once it has run to its end. */
    public Digest finish() {
        return transcript.finish();
    }

    /** The equations, in the order in which they were demanded. */
    public List<Equation> equations() {
        return equations;
    }

    /** The products, in the order in which they were demanded. */
    public List<Product> products() {
        return products;
    }
}
