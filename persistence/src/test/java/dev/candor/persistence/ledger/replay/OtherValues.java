package dev.candor.persistence.ledger.replay;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Every field of a record, and of the records in it, changed to other values that its type allows, one at a time; the elements of its lists left out, doubled and
 * moved. Receipts are changed in their fields too, although events hold them as bytes.
 */
final class OtherValues {
    /**
     * The whole with one field changed.
     *
     * @param field its path
     * @param value the whole
     */
    record Changed<T>(String field, T value) {}

    private OtherValues() {}

    static <T extends Record> List<Changed<T>> of(T whole) {
        List<Changed<T>> all = new ArrayList<>();
        for (Changed<Object> each : ofRecord(whole)) {
            @SuppressWarnings("unchecked") // it was made by the constructor of the whole's class
            T value = (T) each.value();
            all.add(new Changed<>(each.field(), value));
        }
        return all;
    }

    private static List<Changed<Object>> of(Object value, Type type) {
        return switch (value) {
            case Digest digest -> values(Digest.sha256(digest.toBytes()));
            case Bytes bytes -> ofBytes(bytes);
            case Long number -> values(number + 1, number - 1);
            case Integer number -> values(number + 1, number - 1);
            case Boolean flag -> values(!flag);
            case String text -> values(text + "x");
            case UUID id -> values(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() ^ 1));
            case Enum<?> constant -> ofEnum(constant);
            case Optional<?> optional -> ofOptional(optional, type);
            case List<?> list -> ofList(list, argument(type));
            case Set<?> set -> ofSet(set, argument(type));
            case Record nested -> ofRecord(nested);
            default -> throw new IllegalStateException("no other value is known of a " + value.getClass());
        };
    }

    private static List<Changed<Object>> values(Object... others) {
        return Arrays.stream(others).map(each -> new Changed<>("", each)).toList();
    }

    private static List<Changed<Object>> ofBytes(Bytes bytes) {
        try {
            return ofRecord(Receipt.parse(bytes)).stream()
                    .map(each -> new Changed<Object>(each.field(), ((Receipt) each.value()).toBytes()))
                    .toList();
        } catch (MalformedBytesException e) {
            if (bytes.length() == 0) {
                return values(Bytes.ofHex("00"));
            }
            byte[] other = bytes.toArray();
            other[other.length - 1] ^= 1;
            return values(Bytes.wrap(other));
        }
    }

    private static List<Changed<Object>> ofEnum(Enum<?> constant) {
        return Arrays.stream(constant.getDeclaringClass().getEnumConstants())
                .filter(each -> !each.equals(constant))
                .map(each -> new Changed<Object>("", each))
                .toList();
    }

    private static List<Changed<Object>> ofOptional(Optional<?> optional, Type type) {
        if (optional.isEmpty()) {
            return List.of(new Changed<>(" added", Optional.of(sample(argument(type)))));
        }
        List<Changed<Object>> all = new ArrayList<>();
        all.add(new Changed<>(" left out", Optional.empty()));
        of(optional.get(), argument(type))
                .forEach(each -> all.add(new Changed<>(each.field(), Optional.of(each.value()))));
        return all;
    }

    private static List<Changed<Object>> ofList(List<?> list, Type element) {
        List<Changed<Object>> all = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            int at = i;
            List<Object> without = new ArrayList<>(list);
            without.remove(at);
            all.add(new Changed<>("[] left out", without));
            List<Object> doubled = new ArrayList<>(list);
            doubled.add(at, list.get(at));
            all.add(new Changed<>("[] doubled", doubled));
            if (at > 0) {
                List<Object> moved = new ArrayList<>(list);
                Collections.swap(moved, at, at - 1);
                all.add(new Changed<>("[] moved", moved));
            }
            of(list.get(at), element).forEach(each -> {
                List<Object> other = new ArrayList<>(list);
                other.set(at, each.value());
                all.add(new Changed<>("[]" + each.field(), other));
            });
        }
        return all;
    }

    private static List<Changed<Object>> ofSet(Set<?> set, Type element) {
        List<Changed<Object>> all = new ArrayList<>();
        for (Object constant : ((Class<?>) element).getEnumConstants()) {
            Set<Object> other = new HashSet<>(set);
            if (!other.remove(constant)) {
                other.add(constant);
            }
            all.add(new Changed<>("", other));
        }
        return all;
    }

    /** Where a constructor refuses a value, it is none that the type allows. */
    private static List<Changed<Object>> ofRecord(Record whole) {
        RecordComponent[] fields = whole.getClass().getRecordComponents();
        List<Object> values =
                Arrays.stream(fields).map(each -> read(whole, each)).toList();
        List<Changed<Object>> all = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            int at = i;
            for (Changed<Object> each : of(values.get(at), fields[at].getGenericType())) {
                List<Object> others = new ArrayList<>(values);
                others.set(at, each.value());
                build(whole.getClass(), others)
                        .ifPresent(built -> all.add(new Changed<>("." + fields[at].getName() + each.field(), built)));
            }
        }
        return all;
    }

    private static Object read(Record whole, RecordComponent field) {
        try {
            field.getAccessor().setAccessible(true);
            return Objects.requireNonNull(field.getAccessor().invoke(whole));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's field can be read", e);
        }
    }

    private static Optional<Object> build(Class<?> record, List<Object> values) {
        try {
            Class<?>[] types = Arrays.stream(record.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<?> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return Optional.of(constructor.newInstance(values.toArray()));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException || e.getCause() instanceof ArithmeticException) {
                return Optional.empty();
            }
            throw new IllegalStateException("a record refuses a value with a sentence", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record has a constructor of its fields", e);
        }
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    /** Some value of a type. */
    private static Object sample(Type type) {
        if (type.equals(Digest.class)) {
            return Digest.sha256(Bytes.EMPTY);
        }
        if (type.equals(long.class)) {
            return 1L;
        }
        if (type instanceof ParameterizedType list && list.getRawType().equals(List.class)) {
            return List.of();
        }
        Class<?> record = (Class<?>) type;
        List<Object> values = new ArrayList<>();
        for (RecordComponent each : record.getRecordComponents()) {
            // The first number the smaller: an index is less than its size.
            values.add(
                    each.getType().equals(long.class) ? (Object) (long) values.size() : sample(each.getGenericType()));
        }
        return build(record, values).orElseThrow();
    }
}
