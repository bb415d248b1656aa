package dev.candor.actors.receipt;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.receipt.Verification.Check;
import dev.candor.actors.receipt.Verification.Finding;
import dev.candor.actors.receipt.Verification.Finding.Failed;
import dev.candor.actors.receipt.Verification.Finding.Passed;
import dev.candor.actors.receipt.Verification.Finding.Skipped;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Verifies receipts as {@code docs/receipt.md} says. Keys come from the trust file and from nowhere else. Thread-safe; it reads no clock, so the same
 * input always gets the same verdict.
 */
public final class ReceiptVerifier {
    /** Where the leaf's version stands: behind magic, receipt version and the leaf's length. */
    private static final int RECEIPT_VERSION_AT = 4;

    /** A version asked by number; anything else is an alias, which the receipt resolves. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+\\.[0-9]{2}");

    private final TrustFile trust;
    private final Map<Check, Rule> rules;

    /** A verifier that believes {@code trust}. */
    public ReceiptVerifier(TrustFile trust) {
        this(trust, RULES);
    }

    /** With other rules, for tests that show what each is needed for. */
    ReceiptVerifier(TrustFile trust, Map<Check, Rule> rules) {
        this.trust = trust;
        this.rules = new EnumMap<>(rules);
    }

    /** What one rule sees. */
    record Case(TrustFile trust, Receipt receipt, Optional<TrustedKey> key, Evidence evidence) {
        ReceiptLeaf leaf() {
            return receipt.leaf();
        }
    }

    /** Judges one check. */
    @FunctionalInterface
    interface Rule {
        Finding judge(Case each);
    }

    /** The rule of every check of a receipt that could be read. */
    static final Map<Check, Rule> RULES = rules();

    private static Map<Check, Rule> rules() {
        Map<Check, Rule> rules = new EnumMap<>(Check.class);
        rules.put(Check.NETWORK, ReceiptVerifier::network);
        rules.put(Check.KEY_KNOWN, ReceiptVerifier::keyKnown);
        rules.put(Check.KEY_ROLE, ReceiptVerifier::keyRole);
        rules.put(Check.KEY_TIME, ReceiptVerifier::keyTime);
        rules.put(Check.KEY_REVOKED, ReceiptVerifier::keyRevoked);
        rules.put(Check.PATH, ReceiptVerifier::path);
        rules.put(Check.SIGNATURE, ReceiptVerifier::signature);
        rules.put(Check.MODE, ReceiptVerifier::mode);
        rules.put(Check.REQUEST, ReceiptVerifier::request);
        rules.put(Check.ANSWER, ReceiptVerifier::answer);
        rules.put(Check.MODEL, ReceiptVerifier::model);
        return Collections.unmodifiableMap(rules);
    }

    /** Holds {@code receipt} against the trust file and {@code evidence}. Never throws on bad bytes: they fail the checks. */
    public Verification verify(Bytes receipt, Evidence evidence) {
        Map<Check, Finding> findings = new EnumMap<>(Check.class);
        for (Check check : Check.values()) {
            findings.put(check, new Skipped("the receipt cannot be read"));
        }
        findings.put(Check.VERSION, version(receipt));
        Receipt parsed;
        try {
            parsed = Receipt.parse(receipt);
        } catch (MalformedBytesException e) {
            findings.put(Check.BYTES, new Failed(String.valueOf(e.getMessage())));
            return new Verification(Optional.empty(), findings);
        }
        findings.put(Check.BYTES, new Passed(receipt.length() + " bytes in canonical form"));
        Case each = new Case(trust, parsed, trust.key(parsed.leaf().keyId()), evidence);
        rules.forEach((check, rule) -> findings.put(check, rule.judge(each)));
        return new Verification(Optional.of(parsed), findings);
    }

    private static Finding version(Bytes receipt) {
        if (receipt.length() <= Receipt.LEAF_VERSION_AT || !receipt.slice(0, 4).equals(Receipt.MAGIC)) {
            return new Failed("this is no receipt: it does not start with \"CRCP\" and two versions");
        }
        int outer = receipt.at(RECEIPT_VERSION_AT) & 0xff;
        int inner = receipt.at(Receipt.LEAF_VERSION_AT) & 0xff;
        return outer == Receipt.VERSION && (inner == ReceiptLeaf.VERSION || inner == ReceiptLeaf.VERSION_CACHED)
                ? new Passed("receipt version 1, leaf version " + inner)
                : new Failed("receipt version " + outer + ", leaf version " + inner
                        + "; this program knows receipts of version 1 and leaves of versions 1 and 2");
    }

    private static Finding network(Case each) {
        Digest named = each.leaf().network();
        return each.trust()
                .network()
                .<Finding>map(wanted -> wanted.equals(named)
                        ? new Passed("network " + named)
                        : new Failed("the receipt is of network " + named + ", the trust file is for " + wanted))
                .orElseGet(() -> new Skipped("the trust file names no network; the receipt is of " + named));
    }

    private static Finding keyKnown(Case each) {
        Digest id = each.leaf().keyId();
        return each.key().isPresent() ? new Passed("key " + id) : new Failed("the trust file has no key " + id);
    }

    private static Finding keyRole(Case each) {
        return withKey(each, key -> switch (key.role()) {
            case EXECUTOR -> new Passed("executor");
            case VALIDATOR -> new Failed("the key is a validator's: it signs blocks, not receipts");
        });
    }

    private static Finding keyTime(Case each) {
        Instant at = Instant.ofEpochMilli(each.leaf().answeredAt());
        return withKey(
                each,
                key -> key.validAt(at)
                        ? new Passed("answered at " + at)
                        : new Failed("answered at " + at + ", the key is valid "
                                + key.notBefore().map(bound -> "from " + bound).orElse("")
                                + key.notAfter().map(bound -> " until " + bound).orElse("")));
    }

    private static Finding keyRevoked(Case each) {
        return withKey(
                each,
                key -> key.revokedAt()
                        .<Finding>map(at -> new Failed("the key was revoked at " + at
                                + "; whoever holds it may write any time into a receipt, so none is believed"))
                        .orElseGet(() -> new Passed("not revoked")));
    }

    private static Finding path(Case each) {
        Receipt receipt = each.receipt();
        String place = "leaf " + receipt.index() + " of " + receipt.treeSize();
        if (receipt.index() >= receipt.treeSize()) {
            return new Failed(place + " does not exist");
        }
        int length = MerkleTree.pathLength(receipt.index(), receipt.treeSize());
        return length == receipt.path().size()
                ? new Passed(place)
                : new Failed(place + " has a path of " + length + ", this one has "
                        + receipt.path().size());
    }

    private static Finding signature(Case each) {
        return withKey(each, key -> {
            Receipt receipt = each.receipt();
            ReceiptLeaf leaf = receipt.leaf();
            boolean signed = receipt.root()
                    .map(root -> Receipt.signedMessage(leaf.network(), root, receipt.treeSize(), leaf.keyId()))
                    .map(message -> key.key().verifies(message, receipt.signature()))
                    .orElse(false);
            return signed
                    ? new Passed("Ed25519 over the batch of " + receipt.treeSize())
                    : new Failed("the signature is not the key's over this leaf and path: one of them was changed");
        });
    }

    private static Finding mode(Case each) {
        return each.evidence()
                .request()
                .<Finding>map(request -> request.mode() == each.leaf().requested()
                        ? new Passed("asked for " + request.mode())
                        : new Failed("the request asks for " + request.mode() + ", the receipt says "
                                + each.leaf().requested()))
                .orElseGet(() -> new Skipped("no request was given"));
    }

    private static Finding request(Case each) {
        return each.evidence()
                .request()
                .map(request -> salted(
                        each.evidence().salt(),
                        Digests.request(request),
                        each.leaf().requestDigest(),
                        "the request"))
                .orElseGet(() -> new Skipped("no request was given"));
    }

    private static Finding answer(Case each) {
        return each.evidence()
                .answer()
                .map(answer -> salted(
                        each.evidence().salt(),
                        Digests.answer(answer.outputs()),
                        each.leaf().answerDigest(),
                        "the outputs"))
                .orElseGet(() -> new Skipped("no answer was given"));
    }

    private static Finding model(Case each) {
        Optional<InferenceRequest> request = each.evidence().request();
        Optional<Evidence.ShownAnswer> answer = each.evidence().answer();
        if (request.isEmpty() && answer.isEmpty()) {
            return new Skipped("neither request nor answer was given");
        }
        ReceiptLeaf leaf = each.leaf();
        String version = leaf.model().version().toString();
        List<String> differences = new ArrayList<>();
        request.ifPresent(asked -> {
            differ("the model asked", asked.model(), leaf.model().name(), differences);
            if (NUMBER.matcher(asked.version()).matches()) {
                differ("the version asked", asked.version(), version, differences);
            }
        });
        answer.ifPresent(shown -> {
            differ("the answer's model", shown.model(), leaf.model().name(), differences);
            differ("the answer's version", shown.version(), version, differences);
            differ("the answer's request id", shown.requestId(), leaf.id().toString(), differences);
        });
        return differences.isEmpty()
                ? new Passed(leaf.model().name() + " " + version)
                : new Failed(String.join(", ", differences));
    }

    private static void differ(String what, String shown, String stated, List<String> differences) {
        if (!shown.equals(stated)) {
            differences.add(what + " is \"" + shown + "\", the receipt says \"" + stated + "\"");
        }
    }

    private static Finding salted(Optional<Bytes> salt, Digest plain, Digest stated, String what) {
        if (salt.isEmpty()) {
            return new Failed("without the salt " + what + " cannot be held against the receipt");
        }
        return Digests.salted(salt.get(), plain).equals(stated)
                ? new Passed(what + " with the salt have digest " + stated)
                : new Failed(what + " with the salt do not have the receipt's digest " + stated);
    }

    private static Finding withKey(Case each, Function<TrustedKey, Finding> judge) {
        return each.key().map(judge).orElseGet(() -> new Skipped("the trust file does not have the key"));
    }
}
