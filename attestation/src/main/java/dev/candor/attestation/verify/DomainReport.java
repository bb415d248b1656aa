package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Input;
import dev.candor.attestation.wire.Octets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The report of a TDX trust domain, as TDX 1.0 or 1.5 has it.
 *
 * @param teeTcbSvn 16 security versions; the first two are the TDX module's own and its major number
 * @param mrSignerSeam who signed the TDX module; zero for Intel
 * @param seamAttributes 8 bytes
 * @param attributes 8 bytes
 * @param measured measurements by name
 * @param serviceDomain measurement of a service domain, zero where there is none
 * @param reportData 64 bytes
 */
record DomainReport(
        Octets teeTcbSvn,
        Octets mrSignerSeam,
        Octets seamAttributes,
        Octets attributes,
        SortedMap<String, Octets> measured,
        Octets serviceDomain,
        Octets reportData) {
    static final int BYTES = 584;
    static final int BYTES_1_5 = 648;

    private static final int MEASUREMENT = 48;
    /** Bits that Intel defines and that may be set, of 64: SEPT_VE_DISABLE, PKS, KL, PERFMON. */
    private static final Octets DEFINED = Octets.ofHex("000000d000000080");

    private static final int SEPT_VE_DISABLE = 0x10;

    static DomainReport read(Input in, boolean version15) {
        Octets teeTcbSvn = in.raw("TEE_TCB_SVN", 16);
        SortedMap<String, Octets> measured = new TreeMap<>();
        measured.put("MRSEAM", in.raw("MRSEAM", MEASUREMENT));
        Octets mrSignerSeam = in.raw("MRSIGNERSEAM", MEASUREMENT);
        Octets seamAttributes = in.raw("SEAMATTRIBUTES", 8);
        Octets attributes = in.raw("TDATTRIBUTES", 8);
        in.raw("XFAM", 8);
        for (String name :
                new String[] {"MRTD", "MRCONFIGID", "MROWNER", "MROWNERCONFIG", "RTMR0", "RTMR1", "RTMR2", "RTMR3"}) {
            measured.put(name, in.raw(name, MEASUREMENT));
        }
        Octets reportData = in.raw("REPORTDATA", 64);
        Octets serviceDomain = Octets.copyOf(new byte[0]);
        if (version15) {
            in.raw("TEE_TCB_SVN2", 16);
            serviceDomain = in.raw("MRSERVICETD", MEASUREMENT);
        }
        return new DomainReport(
                teeTcbSvn, mrSignerSeam, seamAttributes, attributes, measured, serviceDomain, reportData);
    }

    /** Whether any bit of the group "under debug" is set. */
    boolean debug() {
        return attributes.at(0) != 0;
    }

    /** Whether the launch keeps the host from injecting faults, has no service domain and sets no bit that is unknown. */
    boolean attributesHold() {
        boolean known = true;
        for (int i = 1; i < attributes.length(); i++) {
            known &= (attributes.at(i) & ~DEFINED.at(i)) == 0;
        }
        return known && (attributes.at(3) & SEPT_VE_DISABLE) != 0 && serviceDomain.isZero();
    }
}
