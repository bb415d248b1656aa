package dev.candor.proving.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A node of an ONNX graph: its inputs as arguments, and its attributes by name.
 *
 * @param call name, place and inputs
 */
record OnnxNode(Arguments call, Map<String, AttributeProto> attributes) {
    String operator() {
        return call.operator();
    }

    UnsupportedModelException refuse(String problem) {
        return call.refuse(problem);
    }

    void require(boolean holds, String problem) {
        if (!holds) {
            throw refuse(problem);
        }
    }

    Value input(int index) {
        return call.get(index, "input " + index);
    }

    long whole(String name, long otherwise) {
        AttributeProto attribute = attributes.get(name);
        return attribute == null ? otherwise : attribute.getI();
    }

    float real(String name, float otherwise) {
        AttributeProto attribute = attributes.get(name);
        return attribute == null ? otherwise : attribute.getF();
    }

    FloatTensor tensor(String name) {
        AttributeProto attribute = attributes.get(name);
        if (attribute == null || !attribute.hasT()) {
            throw refuse("has no tensor as its " + name);
        }
        return OnnxTensors.read(attribute.getT());
    }

    /** A list of integers, or {@code otherwise} where there is none. */
    Value.Many wholes(String name, long... otherwise) {
        AttributeProto attribute = attributes.get(name);
        if (attribute == null) {
            require(otherwise.length > 0, "has no " + name);
            return many(otherwise);
        }
        return many(attribute.getIntsList().stream().mapToLong(Long::longValue).toArray());
    }

    /** Dimensions, as the attribute {@code axes} or as an input. */
    List<Long> axes(int input) {
        AttributeProto attribute = attributes.get("axes");
        if (attribute != null) {
            return attribute.getIntsList();
        }
        double[] axes = call.constant(input, "axes").toArray();
        return Arrays.stream(axes).mapToObj(axis -> (long) axis).toList();
    }

    static Value.Many many(long... numbers) {
        List<Value> items = new ArrayList<>();
        for (long number : numbers) {
            items.add(new Value.Whole(number));
        }
        return new Value.Many(items);
    }

    /** Padding down and across; refused where the two sides differ, or are left to the executor. */
    Value.Many padding() {
        AttributeProto automatic = attributes.get("auto_pad");
        String kind = automatic == null ? "NOTSET" : automatic.getS().toStringUtf8();
        require(kind.equals("NOTSET") || kind.equals("VALID"), "has automatic padding, which is not supported");
        AttributeProto pads = attributes.get("pads");
        if (pads == null || kind.equals("VALID")) {
            return many(0, 0);
        }
        List<Long> four = pads.getIntsList();
        require(
                four.size() == 4
                        && four.get(0).equals(four.get(2))
                        && four.get(1).equals(four.get(3)),
                "has padding " + four + "; only planes with the same padding on both sides are supported");
        return many(four.get(0), four.get(1));
    }
}
