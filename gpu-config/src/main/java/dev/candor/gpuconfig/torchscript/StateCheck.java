package dev.candor.gpuconfig.torchscript;

import dev.candor.actors.inference.RefusedException;
import dev.candor.gpuconfig.torchscript.CodeIndex.ClassDeclaration;
import dev.candor.gpuconfig.torchscript.CodeIndex.ClassKind;
import dev.candor.gpuconfig.torchscript.FieldType.DictOf;
import dev.candor.gpuconfig.torchscript.FieldType.ListOf;
import dev.candor.gpuconfig.torchscript.FieldType.Maybe;
import dev.candor.gpuconfig.torchscript.FieldType.Own;
import dev.candor.gpuconfig.torchscript.FieldType.Plain;
import dev.candor.gpuconfig.torchscript.FieldType.TupleOf;
import dev.candor.gpuconfig.torchscript.PickleValue.Bool;
import dev.candor.gpuconfig.torchscript.PickleValue.Complex;
import dev.candor.gpuconfig.torchscript.PickleValue.Device;
import dev.candor.gpuconfig.torchscript.PickleValue.DictValue;
import dev.candor.gpuconfig.torchscript.PickleValue.Growing;
import dev.candor.gpuconfig.torchscript.PickleValue.Instance;
import dev.candor.gpuconfig.torchscript.PickleValue.Int;
import dev.candor.gpuconfig.torchscript.PickleValue.ListValue;
import dev.candor.gpuconfig.torchscript.PickleValue.None;
import dev.candor.gpuconfig.torchscript.PickleValue.Real;
import dev.candor.gpuconfig.torchscript.PickleValue.TensorRef;
import dev.candor.gpuconfig.torchscript.PickleValue.Text;
import dev.candor.gpuconfig.torchscript.PickleValue.Tuple;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Holds the objects of {@code data.pkl} against the fields that their classes declare. libtorch does not: it would take an object's
 * fields by number even where the object is of another class.
 */
final class StateCheck {
    private final String entry;
    private final CodeIndex code;
    private final IdentityHashMap<PickleValue, Set<FieldType>> checked = new IdentityHashMap<>();

    private StateCheck(String entry, CodeIndex code) {
        this.entry = entry;
        this.code = code;
    }

    /** Checks the model object, all that hangs on it, and that it can be run; returns its class. */
    static ClassDeclaration check(String entry, PickleValue root, CodeIndex code) {
        if (!(root instanceof Instance model)) {
            throw InvalidModel.in(entry, "holds no module; save the model with torch.jit.save");
        }
        ClassDeclaration declaration = declaration(entry, model.className(), code);
        if (declaration.kind() != ClassKind.MODULE || !declaration.methods().contains("forward")) {
            throw InvalidModel.in(
                    entry, "holds no module with a method called forward; script or trace a torch.nn.Module");
        }
        new StateCheck(entry, code).value(root, new Own(model.className()), "the model");
        return declaration;
    }

    private void value(PickleValue value, FieldType type, String place) {
        if (value.depth() > 1 || value instanceof Growing) {
            if (!checked.computeIfAbsent(value, _ -> new HashSet<>()).add(type)) {
                return;
            }
        }
        boolean fits = switch (type) {
            case Plain plain -> plain(value, plain);
            case Maybe(FieldType inner) -> {
                if (value != None.NONE) {
                    value(value, inner, place);
                }
                yield true;
            }
            case ListOf(FieldType item) ->
                value instanceof ListValue list && tagged(list, type) && each(list.items(), item, place);
            case DictOf(FieldType key, FieldType item) ->
                value instanceof DictValue dict
                        && tagged(dict, type)
                        && each(dict.entries().keySet(), key, place)
                        && each(dict.entries().values(), item, place);
            case TupleOf(List<FieldType> items) ->
                value instanceof Tuple(List<PickleValue> parts, int _) && parts(parts, items, place);
            case Own(String name) -> own(value, name, place);
        };
        if (!fits) {
            throw refuse("gives " + place + " a value that is not of the type its class declares");
        }
    }

    private static boolean plain(PickleValue value, Plain type) {
        return switch (type) {
            case TENSOR -> value instanceof TensorRef;
            case INT -> value instanceof Int;
            case FLOAT -> value instanceof Real;
            case BOOL -> value instanceof Bool;
            case STR -> value instanceof Text;
            case COMPLEX -> value == Complex.COMPLEX;
            case NONE -> value == None.NONE;
            case DEVICE -> value instanceof Device;
        };
    }

    private boolean tagged(Growing value, FieldType type) {
        String tag = value.tag();
        return tag != null && FieldType.parse(tag, entry).equals(type);
    }

    private boolean each(Collection<PickleValue> values, FieldType type, String place) {
        values.forEach(value -> value(value, type, place));
        return true;
    }

    private boolean parts(List<PickleValue> values, List<FieldType> types, String place) {
        if (values.size() != types.size()) {
            return false;
        }
        Iterator<FieldType> type = types.iterator();
        values.forEach(value -> value(value, type.next(), place));
        return true;
    }

    private boolean own(PickleValue value, String name, String place) {
        ClassDeclaration declaration = declaration(entry, name, code);
        if (declaration.kind() == ClassKind.NAMED_TUPLE) {
            List<FieldType> types = declaration.fields().values().stream()
                    .map(type -> FieldType.parse(type, entry))
                    .toList();
            return value instanceof Tuple(List<PickleValue> parts, int _) && parts(parts, types, place);
        }
        if (!(value instanceof Instance instance) || !instance.className().equals(name)) {
            return false;
        }
        declaration.fields().forEach((field, type) -> {
            PickleValue fieldValue = instance.fields().get(field);
            if (fieldValue == null) {
                throw refuse("lacks the field " + InvalidModel.shown(field) + " of " + InvalidModel.shown(name));
            }
            value(fieldValue, FieldType.parse(type, entry), "the field " + InvalidModel.shown(field));
        });
        return true;
    }

    private static ClassDeclaration declaration(String entry, String name, CodeIndex code) {
        ClassDeclaration declaration = code.classes().get(name);
        if (declaration == null) {
            throw InvalidModel.in(
                    entry, "has an object of " + InvalidModel.shown(name) + ", which the code does not declare");
        }
        return declaration;
    }

    private RefusedException refuse(String sentence) {
        return InvalidModel.in(entry, sentence);
    }
}
