package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Input;
import dev.candor.attestation.wire.Octets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The report of an SGX enclave.
 *
 * @param miscSelect 4 bytes
 * @param attributes 16 bytes
 * @param mrEnclave 32 bytes
 * @param mrSigner 32 bytes
 * @param product number
 * @param securityVersion number
 * @param reportData 64 bytes
 */
record EnclaveReport(
        Octets miscSelect,
        Octets attributes,
        Octets mrEnclave,
        Octets mrSigner,
        int product,
        int securityVersion,
        Octets reportData) {
    static final int BYTES = 384;
    private static final int DEBUG = 2;

    static EnclaveReport read(Input in) {
        in.raw("the processor's security version", 16);
        Octets miscSelect = in.raw("MISCSELECT", 4);
        in.raw("reserved", 28);
        Octets attributes = in.raw("ATTRIBUTES", 16);
        Octets mrEnclave = in.raw("MRENCLAVE", 32);
        in.raw("reserved", 32);
        Octets mrSigner = in.raw("MRSIGNER", 32);
        in.raw("reserved", 96);
        int product = in.u16("ISVPRODID");
        int securityVersion = in.u16("ISVSVN");
        in.raw("reserved", 60);
        return new EnclaveReport(
                miscSelect, attributes, mrEnclave, mrSigner, product, securityVersion, in.raw("REPORTDATA", 64));
    }

    boolean debug() {
        return (attributes.at(0) & DEBUG) != 0;
    }

    SortedMap<String, Octets> measured() {
        SortedMap<String, Octets> measured = new TreeMap<>();
        measured.put("MRENCLAVE", mrEnclave);
        measured.put("MRSIGNER", mrSigner);
        measured.put("ISVPRODID", number(product));
        measured.put("ISVSVN", number(securityVersion));
        return measured;
    }

    private static Octets number(int value) {
        return Octets.copyOf(new byte[] {(byte) (value >>> 8), (byte) value});
    }
}
