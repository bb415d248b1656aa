package dev.candor.cluster.opengradient;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * JSON byte for byte as Python's {@code json.dumps(value, sort_keys=True)} writes what {@code json.loads} has read: ASCII, keys in the order of their code points, a
 * space behind commas and colons, floating-point numbers as {@code repr} has them. Stateless.
 */
final class PythonJson {
    private static final Comparator<String> BY_CODE_POINT = (a, b) -> {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        return Arrays.compare(left, right);
    };

    private static final int LARGEST_FIXED = 16;
    private static final int SMALLEST_FIXED = -4;

    private PythonJson() {}

    static String dumps(JsonNode value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(JsonNode value, StringBuilder out) {
        switch (value.getNodeType()) {
            case OBJECT -> object(value, out);
            case ARRAY -> array(value, out);
            case STRING -> string(value.textValue(), out);
            case NUMBER -> number(value, out);
            case BOOLEAN -> out.append(value.booleanValue());
            case NULL, MISSING -> out.append("null");
            case BINARY, POJO ->
                throw new IllegalArgumentException("what was read from JSON has no " + value.getNodeType());
        }
    }

    private static void object(JsonNode object, StringBuilder out) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
        members.sort(Map.Entry.comparingByKey(BY_CODE_POINT));
        out.append('{');
        String between = "";
        for (Map.Entry<String, JsonNode> member : members) {
            out.append(between);
            string(member.getKey(), out);
            out.append(": ");
            write(member.getValue(), out);
            between = ", ";
        }
        out.append('}');
    }

    private static void array(JsonNode array, StringBuilder out) {
        out.append('[');
        String between = "";
        for (JsonNode item : array) {
            out.append(between);
            write(item, out);
            between = ", ";
        }
        out.append(']');
    }

    private static void string(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c >= ' ' && c <= '~') {
                        out.append(c);
                    } else {
                        out.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        out.append('"');
    }

    private static void number(JsonNode number, StringBuilder out) {
        if (number.isIntegralNumber()) {
            out.append(number.bigIntegerValue());
        } else {
            out.append(repr(number.doubleValue()));
        }
    }

    /** Java shows two digits at least, of which the second is not always needed: 4.9E-324 is 5e-324. */
    private static BigDecimal shortest(double value) {
        BigDecimal shown = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal one = shown.round(new MathContext(1, RoundingMode.HALF_EVEN));
        return one.doubleValue() == value ? one.stripTrailingZeros() : shown;
    }

    /** A double as Python shows it: the shortest digits that read back as the same, fixed between 1e-4 and 1e16. */
    static String repr(double value) {
        if (!Double.isFinite(value)) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "a number in the request is too large");
        }
        String sign = value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        BigDecimal shortest = shortest(Math.abs(value));
        String digits = shortest.unscaledValue().toString();
        int point = digits.length() - shortest.scale();
        int exponent = point - 1;
        if (exponent < SMALLEST_FIXED || exponent >= LARGEST_FIXED) {
            String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
            String power = Integer.toString(Math.abs(exponent));
            return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? '-' : '+')
                    + (power.length() == 1 ? "0" + power : power);
        }
        if (point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        return point >= digits.length()
                ? sign + digits + "0".repeat(point - digits.length()) + ".0"
                : sign + digits.substring(0, point) + "." + digits.substring(point);
    }
}
