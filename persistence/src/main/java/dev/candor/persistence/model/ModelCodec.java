package dev.candor.persistence.model;

import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ExactArithmetic;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.Split;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The canonical bytes of model and catalog events, version 1. The kind is the manifest's; each form is read to its end.
 *
 * <pre>
 * version:          u16 major | u8 minor
 * registered:       version | 32 content id | i64 size | spec          v2: the same | u8 response cache, 1
 * alias pointed:    text alias | version             alias rolled back: text alias
 * alias split:      text alias | u8 count, 2 to 8 | count * (version | u16 weight), versions ascending
 * enabled:          version | u8 enabled             version removed: version          model removed: nothing
 * name added:       text name
 * spec:             tensors inputs | tensors outputs | u32 count, count * text label | u8 finite | batching
 * tensors:          u16 count | count * (text name | u8 datatype | u8 rank | rank * i64 dimension)
 * batching:         u32 max size | u16 count, count * u32 preferred | i64 delay us | u8 levels | u8 default level | u8 action (0 reject, 1 delay)
 *                   | i64 default timeout us | u32 queue items | i64 queue bytes
 * </pre>
 */
public final class ModelCodec {
    private ModelCodec() {}

    /** The canonical bytes of an event. */
    public static Bytes encode(ModelEvent event) {
        CanonicalWriter out = new CanonicalWriter(256);
        switch (event) {
            case ModelEvent.VersionRegistered it -> {
                version(out, it.version()).digest(it.contentId()).i64(it.sizeBytes());
                spec(out, it.spec());
                if (it.spec().exact().isPresent()) {
                    exact(
                            out.u8(it.spec().responseCache() ? 1 : 0),
                            it.spec().exact().get());
                } else if (it.spec().responseCache()) {
                    out.u8(1);
                }
            }
            case ModelEvent.AliasPointed it -> version(out.text(it.alias()), it.version());
            case ModelEvent.AliasSplit it -> {
                out.text(it.alias()).u8(it.split().weights().size());
                it.split()
                        .weights()
                        .forEach((each, weight) -> version(out, each).u16(weight));
            }
            case ModelEvent.AliasRolledBack it -> out.text(it.alias());
            case ModelEvent.VersionEnabled it -> version(out, it.version()).u8(it.enabled() ? 1 : 0);
            case ModelEvent.VersionRemoved it -> version(out, it.version());
            case ModelEvent.ModelRemoved it -> {}
        }
        return out.toBytes();
    }

    /** The canonical bytes of a catalog event. */
    public static Bytes encode(Catalog.NameAdded event) {
        return new CanonicalWriter(2 + event.name().length()).text(event.name()).toBytes();
    }

    /** Reads {@link ModelEvent.VersionRegistered}. */
    public static ModelEvent.VersionRegistered registered(Bytes bytes) {
        return whole(
                bytes,
                in -> new ModelEvent.VersionRegistered(version(in), in.digest("content id"), in.i64("size"), spec(in)));
    }

    /** Reads the second form of {@link ModelEvent.VersionRegistered}, which has what the first cannot say. */
    public static ModelEvent.VersionRegistered registeredCached(Bytes bytes) {
        return whole(bytes, in -> {
            ModelVersion version = version(in);
            Digest contentId = in.digest("content id");
            long size = in.i64("size");
            ModelSpec spec = spec(in);
            if (!flag(in, "response cache")) {
                throw new MalformedBytesException("a version without a response cache has the first form");
            }
            return new ModelEvent.VersionRegistered(
                    version,
                    contentId,
                    size,
                    new ModelSpec(
                            spec.inputs(), spec.outputs(), spec.labels(), spec.finiteInputs(), spec.batching(), true));
        });
    }

    /** Reads the third form of {@link ModelEvent.VersionRegistered}: of an exact model. */
    public static ModelEvent.VersionRegistered registeredExact(Bytes bytes) {
        return whole(bytes, in -> {
            ModelVersion version = version(in);
            Digest contentId = in.digest("content id");
            long size = in.i64("size");
            ModelSpec spec = spec(in);
            boolean cache = flag(in, "response cache");
            ModelSpec kept = new ModelSpec(
                    spec.inputs(), spec.outputs(), spec.labels(), spec.finiteInputs(), spec.batching(), cache);
            return new ModelEvent.VersionRegistered(version, contentId, size, kept.exactly(exact(in)));
        });
    }

    private static void exact(CanonicalWriter out, ExactArithmetic exact) {
        out.i64(exact.low())
                .i64(exact.high())
                .i64(Double.doubleToLongBits(exact.inputScale()))
                .i64(Double.doubleToLongBits(exact.outputScale()));
    }

    private static ExactArithmetic exact(CanonicalReader in) {
        return new ExactArithmetic(
                in.i64("least input"),
                in.i64("largest input"),
                Double.longBitsToDouble(in.i64("scale of the input")),
                Double.longBitsToDouble(in.i64("scale of the output")));
    }

    /** Reads {@link ModelEvent.AliasPointed}. */
    public static ModelEvent.AliasPointed aliasPointed(Bytes bytes) {
        return whole(bytes, in -> new ModelEvent.AliasPointed(in.text("alias"), version(in)));
    }

    /** Reads {@link ModelEvent.AliasSplit}. */
    public static ModelEvent.AliasSplit aliasSplit(Bytes bytes) {
        return whole(bytes, in -> {
            String alias = in.text("alias");
            int count = in.u8("number of versions");
            TreeMap<ModelVersion, Integer> weights = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                ModelVersion version = version(in);
                if (!weights.isEmpty() && weights.lastKey().compareTo(version) >= 0) {
                    throw new MalformedBytesException("the versions of a split do not ascend");
                }
                weights.put(version, in.u16("weight"));
            }
            Split split = new Split(weights);
            if (!split.shared()) {
                throw new MalformedBytesException("a split has two versions or more");
            }
            return new ModelEvent.AliasSplit(alias, split);
        });
    }

    /** Reads {@link ModelEvent.AliasRolledBack}. */
    public static ModelEvent.AliasRolledBack aliasRolledBack(Bytes bytes) {
        return whole(bytes, in -> new ModelEvent.AliasRolledBack(in.text("alias")));
    }

    /** Reads {@link ModelEvent.VersionEnabled}. */
    public static ModelEvent.VersionEnabled versionEnabled(Bytes bytes) {
        return whole(bytes, in -> new ModelEvent.VersionEnabled(version(in), flag(in, "enabled")));
    }

    /** Reads {@link ModelEvent.VersionRemoved}. */
    public static ModelEvent.VersionRemoved versionRemoved(Bytes bytes) {
        return whole(bytes, in -> new ModelEvent.VersionRemoved(version(in)));
    }

    /** Reads {@link ModelEvent.ModelRemoved}. */
    public static ModelEvent.ModelRemoved modelRemoved(Bytes bytes) {
        return whole(bytes, in -> new ModelEvent.ModelRemoved());
    }

    /** Reads {@link Catalog.NameAdded}. */
    public static Catalog.NameAdded nameAdded(Bytes bytes) {
        return whole(bytes, in -> new Catalog.NameAdded(in.text("name")));
    }

    private static <T> T whole(Bytes bytes, java.util.function.Function<CanonicalReader, T> form) {
        CanonicalReader in = new CanonicalReader(bytes);
        T value = checked(() -> form.apply(in));
        in.end("the event");
        return value;
    }

    private static <T> T checked(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("the event: " + e.getMessage());
        }
    }

    private static CanonicalWriter version(CanonicalWriter out, ModelVersion version) {
        return out.u16(version.major()).u8(version.minor());
    }

    private static ModelVersion version(CanonicalReader in) {
        return new ModelVersion(in.u16("major version"), in.u8("minor version"));
    }

    private static boolean flag(CanonicalReader in, String field) {
        int flag = in.u8(field);
        if (flag > 1) {
            throw new MalformedBytesException(field + " is 0 or 1, not " + flag);
        }
        return flag == 1;
    }

    private static void spec(CanonicalWriter out, ModelSpec spec) {
        tensors(out, spec.inputs());
        tensors(out, spec.outputs());
        out.u32(spec.labels().size());
        spec.labels().forEach(out::text);
        out.u8(spec.finiteInputs() ? 1 : 0);
        BatchingPolicy batching = spec.batching();
        out.u32(batching.maxBatchSize()).u16(batching.preferredBatchSizes().size());
        batching.preferredBatchSizes().forEach(out::u32);
        out.i64(micros(batching.maxQueueDelay()))
                .u8(batching.priorityLevels())
                .u8(batching.defaultPriority())
                .u8(
                        switch (batching.timeoutAction()) {
                            case REJECT -> 0;
                            case DELAY -> 1;
                        })
                .i64(micros(batching.defaultTimeout()))
                .u32(batching.maxQueueItems())
                .i64(batching.maxQueueBytes());
    }

    private static ModelSpec spec(CanonicalReader in) {
        List<TensorSpec> inputs = tensors(in);
        List<TensorSpec> outputs = tensors(in);
        int labelCount = in.count("number of labels", Short.BYTES);
        List<String> labels = new ArrayList<>(labelCount);
        for (int i = 0; i < labelCount; i++) {
            labels.add(in.text("label"));
        }
        boolean finite = flag(in, "finite inputs");
        int maxBatch = in.u32("max batch size");
        int preferredCount = in.u16("number of preferred batch sizes");
        List<Integer> preferred = new ArrayList<>();
        for (int i = 0; i < preferredCount; i++) {
            preferred.add(in.u32("preferred batch size"));
        }
        BatchingPolicy batching = new BatchingPolicy(
                maxBatch,
                preferred,
                ofMicros(in.i64("queue delay")),
                in.u8("priority levels"),
                in.u8("default priority"),
                flag(in, "timeout action") ? BatchingPolicy.TimeoutAction.DELAY : BatchingPolicy.TimeoutAction.REJECT,
                ofMicros(in.i64("default timeout")),
                in.u32("queue items"),
                in.i64("queue bytes"));
        return new ModelSpec(inputs, outputs, labels, finite, batching);
    }

    private static void tensors(CanonicalWriter out, List<TensorSpec> specs) {
        out.u16(specs.size());
        for (TensorSpec spec : specs) {
            out.text(spec.name()).u8(spec.datatype().code()).u8(spec.shape().rank());
            spec.shape().toList().forEach(out::i64);
        }
    }

    private static List<TensorSpec> tensors(CanonicalReader in) {
        int count = in.u16("number of tensors");
        List<TensorSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = in.text("tensor name");
            int code = in.u8("datatype");
            DataType datatype = DataType.ofCode(code)
                    .orElseThrow(() -> new MalformedBytesException("datatype " + code + " is unknown"));
            int rank = in.u8("rank");
            if (rank > Shape.MAX_RANK) {
                throw new MalformedBytesException("rank " + rank + " is above " + Shape.MAX_RANK);
            }
            long[] dimensions = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                dimensions[axis] = in.i64("dimension");
            }
            specs.add(new TensorSpec(name, datatype, Shape.of(dimensions)));
        }
        return specs;
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private static Duration ofMicros(long micros) {
        if (micros < 0 || micros > Long.MAX_VALUE / 1_000) {
            throw new MalformedBytesException("a duration of " + micros + " microseconds is out of range");
        }
        return Duration.ofNanos(micros * 1_000);
    }
}
