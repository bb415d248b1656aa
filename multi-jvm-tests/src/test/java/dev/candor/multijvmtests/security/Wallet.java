package dev.candor.multijvmtests.security;

import dev.candor.cluster.client.InferCall;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;

/** A key of secp256k1 that signs requests as a wallet does ({@code personal_sign}), written apart from what checks it. */
final class Wallet {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final HexFormat HEX = HexFormat.of();

    private final BigInteger secret = new BigInteger(250, new SecureRandom()).add(BigInteger.ONE);
    private final ECPoint key = CURVE.getG().multiply(secret).normalize();

    private static byte[] keccak(byte[] bytes) {
        KeccakDigest keccak = new KeccakDigest(256);
        keccak.update(bytes, 0, bytes.length);
        byte[] digest = new byte[32];
        keccak.doFinal(digest, 0);
        return digest;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The address, as the file of callers has it. */
    String address() {
        byte[] encoded = key.getEncoded(false);
        byte[] point = new byte[64];
        System.arraycopy(encoded, 1, point, 0, 64);
        return "0x" + HEX.formatHex(keccak(point), 12, 32);
    }

    /** A signed request to infer. */
    HttpRequest.Builder sign(URI base, String network, InferCall call, String nonce, long deadline) {
        byte[] body = call.body().toArray();
        String text = "Candor request\nnetwork: 0x" + network + "\nmethod: POST\ntarget: " + call.path() + "\nbody: 0x"
                + HEX.formatHex(keccak(body)) + "\nnonce: 0x" + nonce + "\ndeadline: " + deadline;
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(call.path()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Candor-Signer", address())
                .header("Candor-Signature-Scheme", "eip-191")
                .header(
                        "Candor-Signature",
                        "0x" + signature(keccak(ascii("\u0019Ethereum Signed Message:\n" + text.length() + text))))
                .header("Candor-Nonce", "0x" + nonce)
                .header("Candor-Deadline", Long.toString(deadline));
        call.headers().forEach(request::header);
        return request;
    }

    private String signature(byte[] digest) {
        ECDomainParameters domain = new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN());
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(secret, domain));
        BigInteger[] rs = signer.generateSignature(digest);
        BigInteger n = CURVE.getN();
        BigInteger r = rs[0];
        BigInteger s = rs[1].compareTo(n.shiftRight(1)) > 0 ? n.subtract(rs[1]) : rs[1];
        BigInteger inverse = s.modInverse(n);
        // The point R = (e G + r Q) / s; its y tells which of both points with this r it was.
        ECPoint point = CURVE.getG()
                .multiply(new BigInteger(1, digest).multiply(inverse).mod(n))
                .add(key.multiply(r.multiply(inverse).mod(n)))
                .normalize();
        int v = point.getAffineYCoord().toBigInteger().testBit(0) ? 28 : 27;
        return word(r) + word(s) + HEX.toHexDigits((byte) v);
    }

    private static String word(BigInteger value) {
        return "%064x".formatted(value);
    }
}
