package dev.candor.actors.receipt;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Requests and answers in two forms written by hand, JSON and binary: nothing computes one from the other.
 *
 * @param name of the case
 * @param request in binary
 * @param requestJson the body that a caller sends
 * @param outputs in binary
 * @param outputsJson the list in the answer's body
 */
record ExchangeFixtures(
        String name, InferenceRequest request, String requestJson, List<Tensor> outputs, String outputsJson) {

    /** Halfway between 1 + 2^-23 and 1 + 2^-22 is ...1875: rounding to FP64 first would lose the difference and then go up to the even neighbour. */
    private static final String BELOW_HALFWAY = "1.00000017881393432617187499";

    static List<ExchangeFixtures> all() {
        return List.of(
                new ExchangeFixtures(
                        "one tensor, nested data",
                        request(
                                "mnist-mlp",
                                "",
                                VerificationMode.VANILLA,
                                List.of(),
                                List.of(tensor("pixels", DataType.FP32, "0000803f0000003f000040c0cdcccc3d", 1, 2, 2))),
                        """
                        {"id": "7", "inputs": [{"name": "pixels", "shape": [1, 2, 2], "datatype": "FP32", \
                        "data": [[[1, 0.5], [-3.0, 0.1]]]}]}""",
                        List.of(tensor("scores", DataType.FP32, "0000803e0ad7233c000000c0", 1, 3)),
                        """
                        [{"name": "scores", "shape": [1, 3], "datatype": "FP32", "data": [0.25, 0.01, -2.0]}]"""),
                new ExchangeFixtures(
                        "an alias, a mode and outputs asked, inputs out of order",
                        request(
                                "lenet5",
                                "stable",
                                VerificationMode.ZKML,
                                List.of("b", "a"),
                                List.of(
                                        tensor("y", DataType.INT32, "ffffffff07000000", 2),
                                        tensor("x", DataType.UINT8, "00ff", 2, 1),
                                        tensor("\u00e9", DataType.BOOL, "0100", 2))),
                        """
                        {"inputs": [\
                        {"name": "y", "shape": [2], "datatype": "INT32", "data": [-1, 7]}, \
                        {"name": "x", "shape": [2, 1], "datatype": "UINT8", "data": [[0], [255]]}, \
                        {"name": "\u00e9", "shape": [2], "datatype": "BOOL", "data": [true, false]}], \
                        "outputs": [{"name": "b", "parameters": {"binary_data": false}}, {"name": "a"}], \
                        "parameters": {"verification": "zkml", "priority": 1, "idempotency_key": "k"}}""",
                        List.of(
                                tensor("b", DataType.INT64, "ffffffffffffff7f0000000000000080", 2),
                                tensor("a", DataType.UINT64, "ffffffffffffffff0000000000000000", 2, 1)),
                        """
                        [{"name": "b", "shape": [2], "datatype": "INT64", \
                        "data": [9223372036854775807, -9223372036854775808]}, \
                        {"name": "a", "shape": [2, 1], "datatype": "UINT64", "data": [18446744073709551615, 0]}]"""),
                new ExchangeFixtures(
                        "every other datatype, rounding",
                        request(
                                "types",
                                "2.13",
                                VerificationMode.VANILLA,
                                List.of(),
                                List.of(
                                        tensor("i8", DataType.INT8, "807f", 2),
                                        tensor("i16", DataType.INT16, "0080ff7f", 2),
                                        tensor("u16", DataType.UINT16, "ffff0100", 2),
                                        tensor("u32", DataType.UINT32, "ffffffff00000000", 2),
                                        tensor("f16", DataType.FP16, "003c013cff7b0080", 4),
                                        tensor("bf16", DataType.BF16, "803f813f7f7f0080", 4),
                                        tensor("f32", DataType.FP32, "0100803f0200803f0000008001000000ffff7f7f", 5),
                                        tensor(
                                                "f64",
                                                DataType.FP64,
                                                "9a9999999999b93f00000000000000800100000000000000",
                                                3),
                                        tensor("text", DataType.BYTES, "02000000c3a900000000", 2),
                                        tensor("none", DataType.FP32, "", 0, 4))),
                        """
                        {"inputs": [\
                        {"name": "i8", "shape": [2], "datatype": "INT8", "data": [-128, 127]}, \
                        {"name": "i16", "shape": [2], "datatype": "INT16", "data": [-32768, 32767]}, \
                        {"name": "u16", "shape": [2], "datatype": "UINT16", "data": [65535, 1]}, \
                        {"name": "u32", "shape": [2], "datatype": "UINT32", "data": [4294967295, 0]}, \
                        {"name": "f16", "shape": [4], "datatype": "FP16", "raw": "ADwBPP97AIA="}, \
                        {"name": "bf16", "shape": [4], "datatype": "BF16", "raw": "gD+BP39/AIA="}, \
                        {"name": "f32", "shape": [5], "datatype": "FP32", "data": [BELOW, 1.0000001788139344, -0, 1e-45, 3.4028235e+38]}, \
                        {"name": "f64", "shape": [3], "datatype": "FP64", "data": [0.1, -0.0, 4.9E-324]}, \
                        {"name": "text", "shape": [2], "datatype": "BYTES", "data": ["é", ""]}, \
                        {"name": "none", "shape": [0, 4], "datatype": "FP32", "data": []}]}""".replace("BELOW", BELOW_HALFWAY),
                        List.of(
                                tensor("f16", DataType.FP16, "017c007c00fc0100", 2, 2),
                                tensor("bf16", DataType.BF16, "81ff807f80ff0100", 4)),
                        """
                        [{"name": "f16", "shape": [2, 2], "datatype": "FP16", "raw": "Av4AfAD8AQA="}, \
                        {"name": "bf16", "shape": [4], "datatype": "BF16", "raw": "wX+Af4D/AQA="}]"""),
                new ExchangeFixtures(
                        "not-a-numbers with sign and payload",
                        request(
                                "specials",
                                "1.00",
                                VerificationMode.VANILLA,
                                List.of(),
                                List.of(tensor("x", DataType.FP64, "010000000000f0ff", 1))),
                        """
                        {"inputs": [{"name": "x", "shape": [1], "datatype": "FP64", "data": ["NaN"]}]}""",
                        List.of(
                                tensor("y", DataType.FP32, "0000c0ff0100807f0000807f00000080", 4),
                                tensor("z", DataType.FP64, "000000000000f8ff000000000000f0ff", 2)),
                        """
                        [{"name": "y", "shape": [4], "datatype": "FP32", "data": ["NaN", "NaN", "Infinity", -0.0]}, \
                        {"name": "z", "shape": [2], "datatype": "FP64", "data": ["NaN", "-Infinity"]}]"""));
    }

    /** The file that a caller keeps: {@code number} is the leaf's in the world of {@link ReceiptFixtures}. */
    String file(int number, Bytes receipt) {
        return "{\"model\": \"" + request.model() + "\", \"version\": \"" + request.version() + "\", \"request\": "
                + requestJson + ", \"response\": " + responseJson(number, receipt) + "}";
    }

    String responseJson(int number, Bytes receipt) {
        ReceiptLeaf leaf = leaf(number);
        return "{\"model_name\": \"" + leaf.model().name() + "\", \"model_version\": \""
                + leaf.model().version() + "\", \"id\": \"7\", \"parameters\": {\"candor_request_id\": \"" + leaf.id()
                + "\", \"candor_receipt\": \"" + base64(receipt) + "\", \"candor_salt\": \""
                + base64(ReceiptFixtures.salt(number)) + "\"}, \"outputs\": " + outputsJson + "}";
    }

    /** The leaf of this exchange; where a version was asked by number, it ran. */
    ReceiptLeaf leaf(int number) {
        int version = List.of(0, 5, 113, 0).get(number);
        return ReceiptFixtures.leaf(
                ReceiptFixtures.NETWORK,
                ReceiptFixtures.EXECUTOR,
                number,
                1 + version / 100,
                version % 100,
                request,
                outputs,
                ReceiptFixtures.salt(number));
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }

    private static InferenceRequest request(
            String model, String version, VerificationMode mode, List<String> outputs, List<Tensor> inputs) {
        return new InferenceRequest(model, version, inputs, outputs, 0, Optional.empty(), mode, Optional.empty());
    }

    private static Tensor tensor(String name, DataType datatype, String hex, long... shape) {
        return new Tensor(name, datatype, Shape.of(shape), Bytes.ofHex(hex));
    }
}
