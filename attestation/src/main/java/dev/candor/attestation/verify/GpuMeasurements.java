package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Input;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A GPU's report: an SPDM 1.1 (DSP0274) GET_MEASUREMENTS request for all measurements with a signature, and its response.
 *
 * @param signed all but the signature
 * @param nonce of the request
 * @param measured measured values, {@code M1} to {@code M255}, and what the firmware says of itself, by name
 * @param firmware digest of the firmware's first mutable code, if the report has one
 * @param signature r and s
 */
record GpuMeasurements(
        Octets signed, Octets nonce, SortedMap<String, Octets> measured, Optional<Octets> firmware, Octets signature) {
    private static final int MOST_BYTES = 64 << 10;
    private static final int SPDM_1_1 = 0x11;
    private static final int GET_MEASUREMENTS = 0xe0;
    private static final int MEASUREMENTS = 0x60;
    private static final int SIGNED = 1;
    private static final int ALL = 0xff;
    private static final int DMTF = 1;
    private static final int FIRMWARE_ID = 20;
    private static final int SIGNATURE_BYTES = 96;

    /** Fields of the opaque data that a policy may name. */
    private static final Map<Integer, String> NAMES = Map.of(
            3, "DRIVER_VERSION",
            6, "VBIOS_VERSION",
            14, "BOARD_ID",
            15, "CHIP_SKU",
            17, "PROJECT",
            18, "PROJECT_SKU",
            36, "FEATURE_FLAG");

    static GpuMeasurements parse(Octets bytes) {
        if (bytes.length() > MOST_BYTES) {
            throw new MalformedEvidenceException(
                    "a GPU's report has at most " + MOST_BYTES + " bytes, this has " + bytes.length());
        }
        Input in = Input.littleEndian(bytes);
        expect(in, "the request's version", SPDM_1_1);
        expect(in, "the request's code", GET_MEASUREMENTS);
        expect(in, "the request's attributes", SIGNED);
        expect(in, "the request's operation", ALL);
        Octets nonce = in.raw("the request's nonce", 32);
        in.u8("the request's slot");
        expect(in, "the response's version", SPDM_1_1);
        expect(in, "the response's code", MEASUREMENTS);
        in.raw("the response's parameters", 2);
        int blocks = in.u8("the number of measurements");
        Octets record = in.raw("the measurements", in.u24("the length of the measurements"));
        in.raw("the response's nonce", 32);
        Octets opaque = in.raw("the opaque data", in.u16("the length of the opaque data"));
        Octets signed = bytes.slice(0, in.position());
        Octets signature = in.raw("the signature", SIGNATURE_BYTES);
        in.end("the report");

        SortedMap<String, Octets> measured = measurements(Input.littleEndian(record), blocks);
        Optional<Octets> firmware = described(Input.littleEndian(opaque), measured);
        return new GpuMeasurements(signed, nonce, measured, firmware, signature);
    }

    private static SortedMap<String, Octets> measurements(Input in, int blocks) {
        SortedMap<String, Octets> measured = new TreeMap<>();
        for (int i = 0; i < blocks; i++) {
            int index = in.u8("a measurement's index");
            expect(in, "a measurement's specification", DMTF);
            Input block = Input.littleEndian(in.raw("a measurement", in.u16("a measurement's length")));
            block.u8("a measurement's type");
            Octets value = block.raw("a measurement's value", block.u16("the length of a measurement's value"));
            block.end("a measurement");
            if (measured.put("M" + index, value) != null) {
                throw new MalformedEvidenceException("the measurement " + index + " is there twice");
            }
        }
        in.end("the measurements");
        return measured;
    }

    private static Optional<Octets> described(Input in, SortedMap<String, Octets> measured) {
        Optional<Octets> firmware = Optional.empty();
        while (in.remaining() > 0) {
            int type = in.u16("the type of opaque data");
            Octets value = in.raw("opaque data", in.u16("the length of opaque data"));
            String name = NAMES.get(type);
            boolean repeated = name != null && measured.put(name, value) != null;
            if (type == FIRMWARE_ID) {
                repeated = firmware.isPresent();
                firmware = Optional.of(value);
            }
            if (repeated) {
                throw new MalformedEvidenceException("opaque data of type " + type + " is there twice");
            }
        }
        return firmware;
    }

    private static void expect(Input in, String field, int value) {
        int actual = in.u8(field);
        if (actual != value) {
            throw new MalformedEvidenceException(field + " is " + actual + ", " + value + " is expected");
        }
    }
}
