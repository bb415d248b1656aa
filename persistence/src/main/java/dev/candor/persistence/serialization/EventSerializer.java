package dev.candor.persistence.serialization;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.model.Catalog;
import dev.candor.persistence.model.ModelCodec;
import dev.candor.persistence.model.ModelEvent;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionState;
import dev.candor.persistence.proof.ProofCodec;
import dev.candor.persistence.proof.ProofEvent;
import dev.candor.persistence.proof.ProofState;
import java.io.NotSerializableException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Everything that a journal or snapshot store keeps, in canonical bytes. The manifest names kind and version; a version that was once written is read
 * for ever, and a manifest that is not known fails the recovery with a sentence that names it.
 */
public final class EventSerializer extends SerializerWithStringManifest {
    /** The number under which stores know this serializer; it never changes. */
    public static final int IDENTIFIER = 240_001;

    /** One kind in one version; of the kinds that fit a value the first is written. */
    private record Form<T>(Class<T> type, Predicate<T> fits, Function<T, Bytes> encode, Function<Bytes, T> decode) {
        Form(Class<T> type, Function<T, Bytes> encode, Function<Bytes, T> decode) {
            this(type, value -> true, encode, decode);
        }

        boolean writes(Object value) {
            return type == value.getClass() && fits.test(type.cast(value));
        }

        Bytes encoded(Object value) {
            return encode.apply(type.cast(value));
        }
    }

    private static final Map<String, Form<?>> FORMS = forms();

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object value) {
        for (Map.Entry<String, Form<?>> form : FORMS.entrySet()) {
            if (form.getValue().writes(value)) {
                return form.getKey();
            }
        }
        throw new IllegalArgumentException(
                "no canonical bytes are defined for " + value.getClass().getName());
    }

    @Override
    public byte[] toBinary(Object value) {
        Form<?> form = FORMS.get(manifest(value));
        if (form == null) {
            throw new IllegalStateException("a manifest without a form");
        }
        return form.encoded(value).toArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        Form<?> form = FORMS.get(manifest);
        if (form == null) {
            throw new NotSerializableException("the journal holds a \"" + manifest
                    + "\", which this version of Candor does not know; it knows " + FORMS.keySet()
                    + ". Run the version that wrote it, or a newer one.");
        }
        return form.decode().apply(Bytes.wrap(bytes));
    }

    /** Every manifest that is known. */
    static Set<String> manifests() {
        return FORMS.keySet();
    }

    private static Map<String, Form<?>> forms() {
        Map<String, Form<?>> forms = new LinkedHashMap<>();
        forms.put("partition-receipts-v1", partitionEvent(PartitionEvent.ReceiptsCommitted.class));
        forms.put("partition-opened-v1", partitionEvent(PartitionEvent.Opened.class));
        forms.put(
                "partition-state-v1",
                new Form<>(PartitionState.class, PartitionCodec::encode, PartitionCodec::decodeState));
        forms.put(
                "model-registered-v3",
                new Form<>(
                        ModelEvent.VersionRegistered.class,
                        event -> event.spec().exact().isPresent(),
                        ModelCodec::encode,
                        ModelCodec::registeredExact));
        forms.put(
                "model-registered-v2",
                new Form<>(
                        ModelEvent.VersionRegistered.class,
                        event -> event.spec().responseCache(),
                        ModelCodec::encode,
                        ModelCodec::registeredCached));
        forms.put("model-registered-v1", modelEvent(ModelEvent.VersionRegistered.class, ModelCodec::registered));
        forms.put("model-alias-pointed-v1", modelEvent(ModelEvent.AliasPointed.class, ModelCodec::aliasPointed));
        forms.put("model-alias-split-v1", modelEvent(ModelEvent.AliasSplit.class, ModelCodec::aliasSplit));
        forms.put(
                "model-alias-rolled-back-v1",
                modelEvent(ModelEvent.AliasRolledBack.class, ModelCodec::aliasRolledBack));
        forms.put("model-enabled-v1", modelEvent(ModelEvent.VersionEnabled.class, ModelCodec::versionEnabled));
        forms.put("model-version-removed-v1", modelEvent(ModelEvent.VersionRemoved.class, ModelCodec::versionRemoved));
        forms.put("model-removed-v1", modelEvent(ModelEvent.ModelRemoved.class, ModelCodec::modelRemoved));
        forms.put(
                "catalog-name-added-v1",
                new Form<>(Catalog.NameAdded.class, ModelCodec::encode, ModelCodec::nameAdded));
        forms.put(
                "proof-asked-v1",
                proofEvent(
                        ProofEvent.Asked.class, event -> event.job().callback().isEmpty()));
        forms.put("proof-asked-v2", proofEvent(ProofEvent.Asked.class));
        forms.put("proof-leased-v1", proofEvent(ProofEvent.Leased.class));
        forms.put("proof-returned-v1", proofEvent(ProofEvent.Returned.class));
        forms.put("proof-proved-v1", proofEvent(ProofEvent.Proved.class));
        forms.put("proof-verified-v1", proofEvent(ProofEvent.Verified.class));
        forms.put("proof-ended-v1", proofEvent(ProofEvent.Ended.class));
        forms.put("proof-forgotten-v1", proofEvent(ProofEvent.Forgotten.class));
        forms.put("proof-refuted-v1", proofEvent(ProofEvent.Refuted.class));
        forms.put("proof-left-v1", proofEvent(ProofEvent.Left.class));
        forms.put("proof-called-v1", proofEvent(ProofEvent.Called.class));
        forms.put(
                "proof-jobs-v1",
                new Form<>(ProofState.class, ProofCodec::callsNobody, ProofCodec::encode, ProofCodec::decodeState));
        forms.put("proof-jobs-v2", new Form<>(ProofState.class, ProofCodec::encode, ProofCodec::decodeCallingState));
        return forms;
    }

    private static <T extends ProofEvent> Form<T> proofEvent(Class<T> type) {
        return proofEvent(type, event -> true);
    }

    private static <T extends ProofEvent> Form<T> proofEvent(Class<T> type, Predicate<T> fits) {
        return new Form<>(type, fits, ProofCodec::encode, bytes -> {
            ProofEvent event = ProofCodec.decode(bytes);
            if (!type.isInstance(event)) {
                throw new MalformedBytesException("the bytes are those of another event: " + event);
            }
            return type.cast(event);
        });
    }

    private static <T extends PartitionEvent> Form<T> partitionEvent(Class<T> type) {
        return new Form<>(type, PartitionCodec::encode, bytes -> type.cast(PartitionCodec.decode(bytes)));
    }

    private static <T extends ModelEvent> Form<T> modelEvent(Class<T> type, Function<Bytes, T> decode) {
        return new Form<>(type, ModelCodec::encode, decode);
    }
}
