package dev.candor.attestation.evidence;

import dev.candor.attestation.wire.Octets;
import java.util.List;
import java.util.Optional;

/**
 * Evidence as a device gave it, with the certificates that lead to its vendor. Certificates stand leaf first and end with the vendor's root, which is
 * believed only if its digest is pinned in the verifier.
 */
public sealed interface Evidence {
    /** Which kind it claims to be. */
    Kind kind();

    /**
     * A Nitro enclave's attestation document, which carries its certificates.
     *
     * @param document COSE_Sign1
     */
    record NitroDocument(Octets document) implements Evidence {
        @Override
        public Kind kind() {
            return Kind.AWS_NITRO;
        }
    }

    /**
     * A DCAP quote whose certification data is the PCK certificate chain (type 5), with Intel's collateral for it.
     *
     * @param kind {@link Kind#INTEL_SGX} or {@link Kind#INTEL_TDX}
     * @param quote version 3 for SGX, 4 or 5 for TDX
     * @param collateral what Intel says of the platform
     */
    record DcapQuote(Kind kind, Octets quote, DcapCollateral collateral) implements Evidence {
        /** Refuses other kinds. */
        public DcapQuote {
            if (kind != Kind.INTEL_SGX && kind != Kind.INTEL_TDX) {
                throw new IllegalArgumentException("a DCAP quote is of SGX or TDX, not of " + kind);
            }
        }
    }

    /**
     * Intel's signed statements on a platform.
     *
     * @param tcbInfo JSON of the TCB info, the signed bytes exactly
     * @param tcbInfoSignature r and s, 64 bytes
     * @param tcbInfoChain PEM
     * @param qeIdentity JSON of the quoting enclave's identity, the signed bytes exactly
     * @param qeIdentitySignature r and s, 64 bytes
     * @param qeIdentityChain PEM
     * @param rootCrl DER, by the root
     * @param pckCrl DER, by the intermediate that issued the PCK certificate
     */
    record DcapCollateral(
            Octets tcbInfo,
            Octets tcbInfoSignature,
            Octets tcbInfoChain,
            Octets qeIdentity,
            Octets qeIdentitySignature,
            Octets qeIdentityChain,
            Octets rootCrl,
            Octets pckCrl) {}

    /**
     * A SEV-SNP guest's report.
     *
     * @param report 1,184 bytes
     * @param chain DER: VCEK, ASK, ARK
     * @param crl DER, by the ARK
     */
    record SnpReport(Octets report, List<Octets> chain, Optional<Octets> crl) implements Evidence {
        /** Copies the list. */
        public SnpReport {
            chain = List.copyOf(chain);
        }

        @Override
        public Kind kind() {
            return Kind.AMD_SEV_SNP;
        }
    }

    /**
     * A GPU's report.
     *
     * @param report SPDM GET_MEASUREMENTS request and its response
     * @param chain DER, the report's signer first
     */
    record GpuReport(Octets report, List<Octets> chain) implements Evidence {
        /** Copies the list. */
        public GpuReport {
            chain = List.copyOf(chain);
        }

        @Override
        public Kind kind() {
            return Kind.NVIDIA_GPU;
        }
    }

    /**
     * What the software attester says; anyone can say it.
     *
     * @param binding as of the other kinds
     * @param measurement 32 bytes that stand for the software
     */
    record SimulatedStatement(Octets binding, Octets measurement) implements Evidence {
        @Override
        public Kind kind() {
            return Kind.SIMULATED;
        }
    }
}
