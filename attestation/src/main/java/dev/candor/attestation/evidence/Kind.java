package dev.candor.attestation.evidence;

/** Kinds of evidence. {@link #code} is the byte in envelopes and in the binding; {@link #policyName} the name in policy files. */
public enum Kind {
    /** Software's word, for development: shows nothing. */
    SIMULATED(0, "simulated"),
    /** An NVIDIA GPU's SPDM measurement report: shows a genuine device and its firmware, and nothing of who holds the executor's key. */
    NVIDIA_GPU(1, "nvidia-gpu"),
    /** An AWS Nitro enclave's document. */
    AWS_NITRO(2, "aws-nitro"),
    /** An Intel SGX enclave's DCAP quote. */
    INTEL_SGX(3, "intel-sgx"),
    /** An Intel TDX trust domain's DCAP quote. */
    INTEL_TDX(4, "intel-tdx"),
    /** An AMD SEV-SNP guest's report. */
    AMD_SEV_SNP(5, "amd-sev-snp");

    private final int code;
    private final String policyName;

    Kind(int code, String policyName) {
        this.code = code;
        this.policyName = policyName;
    }

    /** The byte that stands for it. */
    public int code() {
        return code;
    }

    /** Its name in policy files and documents. */
    public String policyName() {
        return policyName;
    }
}
