package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.pki.Certificate;
import dev.candor.attestation.wire.CborReader;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a Nitro document says.
 *
 * @param time when it was made
 * @param measured the registers, PCR0 to PCR31
 * @param chain certificates, the signer's first
 * @param userData what the enclave gave
 */
record NitroPayload(Instant time, SortedMap<String, Octets> measured, List<Octets> chain, Optional<Octets> userData) {
    private static final int MOST_TEXT = 256;
    private static final int MOST_USER_BYTES = 1024;
    private static final int PCRS = 32;

    /** Whose fields each read one value. */
    private static final Map<String, Function<CborReader, Object>> FIELDS = Map.of(
            "module_id", in -> in.text("module_id", MOST_TEXT),
            "digest", in -> in.text("digest", MOST_TEXT),
            "timestamp", in -> Instant.ofEpochMilli(in.unsigned("timestamp")),
            "pcrs", NitroPayload::registers,
            "certificate", in -> in.bytes("certificate", Certificate.MOST_BYTES),
            "cabundle", NitroPayload::bundle,
            "public_key", in -> optional(in, "public_key"),
            "user_data", in -> optional(in, "user_data"),
            "nonce", in -> optional(in, "nonce"));

    static NitroPayload parse(Octets bytes) {
        CborReader in = new CborReader(bytes);
        int count = in.map("the payload", FIELDS.size());
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String name = in.text("a field's name", MOST_TEXT);
            Function<CborReader, Object> field = FIELDS.get(name);
            if (field == null || values.put(name, field.apply(in)) != null) {
                throw new MalformedEvidenceException(
                        "a Nitro document has an unknown or repeated field '" + name + "'");
            }
        }
        in.end("the payload");
        if (!needed(values, "digest", String.class).equals("SHA384")) {
            throw new MalformedEvidenceException("a Nitro document measures by SHA384");
        }
        List<Octets> chain =
                new ArrayList<>(needed(values, "cabundle", Bundle.class).certificates());
        Collections.reverse(chain);
        chain.addFirst(needed(values, "certificate", Octets.class));
        return new NitroPayload(
                needed(values, "timestamp", Instant.class),
                needed(values, "pcrs", Registers.class).values(),
                List.copyOf(chain),
                values.containsKey("user_data")
                        ? needed(values, "user_data", Given.class).value()
                        : Optional.empty());
    }

    private static <T> T needed(Map<String, Object> values, String name, Class<T> type) {
        Object value = values.get(name);
        if (value == null) {
            throw new MalformedEvidenceException("a Nitro document lacks the field '" + name + "'");
        }
        return type.cast(value);
    }

    private static Given optional(CborReader in, String name) {
        return new Given(in.skipNull() ? Optional.empty() : Optional.of(in.bytes(name, MOST_USER_BYTES)));
    }

    private static Registers registers(CborReader in) {
        SortedMap<String, Octets> registers = new TreeMap<>();
        int count = in.map("pcrs", PCRS);
        for (int i = 0; i < count; i++) {
            long index = in.unsigned("a register's number");
            Octets value = in.bytes("a register", 48);
            if (index >= PCRS || value.length() != 48 || registers.put("PCR" + index, value) != null) {
                throw new MalformedEvidenceException(
                        "a Nitro document has a register " + index + " that it should not have");
            }
        }
        return new Registers(registers);
    }

    private static Bundle bundle(CborReader in) {
        int count = in.array("cabundle", AttestationCodec.MOST_CERTIFICATES);
        List<Octets> certificates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            certificates.add(in.bytes("a certificate", Certificate.MOST_BYTES));
        }
        return new Bundle(certificates);
    }

    private record Given(Optional<Octets> value) {}

    private record Registers(SortedMap<String, Octets> values) {}

    private record Bundle(List<Octets> certificates) {}
}
