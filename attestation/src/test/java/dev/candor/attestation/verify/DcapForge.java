package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/** An SGX or TDX quote with Intel's collateral. */
final class DcapForge extends Forge {
    private static final String SGX = "1.2.840.113741.1.13.1";

    final int version;
    final CertSpec tcbSigner;
    final KeyPair attestationKeys = TestPki.p256("attestation");

    /** What the evidence says of itself. */
    Kind presentedAs;

    long sgxAttributes = 5;
    long tdAttributes = 0x10000000L;
    Octets mrSignerSeam = Bytes.filled(48, 0);
    Octets serviceDomain = Bytes.filled(48, 0);
    int moduleVersion = 5;
    int moduleMajor = 1;
    /** Security version of components 2 to 15 of a trust domain. */
    int tdxComponent = 3;

    /** Security version of the platform's components in the PCK certificate. */
    static final int COMPONENT = 4;

    static final int PCE = 11;

    int leastComponent = COMPONENT;
    int leastPce = PCE;
    String platformStatus = "UpToDate";
    String qeStatus = "UpToDate";
    String moduleStatus = "UpToDate";
    String fmspc = "00A065510000";
    String pceId = "0000";
    String infoId;
    String qeId;
    int evaluation = 17;
    Instant issued = TestPki.TIME.minusSeconds(3600);
    Instant nextUpdate = TestPki.TIME.plusSeconds(3600);
    Octets qeMrSigner = Bytes.filled(32, 0x8c);
    int qeVersion = 8;
    int qeProduct = 1;
    int qeAttributes = 0x11;
    /** Other keys than those that should sign, or null. */
    KeyPair quoteSigner;

    KeyPair qeSigner;
    KeyPair collateralSigner;
    KeyPair vouchedFor;

    Instant crlTo = TestPki.TIME.plusSeconds(3600);
    KeyPair crlSigner;
    String pckCrlIssuer = "Test PCK Platform CA";
    BigInteger revokedSerial = BigInteger.ONE;
    BigInteger revokedByRoot = BigInteger.ONE;

    DcapForge(Kind kind, int version) {
        super(
                kind,
                new CertSpec("Test SGX Root CA", TestPki.p256("Test SGX Root CA"), true),
                new CertSpec("Test PCK Platform CA", TestPki.p256("Test PCK Platform CA"), true),
                new CertSpec("Test PCK Certificate", TestPki.p256("Test PCK Certificate"), false));
        this.version = version;
        this.presentedAs = kind;
        this.tcbSigner = new CertSpec("Test TCB Signing", TestPki.p256("Test TCB Signing"), false);
        this.infoId = tdx() ? "TDX" : "SGX";
        this.qeId = tdx() ? "TD_QE" : "QE";
        leaf.with(SGX, false, platform());
        if (tdx()) {
            for (String each : List.of("MRTD", "RTMR0", "RTMR1", "RTMR2")) {
                allowed.put(each, Bytes.filled(48, each.charAt(each.length() - 1)));
            }
        } else {
            allowed.put("MRENCLAVE", Bytes.filled(32, 0xe1));
        }
    }

    boolean tdx() {
        return kind == Kind.INTEL_TDX;
    }

    @Override
    Evidence.DcapQuote evidence() {
        return new Evidence.DcapQuote(presentedAs, quote(), collateral());
    }

    private Octets quote() {
        Bytes body = new Bytes()
                .little(version, 2)
                .little(2, 2)
                .little(tdx() ? 0x81 : 0, 4)
                .zeros(4);
        body.add(Octets.ofHex("939a7233f79c4ca9940a0db3957f0607")).zeros(20);
        if (version == 5) {
            body.little(3, 2).little(DomainReport.BYTES_1_5, 4);
        }
        body.add(
                tdx()
                        ? domain()
                        : enclave(sgxAttributes, Bytes.filled(32, 0xe1), Bytes.filled(32, 0xe2), 0, 1, reportData()));
        if (version == 5) {
            body.zeros(16).add(serviceDomain);
        }
        Octets signed = body.done();

        Octets point = TestPki.point(attestationKeys);
        Octets authentication = Bytes.filled(32, 0x0a);
        Octets vouched = vouchedFor == null ? point : TestPki.point(vouchedFor);
        Octets hash = new Bytes().add(vouched).add(authentication).done().sha256();
        Octets qeReport =
                enclave(qeAttributes, Bytes.filled(32, 0xee), qeMrSigner, qeProduct, qeVersion, Bytes.padded(hash, 64));
        Octets chain =
                Bytes.of(new String(TestPki.pem(chain()).toArray(), java.nio.charset.StandardCharsets.US_ASCII) + "\0");
        Octets certification = new Bytes()
                .add(qeReport)
                .add(TestPki.sign(qeSigner == null ? leaf.keys : qeSigner, qeReport))
                .little(authentication.length(), 2)
                .add(authentication)
                .little(5, 2)
                .little(chain.length(), 4)
                .add(chain)
                .done();
        Bytes signatures = new Bytes()
                .add(TestPki.sign(quoteSigner == null ? attestationKeys : quoteSigner, signed))
                .add(point);
        if (tdx()) {
            signatures.little(6, 2).little(certification.length(), 4);
        }
        Octets all = signatures.add(certification).done();
        return new Bytes().add(signed).little(all.length(), 4).add(all).zeros(8).done();
    }

    private Octets domain() {
        Bytes out = new Bytes().little(moduleVersion, 1).little(moduleMajor, 1);
        IntStream.range(2, 16).forEach(each -> out.little(tdxComponent, 1));
        out.add(Bytes.filled(48, 0x5e))
                .add(mrSignerSeam)
                .zeros(8)
                .little(tdAttributes, 8)
                .little(0xe7, 8);
        out.add(Bytes.filled(48, 'D')).zeros(3 * 48);
        for (char each : "0123".toCharArray()) {
            out.add(Bytes.filled(48, each));
        }
        return out.add(reportData()).done();
    }

    private static Octets enclave(
            long attributes, Octets mrEnclave, Octets mrSigner, int product, int version, Octets reportData) {
        return new Bytes()
                .zeros(16 + 4 + 28)
                .little(attributes, 8)
                .little(0xe7, 8)
                .add(mrEnclave)
                .zeros(32)
                .add(mrSigner)
                .zeros(96)
                .little(product, 2)
                .little(version, 2)
                .zeros(60)
                .add(reportData)
                .done();
    }

    private Evidence.DcapCollateral collateral() {
        Octets info = Bytes.of(tcbInfo());
        Octets identity = Bytes.of(qeIdentity());
        KeyPair signer = collateralSigner == null ? tcbSigner.keys : collateralSigner;
        Octets chain = TestPki.pem(List.of(tcbSigner.make(root), rootDer()));
        Instant from = TestPki.TIME.minusSeconds(3600);
        return new Evidence.DcapCollateral(
                info,
                TestPki.sign(signer, info),
                chain,
                identity,
                TestPki.sign(signer, identity),
                chain,
                TestPki.crl(root.name, root.keys, from, crlTo, revokedByRoot),
                TestPki.crl(
                        pckCrlIssuer, crlSigner == null ? intermediate.keys : crlSigner, from, crlTo, revokedSerial));
    }

    private String tcbInfo() {
        String modules = tdx() ? """
                "tdxModule":{"mrsigner":"%s","attributes":"0000000000000000","attributesMask":"FFFFFFFFFFFFFFFF"},\
                "tdxModuleIdentities":[{"id":"TDX_01","mrsigner":"%s","attributes":"0000000000000000",\
                "attributesMask":"FFFFFFFFFFFFFFFF","tcbLevels":[{"tcb":{"isvsvn":4},"tcbDate":"2025-01-01T00:00:00Z",\
                "tcbStatus":"%s"}]}],""".formatted("00".repeat(48), "00".repeat(48), moduleStatus) : "";
        String tdxComponents = tdx() ? ",\"tdxtcbcomponents\":[" + components(List.of(4, 1), 3) + "]" : "";
        return """
                {"id":"%s","version":3,"issueDate":"%s","nextUpdate":"%s","fmspc":"%s","pceId":"%s","tcbType":0,\
                "tcbEvaluationDataNumber":%d,%s"tcbLevels":[{"tcb":{"sgxtcbcomponents":[%s],"pcesvn":%d%s},\
                "tcbDate":"2025-01-01T00:00:00Z","tcbStatus":"%s","advisoryIDs":["INTEL-SA-TEST"]}]}""".formatted(
                        infoId,
                        issued,
                        nextUpdate,
                        fmspc,
                        pceId,
                        evaluation,
                        modules,
                        components(List.of(), leastComponent),
                        leastPce,
                        tdxComponents,
                        platformStatus);
    }

    private String qeIdentity() {
        return """
                {"id":"%s","version":2,"issueDate":"%s","nextUpdate":"%s","tcbEvaluationDataNumber":%d,\
                "miscselect":"00000000","miscselectMask":"FFFFFFFF","attributes":"11000000000000000000000000000000",\
                "attributesMask":"FBFFFFFFFFFFFFFF0000000000000000","mrsigner":"%s","isvprodid":1,\
                "tcbLevels":[{"tcb":{"isvsvn":8},"tcbDate":"2025-01-01T00:00:00Z","tcbStatus":"%s"}]}""".formatted(qeId, issued, nextUpdate, evaluation, "8C".repeat(32), qeStatus);
    }

    private static String components(List<Integer> first, int others) {
        return IntStream.range(0, 16)
                .mapToObj(i -> "{\"svn\":" + (i < first.size() ? first.get(i) : Integer.valueOf(others)) + "}")
                .collect(Collectors.joining(","));
    }

    private static DERSequence platform() {
        ASN1EncodableVector tcb = new ASN1EncodableVector();
        for (int i = 1; i <= 16; i++) {
            tcb.add(field(".2." + i, new ASN1Integer(COMPONENT)));
        }
        tcb.add(field(".2.17", new ASN1Integer(PCE)));
        tcb.add(field(".2.18", new DEROctetString(Bytes.filled(16, COMPONENT).toArray())));
        return new DERSequence(new ASN1Encodable[] {
            field(".1", new DEROctetString(Bytes.filled(16, 0xbb).toArray())),
            field(".2", new DERSequence(tcb)),
            field(".3", new DEROctetString(new byte[2])),
            field(".4", new DEROctetString(Octets.ofHex("00a065510000").toArray())),
        });
    }

    private static DERSequence field(String oid, ASN1Encodable value) {
        return new DERSequence(new ASN1Encodable[] {new ASN1ObjectIdentifier(SGX + oid), value});
    }
}
