package dev.candor.attestation.verify;

/** Everything that evidence is checked for. A refusal names the check that failed. */
public enum Check {
    /** The bytes are of the form they should be. */
    WELL_FORMED,
    /** The evidence is of the kind that it is presented as. */
    KIND,
    /** Software's word is believed only where the policy says so. */
    SIMULATED,
    /** The chain ends in a certificate whose digest is pinned. */
    ROOT,
    /** Each certificate names the next one's subject as its issuer. */
    CHAIN_ISSUER,
    /** Each certificate is signed by the next one's key. */
    CHAIN_SIGNATURE,
    /** Each issuer may issue, and what signs evidence may not. */
    CHAIN_AUTHORITY,
    /** Each certificate is valid at the time of verification. */
    CHAIN_VALIDITY,
    /** No certificate has a critical extension that is not understood. */
    CHAIN_EXTENSION,
    /** There is a revocation list of each issuer where the vendor has one. */
    CRL_PRESENT,
    /** Each revocation list is signed by its issuer. */
    CRL_SIGNATURE,
    /** Each revocation list is current at the time of verification. */
    CRL_VALIDITY,
    /** No certificate of a chain is revoked, by its issuer or by the policy. */
    CERTIFICATE_REVOKED,
    /** The certificate speaks of the chip and firmware that the evidence speaks of. */
    CERTIFICATE_MATCH,
    /** The evidence is signed. */
    EVIDENCE_SIGNATURE,
    /** The quoting enclave vouches for the key that signed the quote. */
    ATTESTATION_KEY,
    /** The quoting enclave's report is signed by the platform. */
    QE_SIGNATURE,
    /** The quoting enclave is Intel's. */
    QE_IDENTITY,
    /** Intel signed the collateral. */
    COLLATERAL_SIGNATURE,
    /** The collateral is current at the time of verification. */
    COLLATERAL_VALIDITY,
    /** The collateral is for this kind of quote and this platform. */
    COLLATERAL_MATCH,
    /** The collateral is from an evaluation that the policy still accepts. */
    COLLATERAL_EVALUATION,
    /** The TDX module is Intel's. */
    TDX_MODULE,
    /** The policy accepts the platform's TCB status. */
    TCB_STATUS,
    /** The firmware's security versions are at least the policy's. */
    TCB_VERSIONS,
    /** Debugging is off. */
    DEBUG,
    /** The launch has the attributes that keep the host out, and none that are unknown. */
    ATTRIBUTES,
    /** The evidence is as recent as the policy asks. */
    FRESHNESS,
    /** It is presented for the key that was expected. */
    KEY,
    /** It is presented for the nonce that was expected. */
    NONCE,
    /** The device signed a binding of that key and that nonce. */
    BINDING,
    /** The policy revokes none of the measurements. */
    MEASUREMENT_REVOKED,
    /** The policy allows the measurements. */
    MEASUREMENT_ALLOWED
}
