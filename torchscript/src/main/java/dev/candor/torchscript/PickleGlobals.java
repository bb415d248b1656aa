package dev.candor.torchscript;

import dev.candor.torchscript.PickleValue.Bool;
import dev.candor.torchscript.PickleValue.ClassRef;
import dev.candor.torchscript.PickleValue.DictValue;
import dev.candor.torchscript.PickleValue.Function;
import dev.candor.torchscript.PickleValue.Growing;
import dev.candor.torchscript.PickleValue.Instance;
import dev.candor.torchscript.PickleValue.Int;
import dev.candor.torchscript.PickleValue.ListValue;
import dev.candor.torchscript.PickleValue.None;
import dev.candor.torchscript.PickleValue.Storage;
import dev.candor.torchscript.PickleValue.StorageType;
import dev.candor.torchscript.PickleValue.TensorRef;
import dev.candor.torchscript.PickleValue.Text;
import dev.candor.torchscript.PickleValue.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the globals of one pickle may be and do. A tensor is accepted only if all of its elements lie inside its storage and the storage
 * is exactly as long as its entry in the archive: libtorch checks neither, and would read memory behind it.
 */
final class PickleGlobals {
    private static final Pattern DEVICE = Pattern.compile("cpu|cuda(:[0-9]{1,2})?");
    private static final Pattern KEY = Pattern.compile("[0-9A-Za-z_.-]{1,64}");
    private static final int MOST_DIMENSIONS = 64;

    private final String entry;
    private final Archive archive;
    private final CodeIndex code;
    private final String folder;
    private final Map<String, Storage> storages = new TreeMap<>();

    /**
     * Globals for the pickle {@code entry}.
     *
     * @param code the classes that objects may have
     * @param folder where its storages are, such as {@code data/}; empty where tensors and classes are refused
     */
    PickleGlobals(String entry, Archive archive, CodeIndex code, String folder) {
        this.entry = entry;
        this.archive = archive;
        this.code = code;
        this.folder = folder;
    }

    /** Every storage that the pickle names, by key. */
    Map<String, Storage> storages() {
        return storages;
    }

    /** The value that {@code module.name} stands for. */
    PickleValue resolve(String module, String name) {
        if (module.equals("torch.jit._pickle")) {
            return switch (name) {
                case "build_intlist" -> Function.INT_LIST;
                case "build_doublelist" -> Function.REAL_LIST;
                case "build_boollist" -> Function.BOOL_LIST;
                case "build_tensorlist" -> Function.TENSOR_LIST;
                case "restore_type_tag" -> Function.TYPE_TAG;
                default -> throw unknown(module, name);
            };
        }
        if (folder.isEmpty()) {
            throw unknown(module, name);
        }
        if (module.equals("torch._utils") && name.equals("_rebuild_tensor_v2")) {
            return Function.REBUILD_TENSOR;
        }
        if (module.equals("collections") && name.equals("OrderedDict")) {
            return Function.ORDERED_DICT;
        }
        if (module.equals("builtins") && name.equals("complex")) {
            return Function.COMPLEX;
        }
        if (module.equals("torch")) {
            StorageType type = StorageType.of(name);
            if (type != null) {
                return type;
            }
            if (name.equals("device")) {
                return Function.DEVICE;
            }
        }
        String className = module + "." + name;
        if (!code.classes().containsKey(className)) {
            throw unknown(module, name);
        }
        return new ClassRef(className);
    }

    /** An object of the class {@code type} with {@code state} as its fields. */
    PickleValue build(PickleValue type, PickleValue state) {
        if (!(type instanceof ClassRef reference) || !(state instanceof DictValue dict)) {
            throw refuse("gives state to something that is no object of the model's own classes");
        }
        Map<String, PickleValue> fields = new LinkedHashMap<>();
        dict.entries().forEach((key, value) -> {
            if (!(key instanceof Text text)) {
                throw refuse("has an object whose field has no name");
            }
            fields.put(text.value(), value);
        });
        dict.close();
        return new Instance(reference.name(), fields, dict.depth());
    }

    /** What the function {@code callee} makes of the tuple {@code argument}. */
    PickleValue call(PickleValue callee, PickleValue argument) {
        if (!(callee instanceof Function function) || !(argument instanceof Tuple(List<PickleValue> items, int _))) {
            throw refuse("calls something that is no function of PyTorch's");
        }
        return switch (function) {
            case REBUILD_TENSOR -> tensor(items);
            case ORDERED_DICT -> {
                arity(items, 0, "OrderedDict");
                yield None.NONE;
            }
            case INT_LIST -> list(items, "int");
            case REAL_LIST -> list(items, "float");
            case BOOL_LIST -> list(items, "bool");
            case TENSOR_LIST -> list(items, "Tensor");
            case TYPE_TAG -> tagged(items);
            case DEVICE ->
                new PickleValue.Device(device(arity(items, 1, "device").getFirst()));
            case COMPLEX -> {
                if (!arity(items, 2, "complex").stream().allMatch(PickleValue.Real.class::isInstance)) {
                    throw refuse("has a complex number without its two parts");
                }
                yield PickleValue.Complex.COMPLEX;
            }
        };
    }

    /** The storage that a persistent id names. */
    PickleValue persistent(PickleValue id) {
        boolean sound = !folder.isEmpty()
                && id instanceof Tuple(List<PickleValue> parts, int _)
                && parts.size() == 5
                && parts.get(0).equals(new Text("storage"))
                && parts.get(1) instanceof StorageType
                && parts.get(2) instanceof Text(String key)
                && KEY.matcher(key).matches()
                && parts.get(4) instanceof Int;
        if (!sound) {
            throw refuse("refers to something outside that is no storage of a tensor");
        }
        List<PickleValue> items = ((Tuple) id).items();
        device(items.get(3));
        StorageType type = (StorageType) items.get(1);
        String key = ((Text) items.get(2)).value();
        long elements = ((Int) items.get(4)).value();
        // libtorch reads no entry for an empty storage.
        if (elements != 0) {
            Archive.Entry stored = archive.require(folder + key);
            if (elements < 0 || elements > stored.size() / type.size() || elements * type.size() != stored.size()) {
                throw refuse("says that \"" + stored.name() + "\" holds " + elements + " elements of " + type.size()
                        + " bytes; it has " + stored.size() + " bytes");
            }
        }
        Storage storage = new Storage(key, type, elements);
        storages.put(key, storage);
        return storage;
    }

    private TensorRef tensor(List<PickleValue> items) {
        boolean sound = items.size() == 6
                && items.get(0) instanceof Storage
                && items.get(1) instanceof Int
                && items.get(2) instanceof Tuple
                && items.get(3) instanceof Tuple
                && items.get(4) instanceof Bool
                && items.get(5).equals(None.NONE);
        if (!sound) {
            throw refuse("has a tensor that is not of the ordinary dense kind");
        }
        Storage storage = (Storage) items.get(0);
        long offset = ((Int) items.get(1)).value();
        List<Long> shape = dimensions((Tuple) items.get(2));
        List<Long> strides = dimensions((Tuple) items.get(3));
        if (offset < 0 || shape.size() != strides.size() || shape.size() > MOST_DIMENSIONS) {
            throw refuse("has a tensor whose shape, strides and offset contradict each other");
        }
        try {
            long elements = 1;
            long last = offset;
            for (int i = 0; i < shape.size(); i++) {
                elements = Math.multiplyExact(elements, shape.get(i));
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape.get(i) - 1), strides.get(i)));
            }
            if (elements == 0 ? offset <= storage.elements() : last < storage.elements()) {
                return new TensorRef(storage, offset, shape, strides);
            }
        } catch (ArithmeticException e) {
            throw refuse("has a tensor of a shape that no memory holds");
        }
        throw refuse("has a tensor that reaches beyond the bytes stored for it");
    }

    private List<Long> dimensions(Tuple tuple) {
        List<Long> dimensions = new ArrayList<>(tuple.items().size());
        for (PickleValue item : tuple.items()) {
            if (!(item instanceof Int(long value)) || value < 0) {
                throw refuse("has a tensor with a dimension or stride that is no number of 0 or more");
            }
            dimensions.add(value);
        }
        return dimensions;
    }

    private PickleValue list(List<PickleValue> items, String element) {
        if (!(arity(items, 1, "list").getFirst() instanceof ListValue list) || list.tag() != null) {
            throw refuse("gives a type to something that is no list");
        }
        list.tag("List[" + element + "]");
        return list;
    }

    private PickleValue tagged(List<PickleValue> items) {
        boolean sound =
                arity(items, 2, "restore_type_tag").getFirst() instanceof Growing && items.get(1) instanceof Text;
        if (!sound || ((Growing) items.getFirst()).tag() != null) {
            throw refuse("gives a type to something that is no list or dictionary");
        }
        Growing growing = (Growing) items.getFirst();
        String type = ((Text) items.get(1)).value().replace(" ", "");
        FieldType.parse(type, entry).requireKnown(code, entry);
        growing.tag(type);
        return growing;
    }

    private String device(PickleValue value) {
        if (!(value instanceof Text(String name)) || !DEVICE.matcher(name).matches()) {
            throw refuse("has a tensor on a device other than cpu or cuda; save the model from one of these");
        }
        return name;
    }

    private List<PickleValue> arity(List<PickleValue> items, int count, String function) {
        if (items.size() != count) {
            throw refuse("calls " + function + " with " + items.size() + " arguments in place of " + count);
        }
        return items;
    }

    private InvalidModelException unknown(String module, String name) {
        return refuse("uses " + InvalidModelException.shown(module + "." + name)
                + ", which a TorchScript model has no need of; only tensors, numbers, text, and objects of the model's own"
                + " classes are loaded");
    }

    private InvalidModelException refuse(String sentence) {
        return InvalidModelException.in(entry, sentence);
    }
}
