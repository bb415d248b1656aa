package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Octets;
import java.util.Set;

/**
 * SHA-256 of the certificates at which chains may end.
 *
 * @param nitro for AWS Nitro
 * @param intel for SGX and TDX
 * @param amd for SEV-SNP
 * @param nvidia for GPUs
 */
record Roots(Set<Octets> nitro, Set<Octets> intel, Set<Octets> amd, Set<Octets> nvidia) {
    /** The vendors'. */
    static final Roots VENDORS = new Roots(
            // aws.nitro-enclaves
            Set.of(Octets.ofHex("641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b")),
            // Intel SGX Root CA
            Set.of(Octets.ofHex("44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3")),
            // ARK-Milan, ARK-Genoa
            Set.of(
                    Octets.ofHex("69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd"),
                    Octets.ofHex("4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1")),
            // NVIDIA Device Identity CA
            Set.of(Octets.ofHex("102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48")));

    Roots {
        nitro = Set.copyOf(nitro);
        intel = Set.copyOf(intel);
        amd = Set.copyOf(amd);
        nvidia = Set.copyOf(nvidia);
    }
}
