package dev.candor.cluster.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code inputs}. Its data may stand before its shape; it is then read a second time, once the shape is known. */
final class InputReader {
    private static final int MAX_NAME = 128;

    private final byte[] body;
    private final int limit;
    private @Nullable String name;
    private @Nullable DataType type;
    private @Nullable Shape shape;
    private @Nullable Bytes data;
    private long binarySize = -1;
    private int dataFrom = -1;
    private int dataTo;
    private int decoded;

    InputReader(byte[] body, int limit) {
        this.body = body;
        this.limit = limit;
    }

    String name() {
        return name == null ? "" : name;
    }

    boolean isBinary() {
        return binarySize >= 0;
    }

    /** Bytes behind the JSON. */
    long binarySize() {
        return Math.max(0, binarySize);
    }

    /** Bytes that came out of the JSON. */
    int decoded() {
        return decoded;
    }

    void read(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw InferRequestReader.invalid(
                    "an entry of \"inputs\" must be an object with name, shape, datatype and data");
        }
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            JsonToken value = in.nextToken();
            switch (field) {
                case "name" -> readName(in);
                case "datatype" -> readType(in);
                case "shape" -> readShape(in);
                case "parameters" -> readParameters(in);
                case "data" -> {
                    if (value != JsonToken.VALUE_NULL) {
                        readData(in);
                    }
                }
                default -> in.skipChildren();
            }
        }
        if (dataFrom >= 0) {
            readDelayedData();
        }
        requireComplete();
    }

    private void readName(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING || name != null) {
            throw InferRequestReader.invalid("the \"name\" of an input must be one string");
        }
        String text = in.getText();
        if (text.isEmpty() || text.length() > MAX_NAME) {
            throw InferRequestReader.invalid("the \"name\" of an input has 1 to " + MAX_NAME + " characters");
        }
        name = text;
    }

    private void readType(JsonParser in) throws IOException {
        DataType known = in.currentToken() == JsonToken.VALUE_STRING
                ? DataType.ofName(in.getText()).orElse(null)
                : null;
        if (known == null || type != null) {
            throw unfit(
                    "its \"datatype\" must be one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16,"
                            + " FP32, FP64, BYTES");
        }
        type = known;
    }

    private void readShape(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY || shape != null) {
            throw unfit("its \"shape\" must be one array of numbers");
        }
        long[] dimensions = new long[Shape.MAX_RANK];
        int rank = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (rank == Shape.MAX_RANK) {
                throw unfit("its \"shape\" has over " + Shape.MAX_RANK + " dimensions");
            }
            dimensions[rank++] = RequestParameters.integer(in, "shape", Integer.MAX_VALUE);
        }
        shape = Shape.of(Arrays.copyOf(dimensions, rank));
    }

    private void readParameters(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw unfit("its \"parameters\" must be an object");
        }
        for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
            in.nextToken();
            if (!key.equals("binary_data_size")) {
                InferRequestReader.skipOrRefuse(in, key);
            } else if (isBinary()) {
                throw unfit("binary_data_size is given twice");
            } else {
                binarySize = RequestParameters.integer(in, key, Integer.MAX_VALUE);
            }
        }
    }

    private void readData(JsonParser in) throws IOException {
        if (data != null || dataFrom >= 0) {
            throw unfit("\"data\" is given twice");
        }
        if (name != null && type != null && shape != null) {
            data = readData(in, name, type, shape);
            return;
        }
        // What it means is not known yet: remember where it stands.
        dataFrom = (int) in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        dataTo = (int) in.currentLocation().getByteOffset();
    }

    private void readDelayedData() throws IOException {
        if (name == null || type == null || shape == null) {
            return;
        }
        try (JsonParser again = Json.STREAM.createParser(body, dataFrom, dataTo - dataFrom)) {
            again.nextToken();
            data = readData(again, name, type, shape);
        }
    }

    private Bytes readData(JsonParser in, String of, DataType datatype, Shape dimensions) throws IOException {
        long elements = elements(dimensions);
        // An element and its comma take at least two bytes.
        if (elements > body.length / 2) {
            throw unfit("its shape " + dimensions + " has " + elements + " elements, more than the body can hold");
        }
        TensorDataReader reader = new TensorDataReader(in, of, datatype, dimensions, (int) elements, limit);
        byte[] bytes = reader.read();
        decoded = reader.size();
        return bytes.length == decoded ? Bytes.wrap(bytes) : Bytes.wrap(bytes).slice(0, decoded);
    }

    private long elements(Shape dimensions) {
        try {
            return dimensions.elements();
        } catch (ArithmeticException e) {
            throw unfit("its shape " + dimensions + " has more elements than can be counted");
        }
    }

    private void requireComplete() {
        if (name == null) {
            throw InferRequestReader.invalid("an input has no \"name\"");
        }
        if (type == null) {
            throw unfit("it has no \"datatype\"");
        }
        if (shape == null) {
            throw unfit("it has no \"shape\"");
        }
        if (isBinary() == (data != null)) {
            throw unfit(
                    isBinary()
                            ? "it has both \"data\" and binary_data_size; send one of them"
                            : "it has neither \"data\" nor the parameter binary_data_size");
        }
    }

    Tensor tensor(Bytes whole, long at, int end) {
        if (name == null || type == null || shape == null) {
            throw new IllegalStateException("an input is asked for its tensor before it is complete");
        }
        if (!isBinary()) {
            return new Tensor(name, type, shape, data == null ? Bytes.EMPTY : data);
        }
        if (at + binarySize > end) {
            throw unfit("its " + binarySize + " bytes of binary data are cut off: the body has only " + (end - at)
                    + " more");
        }
        Bytes window = whole.slice((int) at, (int) binarySize);
        BinaryTensors.check(name, type, shape, elements(shape), window);
        return new Tensor(name, type, shape, window);
    }

    private RefusedException unfit(String what) {
        return new RefusedException(ErrorCode.INVALID_TENSOR, "input \"" + name() + "\": " + what);
    }
}
