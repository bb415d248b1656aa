package dev.candor.torchscript;

import dev.candor.torchscript.CodeIndex.ClassDeclaration;
import dev.candor.torchscript.CodeIndex.ClassKind;
import dev.candor.torchscript.FieldType.DictOf;
import dev.candor.torchscript.FieldType.ListOf;
import dev.candor.torchscript.FieldType.Maybe;
import dev.candor.torchscript.FieldType.Own;
import dev.candor.torchscript.FieldType.Plain;
import dev.candor.torchscript.FieldType.TupleOf;
import dev.candor.torchscript.PickleValue.Bool;
import dev.candor.torchscript.PickleValue.Complex;
import dev.candor.torchscript.PickleValue.Device;
import dev.candor.torchscript.PickleValue.DictValue;
import dev.candor.torchscript.PickleValue.Growing;
import dev.candor.torchscript.PickleValue.Instance;
import dev.candor.torchscript.PickleValue.Int;
import dev.candor.torchscript.PickleValue.ListValue;
import dev.candor.torchscript.PickleValue.None;
import dev.candor.torchscript.PickleValue.Real;
import dev.candor.torchscript.PickleValue.TensorRef;
import dev.candor.torchscript.PickleValue.Text;
import dev.candor.torchscript.PickleValue.Tuple;
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
            throw InvalidModelException.in(entry, "holds no module; save the model with torch.jit.save");
        }
        ClassDeclaration declaration = declaration(entry, model.className(), code);
        if (declaration.kind() != ClassKind.MODULE || !declaration.methods().contains("forward")) {
            throw InvalidModelException.in(
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
                throw refuse("lacks the field " + InvalidModelException.shown(field) + " of "
                        + InvalidModelException.shown(name));
            }
            value(fieldValue, FieldType.parse(type, entry), "the field " + InvalidModelException.shown(field));
        });
        return true;
    }

    private static ClassDeclaration declaration(String entry, String name, CodeIndex code) {
        ClassDeclaration declaration = code.classes().get(name);
        if (declaration == null) {
            throw InvalidModelException.in(
                    entry,
                    "has an object of " + InvalidModelException.shown(name) + ", which the code does not declare");
        }
        return declaration;
    }

    private InvalidModelException refuse(String sentence) {
        return InvalidModelException.in(entry, sentence);
    }
}
