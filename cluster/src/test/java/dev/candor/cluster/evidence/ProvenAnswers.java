package dev.candor.cluster.evidence;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.budget.OpeningBudget;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.ModelOwner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Answers of a small exact network, their receipts, and proofs of them. */
final class ProvenAnswers {
    static final Digest MODEL = Digest.sha256(Bytes.ofHex("4d"));
    static final Digest CALLER = Digest.sha256(Bytes.ofHex("c0"));
    static final Digest NETWORK = Digest.sha256(Bytes.ofHex("01"));
    static final int WIDTH = 3;
    static final int PROOFS = 3;

    private static final CodeParameters SMALL = CodeParameters.forOpenings(256, 2048, PROOFS, 0);
    private static final Bytes SALT = Bytes.wrap(new byte[Digests.SALT_SIZE]);

    final SigningKey executor = SigningKey.generate(new SecureRandom());
    final ModelOwner owner = owner(5);
    final long[] input = {1, 2, 3};
    final long[] output = output(input);
    private final Digest network;
    private long number;

    ProvenAnswers(Digest network) {
        this.network = network;
    }

    /** Weights of the same architecture for every seed. */
    static ModelOwner owner(long seed) {
        IntegerNetwork network = Networks.random(
                new Input(dev.candor.proving.network.Shape.of(WIDTH), new Range(0, 127), 1),
                Networks.chain(new Dense(WIDTH, 2), new Requantise(1, 12, 0, 127), new Dense(2, 2)),
                new Random(seed));
        return ModelOwner.commit(Goldilocks.INSTANCE, network, SMALL, SecureRandomness::create);
    }

    /** What the network gives. */
    long[] output(long... numbers) {
        return ReferenceExecution.run(owner.network(), numbers.length / WIDTH, numbers)
                .output();
    }

    static Tensor tensor(String name, long... numbers) {
        ByteBuffer data = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(numbers).forEach(each -> data.putFloat((float) each));
        return new Tensor(name, DataType.FP32, Shape.of(1, numbers.length), Bytes.wrap(data.array()));
    }

    /** A request's digests opened. */
    static DisclosedAnswer disclosed(int first, long[] asked, long... answered) {
        return new DisclosedAnswer(
                first,
                SALT,
                "net",
                "",
                VerificationMode.ZKML,
                List.of(tensor("x", asked)),
                List.of(),
                List.of(tensor("y", answered)));
    }

    /** The receipt of an answer. */
    Receipt receipt(DisclosedAnswer disclosed, ReceiptLeaf.Arithmetic arithmetic) {
        number++;
        InferenceRequest request = disclosed.request();
        ReceiptLeaf leaf = new ReceiptLeaf(
                network,
                executor.publicKey().id(),
                new RequestId(0, new UUID(0x0190_0000_0000_7000L + number, 0x8000_0000_0000_0000L | number)),
                CALLER,
                new ModelRef("net", new ModelVersion(1, 0), MODEL),
                Digests.salted(SALT, Digests.request(request)),
                Digests.salted(SALT, Digests.answer(disclosed.answer())),
                VerificationMode.ZKML,
                VerificationMode.VANILLA,
                arithmetic,
                "cpu:0",
                1_790_000_000_000L + number);
        return Receipt.parse(
                new Ed25519BatchSigner(network, executor).sign(List.of(leaf)).getFirst());
    }

    Receipt receipt(DisclosedAnswer disclosed) {
        return receipt(disclosed, ReceiptLeaf.Arithmetic.EXACT);
    }

    /** The receipt of the network's answer to {@link #input}. */
    Receipt receipt() {
        return receipt(disclosed(0, input, output));
    }

    /** A proof by {@code owner} for a batch of which every sample is {@code receipt}'s. */
    static ProofEvidence prove(
            ModelOwner owner, int opening, DisclosedAnswer disclosed, Receipt receipt, long... numbers) {
        int samples = numbers.length / WIDTH;
        return prove(
                owner,
                opening,
                disclosed,
                Collections.nCopies(samples, ProofEvidence.requestId(receipt.toBytes())),
                false,
                numbers);
    }

    static ProofEvidence prove(
            ModelOwner owner,
            int opening,
            DisclosedAnswer disclosed,
            List<dev.candor.proving.hash.Digest> requests,
            boolean hidden,
            long... numbers) {
        OpeningBudget budget = new OpeningBudget() {
            @Override
            public long next() {
                return opening;
            }

            @Override
            public long left() {
                return 1;
            }
        };
        try {
            ExecutionProver.Proven proven = new ExecutionProver(
                            owner, numbers.length / WIDTH, hidden, budget, SecureRandomness::create)
                    .prove(numbers, requests);
            return new ProofEvidence(
                    owner.commitment(),
                    owner.root(),
                    disclosed,
                    proven.claim(),
                    Bytes.wrap(ProofFile.encode(proven.proof())));
        } catch (BudgetException e) {
            throw new AssertionError(e);
        }
    }
}
