package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Kind;

/** How much evidence shows, from the least. Only levels from {@link #TEE} on may be recorded as TEE. */
public enum Level {
    /** Nothing: software's word. */
    SIMULATED,
    /** A genuine device and its firmware; the executor's key is not shown to be in it. */
    DEVICE,
    /** Software of allowed measurements holds the executor's key behind hardware that keeps its host out. */
    TEE;

    /** The level of verified evidence of {@code kind}. */
    static Level of(Kind kind) {
        return switch (kind) {
            case SIMULATED -> SIMULATED;
            case NVIDIA_GPU -> DEVICE;
            case AWS_NITRO, INTEL_SGX, INTEL_TDX, AMD_SEV_SNP -> TEE;
        };
    }
}
