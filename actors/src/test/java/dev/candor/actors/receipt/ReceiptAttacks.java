package dev.candor.actors.receipt;

import static dev.candor.actors.receipt.ReceiptFixtures.ANSWERED_AT;
import static dev.candor.actors.receipt.ReceiptFixtures.EXECUTOR;
import static dev.candor.actors.receipt.ReceiptFixtures.NETWORK;
import static dev.candor.actors.receipt.ReceiptFixtures.OTHER_EXECUTOR;
import static dev.candor.actors.receipt.ReceiptFixtures.OTHER_NETWORK;
import static dev.candor.actors.receipt.ReceiptFixtures.STRANGER;
import static dev.candor.actors.receipt.ReceiptFixtures.TRUST;
import static dev.candor.actors.receipt.ReceiptFixtures.VALIDATOR;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Evidence.ShownAnswer;
import dev.candor.actors.receipt.Verification.Check;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Everything that somebody might present as an honest receipt. Each attack names a check that must refuse it; all start from receipt {@value #NUMBER} of a
 * batch of seven.
 */
final class ReceiptAttacks {
    static final int NUMBER = 3;
    static final Bytes HONEST = ReceiptFixtures.batch(7).get(NUMBER);
    static final Evidence EVIDENCE = ReceiptFixtures.evidence(NUMBER);

    private static final Receipt RECEIPT = Receipt.parse(HONEST);
    private static final ReceiptLeaf LEAF = RECEIPT.leaf();
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final List<Attack> attacks = new ArrayList<>();

    private ReceiptAttacks() {}

    /**
     * An attack.
     *
     * @param offered a key that comes with the receipt, as an attacker would send it
     */
    record Attack(
            String name,
            TrustFile trust,
            Bytes receipt,
            Evidence evidence,
            Optional<VerifyingKey> offered,
            Check refusedBy) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Attack> all() {
        ReceiptAttacks suite = new ReceiptAttacks();
        suite.changedLeaves();
        suite.changedPlaces();
        suite.changedSignatures();
        suite.changedBytes();
        suite.wrongKeys();
        suite.wrongRequests();
        suite.wrongAnswers();
        return suite.attacks;
    }

    /** Every field of the leaf, the signature left as it is. */
    private void changedLeaves() {
        Map<String, Consumer<Leaf>> changes = new LinkedHashMap<>();
        changes.put("network", leaf -> leaf.network = OTHER_NETWORK);
        changes.put("key id", leaf -> leaf.keyId = OTHER_EXECUTOR.publicKey().id());
        changes.put("partition", leaf -> leaf.id = new RequestId(4, LEAF.id().uuid()));
        changes.put("uuid", leaf -> leaf.id = new RequestId(3, new UUID(1, 2)));
        changes.put("caller", leaf -> leaf.caller = Digest.ZERO);
        changes.put("model name", leaf -> leaf.model = model("lenet5", 1, NUMBER));
        changes.put("major version", leaf -> leaf.model = model("mnist-mlp", 2, NUMBER));
        changes.put("minor version", leaf -> leaf.model = model("mnist-mlp", 1, NUMBER + 1));
        changes.put(
                "content id",
                leaf -> leaf.model = new ModelRef("mnist-mlp", LEAF.model().version(), Digest.ZERO));
        changes.put("request digest", leaf -> leaf.requestDigest = Digest.ZERO);
        changes.put("answer digest", leaf -> leaf.answerDigest = Digest.ZERO);
        changes.put("requested mode", leaf -> leaf.requested = VerificationMode.ZKML);
        changes.put("achieved mode", leaf -> leaf.achieved = VerificationMode.TEE);
        changes.put("arithmetic", leaf -> leaf.arithmetic = ReceiptLeaf.Arithmetic.FLOAT);
        changes.put("device", leaf -> leaf.device = "gpu:0");
        changes.put("time", leaf -> leaf.answeredAt++);
        changes.forEach((field, change) -> add("changed " + field, wrapped(changed(change)), Check.SIGNATURE));
        // A liar with the salt who changes the leaf's digest along with the answer.
        List<Tensor> better = ReceiptFixtures.outputs(9);
        add(
                "changed answer with its digest",
                wrapped(changed(leaf ->
                        leaf.answerDigest = Digests.salted(ReceiptFixtures.salt(NUMBER), Digests.answer(better)))),
                shown(better),
                Check.SIGNATURE);
    }

    private void changedPlaces() {
        List<Digest> path = RECEIPT.path();
        Bytes signature = RECEIPT.signature();
        add("index of a neighbour", new Receipt(LEAF, 2, 7, path, signature).toBytes(), Check.SIGNATURE);
        add("index behind the end", new Receipt(LEAF, 7, 7, path, signature).toBytes(), Check.PATH);
        add("index with one more bit", new Receipt(LEAF, NUMBER + 8, 7, path, signature).toBytes(), Check.PATH);
        add("larger tree of the same depth", new Receipt(LEAF, NUMBER, 8, path, signature).toBytes(), Check.SIGNATURE);
        add("larger tree", new Receipt(LEAF, NUMBER, 9, path, signature).toBytes(), Check.PATH);
        add("smaller tree", new Receipt(LEAF, NUMBER, 4, path, signature).toBytes(), Check.PATH);
        add("tree of one", new Receipt(LEAF, 0, 1, List.of(), signature).toBytes(), Check.SIGNATURE);
        add("no path", new Receipt(LEAF, NUMBER, 7, List.of(), signature).toBytes(), Check.PATH);
        for (int i = 0; i < path.size(); i++) {
            List<Digest> changed = new ArrayList<>(path);
            changed.set(i, Digest.ZERO);
            add("path " + i + " changed", new Receipt(LEAF, NUMBER, 7, changed, signature).toBytes(), Check.SIGNATURE);
            List<Digest> shorter = new ArrayList<>(path);
            shorter.remove(i);
            add("path " + i + " left out", new Receipt(LEAF, NUMBER, 7, shorter, signature).toBytes(), Check.PATH);
            List<Digest> longer = new ArrayList<>(path);
            longer.add(i, path.get(i));
            add("path " + i + " doubled", new Receipt(LEAF, NUMBER, 7, longer, signature).toBytes(), Check.PATH);
        }
        add("path reversed", new Receipt(LEAF, NUMBER, 7, path.reversed(), signature).toBytes(), Check.SIGNATURE);
        Receipt neighbour = Receipt.parse(ReceiptFixtures.batch(7).get(2));
        add("a neighbour's path", new Receipt(LEAF, 2, 7, neighbour.path(), signature).toBytes(), Check.SIGNATURE);
    }

    private void changedSignatures() {
        byte[] sum = littleEndianS().add(ORDER).toByteArray();
        byte[] malleated = RECEIPT.signature().toArray();
        for (int i = 0; i < 32; i++) {
            malleated[32 + i] = i < sum.length ? sum[sum.length - 1 - i] : 0;
        }
        add("S with the order added", signed(Bytes.wrap(malleated)), Check.SIGNATURE);
        add("no signature", signed(Bytes.wrap(new byte[64])), Check.SIGNATURE);
        byte[] neutral = new byte[64];
        neutral[0] = 1;
        add("R neutral and S zero", signed(Bytes.wrap(neutral)), Check.SIGNATURE);
        byte[] halves = RECEIPT.signature().toArray();
        byte[] swapped = new byte[64];
        System.arraycopy(halves, 32, swapped, 0, 32);
        System.arraycopy(halves, 0, swapped, 32, 32);
        add("R and S swapped", signed(Bytes.wrap(swapped)), Check.SIGNATURE);
        add(
                "another batch's signature",
                signed(Receipt.parse(ReceiptFixtures.batch(2).getFirst()).signature()),
                Check.SIGNATURE);
        add(
                "a signature over the bare root",
                signed(EXECUTOR.sign(RECEIPT.root().orElseThrow().toBytes())),
                Check.SIGNATURE);
    }

    private void changedBytes() {
        String hex = HONEST.toHex();
        add("one byte behind the end", Bytes.ofHex(hex + "00"), Check.BYTES);
        add("a second receipt behind the end", Bytes.ofHex(hex + hex), Check.BYTES);
        add("the last byte missing", HONEST.slice(0, HONEST.length() - 1), Check.BYTES);
        add("nothing", Bytes.EMPTY, Check.BYTES);
        add("another magic", Bytes.ofHex("43524351" + hex.substring(8)), Check.BYTES);
        add("receipt version 2", Bytes.ofHex(hex.substring(0, 8) + "02" + hex.substring(10)), Check.VERSION);
        add("leaf version 3", Bytes.ofHex(hex.substring(0, 18) + "03" + hex.substring(20)), Check.VERSION);
        add(
                "leaf version 2 in the form of version 1",
                Bytes.ofHex(hex.substring(0, 18) + "02" + hex.substring(20)),
                Check.BYTES);
        // The executor itself signs another form of the same statement: an overlong "m" in the model's name.
        Bytes overlong = Bytes.ofHex(LEAF.toBytes().toHex().replace("00096d6e", "000ac1ad6e"));
        Digest root = MerkleTree.of(List.of(overlong)).root();
        Bytes signature = EXECUTOR.sign(Receipt.signedMessage(NETWORK, root, 1, LEAF.keyId()));
        add("an overlong form, signed", Receipt.write(overlong, 0, 1, List.of(), signature), Check.BYTES);
        // An inner node presented as a leaf: what two hash prefixes are for.
        List<Bytes> leaves =
                ReceiptFixtures.leaves(4).stream().map(ReceiptLeaf::toBytes).toList();
        MerkleTree tree = MerkleTree.of(leaves);
        Bytes node = Bytes.ofHex(MerkleTree.leafHash(leaves.get(0)).toHex()
                + MerkleTree.leafHash(leaves.get(1)).toHex());
        add(
                "an inner node as a leaf",
                Receipt.write(
                        node,
                        0,
                        2,
                        List.of(tree.path(0).getLast()),
                        EXECUTOR.sign(Receipt.signedMessage(NETWORK, tree.root(), 4, LEAF.keyId()))),
                Check.BYTES);
    }

    private void wrongKeys() {
        attacks.add(new Attack(
                "a stranger's receipt that brings its key",
                TRUST,
                signedBy(STRANGER, leaf -> {}),
                EVIDENCE,
                Optional.of(STRANGER.publicKey()),
                Check.KEY_KNOWN));
        add(
                "a stranger's signature under the executor's key id",
                signedBy(STRANGER, leaf -> leaf.keyId = EXECUTOR.publicKey().id()),
                Check.SIGNATURE);
        add("a validator's receipt", signedBy(VALIDATOR, leaf -> {}), Check.KEY_ROLE);
        add("a receipt of another network", signedBy(EXECUTOR, leaf -> leaf.network = OTHER_NETWORK), Check.NETWORK);
        add(
                "a receipt from before the key was valid",
                signedBy(EXECUTOR, leaf -> leaf.answeredAt = ANSWERED_AT - 400L * 86_400_000),
                Check.KEY_TIME);
        add(
                "a receipt from after the key was valid",
                signedBy(EXECUTOR, leaf -> leaf.answeredAt = ANSWERED_AT + 400L * 86_400_000),
                Check.KEY_TIME);
        for (long hours : new long[] {-1, 1}) {
            attacks.add(new Attack(
                    "a revoked key, answered " + -hours + " h after the revocation",
                    TRUST.revoke(EXECUTOR.publicKey().id(), Instant.ofEpochMilli(ANSWERED_AT + hours * 3_600_000)),
                    HONEST,
                    EVIDENCE,
                    Optional.empty(),
                    Check.KEY_REVOKED));
        }
        attacks.add(new Attack(
                "an empty trust file",
                TrustFile.EMPTY,
                HONEST,
                EVIDENCE,
                Optional.of(EXECUTOR.publicKey()),
                Check.KEY_KNOWN));
    }

    private void wrongRequests() {
        InferenceRequest honest = ReceiptFixtures.request(NUMBER);
        asked(
                "another input",
                with(honest, honest.version(), ReceiptFixtures.request(4).inputs(), List.of()),
                Check.REQUEST);
        asked("no input", with(honest, honest.version(), List.of(), List.of()), Check.REQUEST);
        asked("an alias asked", with(honest, "stable", honest.inputs(), List.of()), Check.REQUEST);
        asked("outputs asked", with(honest, "", honest.inputs(), List.of("scores")), Check.REQUEST);
        asked(
                "a renamed input",
                with(honest, "", List.of(renamed(honest.inputs().getFirst())), List.of()),
                Check.REQUEST);
        asked(
                "another mode asked",
                new InferenceRequest(
                        honest.model(),
                        "",
                        honest.inputs(),
                        List.of(),
                        0,
                        Optional.empty(),
                        VerificationMode.ZKML,
                        Optional.empty()),
                Check.MODE);
        // An executor that states another mode, model or version than was asked signs what it states.
        add(
                "a mode that was not asked, signed",
                signedBy(EXECUTOR, leaf -> leaf.requested = VerificationMode.TEE),
                Check.MODE);
        add(
                "a model that was not asked, signed",
                signedBy(EXECUTOR, leaf -> leaf.model = model("lenet5", 1, NUMBER)),
                new Evidence(Optional.of(honest), Optional.empty(), EVIDENCE.salt()),
                Check.MODEL);
        InferenceRequest numbered = with(honest, "1.07", honest.inputs(), List.of());
        add(
                "a version that was not asked, signed",
                signedBy(
                        EXECUTOR,
                        leaf -> leaf.requestDigest =
                                Digests.salted(ReceiptFixtures.salt(NUMBER), Digests.request(numbered))),
                new Evidence(Optional.of(numbered), EVIDENCE.answer(), EVIDENCE.salt()),
                Check.MODEL);
        add(
                "another salt",
                HONEST,
                new Evidence(EVIDENCE.request(), EVIDENCE.answer(), Optional.of(ReceiptFixtures.salt(4))),
                Check.REQUEST);
        add("no salt", HONEST, new Evidence(EVIDENCE.request(), EVIDENCE.answer(), Optional.empty()), Check.REQUEST);
    }

    private void wrongAnswers() {
        Tensor honest = ReceiptFixtures.outputs(NUMBER).getFirst();
        add("a neighbour's answer", HONEST, shown(ReceiptFixtures.outputs(2)), Check.ANSWER);
        add("a neighbour's receipt", ReceiptFixtures.batch(7).get(2), Check.ANSWER);
        add("no outputs", HONEST, shown(List.of()), Check.ANSWER);
        add("one output more", HONEST, shown(List.of(honest, honest)), Check.ANSWER);
        add("a renamed output", HONEST, shown(List.of(renamed(honest))), Check.ANSWER);
        byte[] zero = honest.data().toArray();
        zero[11] = 0;
        for (Tensor changed : List.of(
                new Tensor("scores", DataType.FP32, Shape.of(3, 1), honest.data()),
                new Tensor("scores", DataType.FP32, Shape.of(3), honest.data()),
                new Tensor("scores", DataType.INT32, honest.shape(), honest.data()),
                new Tensor("scores", DataType.FP32, honest.shape(), Bytes.wrap(zero)))) {
            add("an output " + changed.datatype() + changed.shape(), HONEST, shown(List.of(changed)), Check.ANSWER);
        }
        ShownAnswer answer = EVIDENCE.answer().orElseThrow();
        for (ShownAnswer changed : List.of(
                new ShownAnswer("lenet5", answer.version(), answer.requestId(), answer.outputs()),
                new ShownAnswer(answer.model(), "1.04", answer.requestId(), answer.outputs()),
                new ShownAnswer(answer.model(), answer.version(), "3-", answer.outputs()))) {
            add(
                    "an answer that shows " + changed.model() + " " + changed.version() + " " + changed.requestId(),
                    HONEST,
                    new Evidence(EVIDENCE.request(), Optional.of(changed), EVIDENCE.salt()),
                    Check.MODEL);
        }
    }

    private void add(String name, Bytes receipt, Check refusedBy) {
        add(name, receipt, EVIDENCE, refusedBy);
    }

    private void add(String name, Bytes receipt, Evidence evidence, Check refusedBy) {
        attacks.add(new Attack(name, TRUST, receipt, evidence, Optional.empty(), refusedBy));
    }

    private void asked(String name, InferenceRequest request, Check refusedBy) {
        add(name, HONEST, new Evidence(Optional.of(request), EVIDENCE.answer(), EVIDENCE.salt()), refusedBy);
    }

    private static Evidence shown(List<Tensor> outputs) {
        ShownAnswer honest = EVIDENCE.answer().orElseThrow();
        return new Evidence(
                EVIDENCE.request(),
                Optional.of(new ShownAnswer(honest.model(), honest.version(), honest.requestId(), outputs)),
                EVIDENCE.salt());
    }

    private static InferenceRequest with(
            InferenceRequest honest, String version, List<Tensor> inputs, List<String> outputs) {
        return new InferenceRequest(
                honest.model(), version, inputs, outputs, 0, Optional.empty(), honest.mode(), Optional.empty());
    }

    private static Tensor renamed(Tensor tensor) {
        return new Tensor("other", tensor.datatype(), tensor.shape(), tensor.data());
    }

    private static ModelRef model(String name, int major, int minor) {
        return new ModelRef(name, new ModelVersion(major, minor), LEAF.model().contentId());
    }

    private static Bytes wrapped(ReceiptLeaf leaf) {
        return new Receipt(leaf, RECEIPT.index(), RECEIPT.treeSize(), RECEIPT.path(), RECEIPT.signature()).toBytes();
    }

    private static Bytes signed(Bytes signature) {
        return new Receipt(LEAF, RECEIPT.index(), RECEIPT.treeSize(), RECEIPT.path(), signature).toBytes();
    }

    /** The honest leaf under {@code key}'s id, changed, and signed by {@code key} as a batch of one. */
    private static Bytes signedBy(SigningKey key, Consumer<Leaf> change) {
        ReceiptLeaf leaf = changed(each -> {
            each.keyId = key.publicKey().id();
            change.accept(each);
        });
        Digest root = MerkleTree.of(List.of(leaf.toBytes())).root();
        Bytes signature = key.sign(Receipt.signedMessage(leaf.network(), root, 1, leaf.keyId()));
        return new Receipt(leaf, 0, 1, List.of(), signature).toBytes();
    }

    private static BigInteger littleEndianS() {
        byte[] bytes = RECEIPT.signature().slice(32, 32).toArray();
        byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = bytes[31 - i];
        }
        return new BigInteger(1, reversed);
    }

    private static ReceiptLeaf changed(Consumer<Leaf> change) {
        Leaf leaf = new Leaf();
        change.accept(leaf);
        return leaf.build();
    }

    /** The honest leaf's fields, to be changed one by one. */
    private static final class Leaf {
        Digest network = LEAF.network();
        Digest keyId = LEAF.keyId();
        RequestId id = LEAF.id();
        Digest caller = LEAF.caller();
        ModelRef model = LEAF.model();
        Digest requestDigest = LEAF.requestDigest();
        Digest answerDigest = LEAF.answerDigest();
        VerificationMode requested = LEAF.requested();
        VerificationMode achieved = LEAF.achieved();
        ReceiptLeaf.Arithmetic arithmetic = LEAF.arithmetic();
        String device = LEAF.device();
        long answeredAt = LEAF.answeredAt();

        ReceiptLeaf build() {
            return new ReceiptLeaf(
                    network,
                    keyId,
                    id,
                    caller,
                    model,
                    requestDigest,
                    answerDigest,
                    requested,
                    achieved,
                    arithmetic,
                    device,
                    answeredAt);
        }
    }
}
