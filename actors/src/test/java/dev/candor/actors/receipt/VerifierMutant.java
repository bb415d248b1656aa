package dev.candor.actors.receipt;

import dev.candor.actors.receipt.ReceiptAttacks.Attack;
import dev.candor.actors.receipt.ReceiptVerifier.Rule;
import dev.candor.actors.receipt.Verification.Check;
import dev.candor.actors.receipt.Verification.Finding;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Verifiers with one safeguard missing: the attacks must get through each of them, or they prove nothing. */
enum VerifierMutant {
    /** Believes a key that comes with the receipt. */
    TRUSTS_KEY_IN_RECEIPT {
        @Override
        Verification verify(Attack attack) {
            TrustFile trust = attack.offered()
                    .filter(key -> attack.trust().key(key.id()).isEmpty())
                    .map(key -> attack.trust().with(TrustedKey.of(key, TrustedKey.Role.EXECUTOR)))
                    .orElse(attack.trust());
            return new ReceiptVerifier(trust).verify(attack.receipt(), attack.evidence());
        }
    },
    /** Remembers the roots of batches that it has seen signed, and does not compute the one that this leaf and path lead to. */
    IGNORES_PATH {
        @Override
        Verification verify(Attack attack) {
            Receipt honest = Receipt.parse(ReceiptAttacks.HONEST);
            return with(
                    attack,
                    Check.SIGNATURE,
                    each -> judged(each.key()
                            .map(key -> key.key()
                                    .verifies(
                                            message(each.leaf(), honest.root().orElseThrow(), honest.treeSize()),
                                            each.receipt().signature()))
                            .orElse(false)));
        }
    },
    /** Folds the path by the index's bits alone, without holding index and length against the size. */
    IGNORES_PLACE {
        @Override
        Verification verify(Attack attack) {
            Map<Check, Rule> rules = new EnumMap<>(ReceiptVerifier.RULES);
            rules.put(Check.PATH, each -> judged(true));
            rules.put(
                    Check.SIGNATURE,
                    each -> judged(each.key()
                            .map(key -> key.key()
                                    .verifies(
                                            message(
                                                    each.leaf(),
                                                    naiveRoot(each.receipt()),
                                                    each.receipt().treeSize()),
                                            each.receipt().signature()))
                            .orElse(false)));
            return new ReceiptVerifier(attack.trust(), rules).verify(attack.receipt(), attack.evidence());
        }
    },
    /** Takes S modulo the group's order. */
    IGNORES_MALLEABILITY {
        @Override
        Verification verify(Attack attack) {
            return with(
                    attack,
                    Check.SIGNATURE,
                    each -> judged(each.key()
                            .flatMap(key -> each.receipt()
                                    .root()
                                    .map(root -> key.key()
                                            .verifies(
                                                    message(
                                                            each.leaf(),
                                                            root,
                                                            each.receipt().treeSize()),
                                                    reduced(each.receipt().signature()))))
                            .orElse(false)));
        }
    },
    /** Reads what it knows and leaves the rest. */
    IGNORES_TRAILING_BYTES {
        @Override
        Verification verify(Attack attack) {
            Bytes receipt = attack.receipt();
            Bytes read = IntStream.range(0, receipt.length())
                    .mapToObj(length -> receipt.slice(0, length))
                    .filter(VerifierMutant::isReceipt)
                    .findFirst()
                    .orElse(receipt);
            return new ReceiptVerifier(attack.trust()).verify(read, attack.evidence());
        }
    },
    /** Reads every version as if it were the one it knows. */
    IGNORES_VERSION {
        @Override
        Verification verify(Attack attack) {
            byte[] bytes = attack.receipt().toArray();
            if (bytes.length > 9) {
                bytes[4] = 1;
                bytes[9] = 1;
            }
            return new ReceiptVerifier(attack.trust()).verify(Bytes.wrap(bytes), attack.evidence());
        }
    },
    IGNORES_NETWORK(Check.NETWORK),
    IGNORES_ROLE(Check.KEY_ROLE),
    IGNORES_VALIDITY(Check.KEY_TIME),
    IGNORES_REVOCATION(Check.KEY_REVOKED),
    IGNORES_SIGNATURE(Check.SIGNATURE),
    IGNORES_MODE(Check.MODE),
    IGNORES_REQUEST_DIGEST(Check.REQUEST),
    IGNORES_ANSWER_DIGEST(Check.ANSWER),
    IGNORES_MODEL(Check.MODEL);

    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final Optional<Check> ignored;

    VerifierMutant() {
        this.ignored = Optional.empty();
    }

    VerifierMutant(Check ignored) {
        this.ignored = Optional.of(ignored);
    }

    /** What this verifier finds. */
    Verification verify(Attack attack) {
        return with(attack, ignored.orElseThrow(), each -> judged(true));
    }

    private static Verification with(Attack attack, Check check, Rule rule) {
        Map<Check, Rule> rules = new EnumMap<>(ReceiptVerifier.RULES);
        rules.put(check, rule);
        return new ReceiptVerifier(attack.trust(), rules).verify(attack.receipt(), attack.evidence());
    }

    private static Finding judged(boolean good) {
        return good ? new Finding.Passed("mutant") : new Finding.Failed("mutant");
    }

    private static Bytes message(ReceiptLeaf leaf, Digest root, int size) {
        return Receipt.signedMessage(leaf.network(), root, size, leaf.keyId());
    }

    private static boolean isReceipt(Bytes bytes) {
        try {
            Receipt.parse(bytes);
            return true;
        } catch (MalformedBytesException e) {
            return false;
        }
    }

    private static Digest naiveRoot(Receipt receipt) {
        Digest hash = MerkleTree.leafHash(receipt.leaf().toBytes());
        int position = receipt.index();
        for (Digest sibling : receipt.path()) {
            hash = position % 2 == 1 ? MerkleTree.nodeHash(sibling, hash) : MerkleTree.nodeHash(hash, sibling);
            position /= 2;
        }
        return hash;
    }

    private static Bytes reduced(Bytes signature) {
        byte[] bytes = signature.toArray();
        byte[] s = Arrays.copyOfRange(bytes, 32, 64);
        byte[] remainder = new BigInteger(1, reversed(s)).mod(ORDER).toByteArray();
        byte[] little = reversed(remainder);
        Arrays.fill(bytes, 32, 64, (byte) 0);
        System.arraycopy(little, 0, bytes, 32, Math.min(32, little.length));
        return Bytes.wrap(bytes);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
