package dev.candor.actors.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ExactArithmetic;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.testing.FakeCatalog;
import dev.candor.actors.testing.Requests;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestValidatorTest {
    private final FakeCatalog catalog = new FakeCatalog();
    private final RequestValidator validator = new RequestValidator(catalog, ServedModes.VANILLA_ONLY);

    /** Two inputs, two outputs, batches of at most 4, two priorities. */
    private static ModelSpec pair() {
        return new ModelSpec(
                List.of(
                        new TensorSpec("x", DataType.FP32, Shape.of(-1, 4)),
                        new TensorSpec("flag", DataType.BOOL, Shape.of(-1, 1))),
                List.of(
                        new TensorSpec("y", DataType.FP32, Shape.of(-1, 2)),
                        new TensorSpec("z", DataType.FP32, Shape.of(-1, 2))),
                List.of(),
                true,
                new BatchingPolicy(
                        4,
                        List.of(),
                        Duration.ZERO,
                        2,
                        2,
                        BatchingPolicy.TimeoutAction.REJECT,
                        Duration.ofMillis(7),
                        100,
                        1_000));
    }

    private static ModelSpec single(DataType type, boolean finite) {
        return new ModelSpec(
                List.of(new TensorSpec("x", type, Shape.of(-1, 2))),
                List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 2))),
                List.of(),
                finite,
                Requests.policy(4));
    }

    private static Tensor flag(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Tensor("flag", DataType.BOOL, Shape.of(values.length, 1), Bytes.wrap(bytes));
    }

    private static InferenceRequest request(List<Tensor> inputs) {
        return request(inputs, List.of(), 0, Optional.empty());
    }

    private static InferenceRequest request(
            List<Tensor> inputs, List<String> outputs, int priority, Optional<Duration> timeout) {
        return new InferenceRequest(
                "m", "", inputs, outputs, priority, timeout, VerificationMode.VANILLA, Optional.empty());
    }

    private Refusal refusal(InferenceRequest request) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> validator.validate(request, 0));
        assertThat(refused).isNotNull();
        return refused.refusal();
    }

    private void assertRefused(InferenceRequest request, ErrorCode code, String sentence) {
        assertThat(refusal(request)).isEqualTo(Refusal.of(code, sentence));
    }

    @Test
    void ordersInputsAndFillsInDefaults() {
        var model = catalog.add("m", pair());
        Tensor x = Requests.x(1, 2, 3, 4, 5, 6, 7, 8);
        ValidRequest valid = validator.validate(request(List.of(flag(1, 0), x)), 0);
        assertThat(valid)
                .isEqualTo(new ValidRequest(
                        model, List.of(x, flag(1, 0)), List.of("y", "z"), 2, 2, Optional.of(Duration.ofMillis(7))));
    }

    @Test
    void keepsWhatTheCallerAsksFor() {
        catalog.add("m", pair());
        ValidRequest valid = validator.validate(
                request(List.of(Requests.x(1, 2, 3, 4), flag(1)), List.of("z"), 1, Optional.of(Duration.ofMillis(3))),
                0);
        assertThat(valid.outputs()).containsExactly("z");
        assertThat(valid.priority()).isEqualTo(1);
        assertThat(valid.queueTimeout()).hasValue(Duration.ofMillis(3));
    }

    @Test
    void refusesAnUnknownModel() {
        assertRefused(
                request(List.of()),
                ErrorCode.MODEL_NOT_FOUND,
                "there is no model \"m\"; register it or name one that is");
    }

    @Test
    void refusesAnUnknownVersionAndNamesThoseThereAre() {
        catalog.add("m", pair());
        InferenceRequest asked = new InferenceRequest(
                "m", "9.99", List.of(), List.of(), 0, Optional.empty(), VerificationMode.VANILLA, Optional.empty());
        assertRefused(
                asked,
                ErrorCode.MODEL_NOT_FOUND,
                "model \"m\" has no version or alias \"9.99\"; its versions are 1.00, its aliases latest");
    }

    @Test
    void refusesADisabledVersion() {
        catalog.add("m", pair());
        catalog.setEnabled("m", false);
        assertRefused(
                request(List.of()),
                ErrorCode.MODEL_DISABLED,
                "version 1.00 of model \"m\" is disabled; enable it or name another version");
    }

    @Test
    void refusesAMissingInput() {
        catalog.add("m", pair());
        assertRefused(
                request(List.of(Requests.x(1, 2, 3, 4))),
                ErrorCode.INVALID_TENSOR,
                "input \"flag\" is missing; send it as BOOL[-1,1]");
    }

    @Test
    void refusesAnUnknownInput() {
        catalog.add("m", pair());
        Tensor other = new Tensor("other", DataType.BOOL, Shape.of(1, 1), Bytes.wrap(new byte[1]));
        assertRefused(
                request(List.of(Requests.x(1, 2, 3, 4), flag(1), other)),
                ErrorCode.INVALID_TENSOR,
                "the model has no input \"other\"; its inputs are \"x\", \"flag\"");
    }

    @Test
    void refusesAnInputSentTwice() {
        catalog.add("m", pair());
        assertRefused(
                request(List.of(Requests.x(1, 2, 3, 4), flag(1), flag(1))),
                ErrorCode.INVALID_TENSOR,
                "input \"flag\" is sent twice; send it once");
    }

    @Test
    void refusesAnotherDatatype() {
        catalog.add("m", single(DataType.FP32, true));
        Tensor wrong = new Tensor("x", DataType.INT32, Shape.of(1, 2), Bytes.wrap(new byte[8]));
        assertRefused(request(List.of(wrong)), ErrorCode.INVALID_TENSOR, "input \"x\" has datatype INT32; send FP32");
    }

    @Test
    void refusesAnotherShape() {
        catalog.add("m", single(DataType.FP32, true));
        Tensor wrong = new Tensor("x", DataType.FP32, Shape.of(1, 3), Bytes.wrap(new byte[12]));
        assertRefused(
                request(List.of(wrong)),
                ErrorCode.INVALID_TENSOR,
                "input \"x\" has shape [1,3]; send [-1,2], where -1 stands for any size and the first dimension is the batch");
    }

    @Test
    void refusesAnEmptyBatch() {
        catalog.add("m", single(DataType.FP32, true));
        Tensor empty = new Tensor("x", DataType.FP32, Shape.of(0, 2), Bytes.EMPTY);
        assertRefused(
                request(List.of(empty)),
                ErrorCode.INVALID_TENSOR,
                "dimension 0 of input \"x\" is 0; every dimension must be 1 or more");
    }

    @Test
    void refusesInputsWithDifferentNumbersOfRows() {
        catalog.add("m", pair());
        assertRefused(
                request(List.of(Requests.x(1, 2, 3, 4), flag(1, 1))),
                ErrorCode.INVALID_TENSOR,
                "input \"x\" has 1 rows and input \"flag\" has 2; the first dimension must be the same for all inputs");
    }

    @Test
    void refusesMoreRowsThanABatchHolds() {
        catalog.add("m", single(DataType.UINT8, true));
        Tensor tall = new Tensor("x", DataType.UINT8, Shape.of(5, 2), Bytes.wrap(new byte[10]));
        assertRefused(
                request(List.of(tall)),
                ErrorCode.INVALID_TENSOR,
                "the request has 5 rows and the model takes at most 4 at once (max_batch_size); split the request");
    }

    @Test
    void refusesABoolThatIsNeitherZeroNorOne() {
        catalog.add("m", pair());
        assertRefused(
                request(List.of(Requests.x(1, 2, 3, 4), flag(2))),
                ErrorCode.INVALID_TENSOR,
                "element 0 of BOOL input \"flag\" is the byte 2; send 0 or 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FP16", "BF16", "FP32", "FP64"})
    void refusesNanAndInfinityWhereTheModelSaysSo(DataType type) {
        for (String value : List.of("nan", "infinity", "-infinity")) {
            Tensor input = new Tensor("x", type, Shape.of(1, 2), element(type, value));
            catalog.add("m", single(type, true));
            assertRefused(
                    request(List.of(input)),
                    ErrorCode.INVALID_TENSOR,
                    "element 1 of input \"x\" is NaN or infinite, which this model does not take; send finite numbers");
            catalog.add("m", single(type, false));
            assertThat(validator.validate(request(List.of(input)), 0).items()).isEqualTo(1);
        }
        catalog.add("m", single(type, true));
        Tensor largest = new Tensor("x", type, Shape.of(1, 2), element(type, "largest"));
        assertThat(validator.validate(request(List.of(largest)), 0).items()).isEqualTo(1);
    }

    /** A zero and then the value. */
    private static Bytes element(DataType type, String value) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * type.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(type.size());
        double number = switch (value) {
            case "nan" -> Double.NaN;
            case "infinity" -> Double.POSITIVE_INFINITY;
            case "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> type == DataType.FP64 ? Double.MAX_VALUE : type == DataType.FP16 ? 65504 : Float.MAX_VALUE;
        };
        if (type == DataType.FP16) {
            bytes.putShort(Float.floatToFloat16((float) number));
        } else if (type == DataType.BF16) {
            bytes.putShort((short) (Float.floatToRawIntBits((float) number) >>> 16));
        } else if (type == DataType.FP32) {
            bytes.putFloat((float) number);
        } else {
            bytes.putDouble(number);
        }
        return Bytes.wrap(bytes.array());
    }

    @Test
    void takesWellFramedBytes() {
        catalog.add("m", single(DataType.BYTES, true));
        Tensor text = new Tensor("x", DataType.BYTES, Shape.of(1, 2), Bytes.ofHex("02000000" + "6869" + "00000000"));
        assertThat(validator.validate(request(List.of(text)), 0).items()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"02000000" + "6869" + "01000000", "ffffffff" + "0000000000", "02000000" + "68690000"})
    void refusesBytesThatAreCutShort(String hex) {
        catalog.add("m", single(DataType.BYTES, true));
        Tensor text = new Tensor("x", DataType.BYTES, Shape.of(1, 2), Bytes.ofHex(hex));
        assertThat(refusal(request(List.of(text))).sentence()).contains("cut short");
    }

    @Test
    void refusesBytesWithALyingShape() {
        ModelSpec spec = new ModelSpec(
                List.of(new TensorSpec("x", DataType.BYTES, Shape.of(-1, -1))),
                List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 2))),
                List.of(),
                true,
                Requests.policy(4));
        catalog.add("m", spec);
        Tensor lying = new Tensor("x", DataType.BYTES, Shape.of(1, 1L << 40), Bytes.ofHex("00000000"));
        assertThat(refusal(request(List.of(lying))).sentence()).contains("but only 4 bytes in all");
        Tensor overflowing = new Tensor("x", DataType.BYTES, Shape.of(1L << 40, 1L << 40), Bytes.ofHex("00000000"));
        assertThat(refusal(request(List.of(overflowing))).sentence()).contains("but only 4 bytes in all");
    }

    @Test
    void refusesBytesBehindTheLastElement() {
        catalog.add("m", single(DataType.BYTES, true));
        Tensor text = new Tensor("x", DataType.BYTES, Shape.of(1, 2), Bytes.ofHex("00000000" + "00000000" + "aa"));
        assertThat(refusal(request(List.of(text))).sentence()).contains("1 bytes follow the last element");
    }

    @Test
    void refusesOutputsThatAreUnknownOrRequestedTwice() {
        catalog.add("m", pair());
        List<Tensor> inputs = List.of(Requests.x(1, 2, 3, 4), flag(1));
        assertRefused(
                request(inputs, List.of("w"), 0, Optional.empty()),
                ErrorCode.INVALID_TENSOR,
                "the model has no output \"w\"; its outputs are \"y\", \"z\"");
        assertRefused(
                request(inputs, List.of("z", "z"), 0, Optional.empty()),
                ErrorCode.INVALID_TENSOR,
                "output \"z\" is requested twice; request it once");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3})
    void refusesAPriorityOutsideTheLevels(int priority) {
        catalog.add("m", pair());
        assertThat(refusal(request(List.of(Requests.x(1, 2, 3, 4), flag(1)), List.of(), priority, Optional.empty()))
                        .sentence())
                .contains("levels 1 to 2");
    }

    @Test
    void refusesATimeoutThatCannotBeMeant() {
        catalog.add("m", pair());
        List<Tensor> inputs = List.of(Requests.x(1, 2, 3, 4), flag(1));
        for (Duration timeout : List.of(Duration.ofNanos(-1), Duration.ofHours(2))) {
            assertThat(refusal(request(inputs, List.of(), 0, Optional.of(timeout)))
                            .code())
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
        assertThat(validator
                        .validate(request(inputs, List.of(), 0, Optional.of(Duration.ZERO)), 0)
                        .queueTimeout())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = VerificationMode.class,
            names = {"TEE", "ZKML"})
    void refusesModesThatAreNotServedByName(VerificationMode mode) {
        catalog.add("m", pair());
        InferenceRequest request =
                new InferenceRequest("m", "", List.of(), List.of(), 0, Optional.empty(), mode, Optional.empty());
        Refusal refusal = refusal(request);
        assertThat(refusal.code()).isEqualTo(ErrorCode.MODE_UNAVAILABLE);
        assertThat(refusal.sentence())
                .startsWith("verification mode " + mode.word() + " is not served for m 1.00: ")
                .endsWith("; the modes it is served in: vanilla");
    }

    private static InferenceRequest verified(
            VerificationMode mode, Optional<Duration> deadline, boolean privateInput, float... x) {
        return new InferenceRequest(
                "m",
                "",
                List.of(Requests.x(x)),
                List.of(),
                0,
                Optional.empty(),
                mode,
                Optional.empty(),
                deadline,
                privateInput);
    }

    @Test
    void refusesWishesThatGoWithAnotherMode() {
        catalog.add("m", exact());
        assertThat(refusal(verified(VerificationMode.VANILLA, Optional.empty(), true, 1, 2, 3, 4))
                        .sentence())
                .contains("private_input");
        assertThat(refusal(verified(VerificationMode.VANILLA, Optional.of(Duration.ofSeconds(5)), false, 1, 2, 3, 4))
                        .sentence())
                .contains("verification_deadline_ms");
        RequestValidator proving = new RequestValidator(catalog, (mode, model, spec) -> Optional.empty());
        assertThat(catchThrowableOfType(
                                RefusedException.class,
                                () -> proving.validate(
                                        verified(
                                                VerificationMode.ZKML,
                                                Optional.of(Duration.ofMillis(999)),
                                                false,
                                                1,
                                                2,
                                                3,
                                                4),
                                        0))
                        .refusal()
                        .sentence())
                .contains("between 1000 and");
        assertThat(proving.validate(
                                verified(VerificationMode.ZKML, Optional.of(Duration.ofSeconds(1)), true, 1, 2, 3, 4),
                                0)
                        .items())
                .isEqualTo(1);
    }

    @Test
    void refusesWhatAnExactModelDoesNotTake() {
        catalog.add("m", exact());
        for (float element : new float[] {0.5f, 128, -128, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThat(refusal(verified(VerificationMode.VANILLA, Optional.empty(), false, 1, element, 3, 4))
                            .sentence())
                    .contains("whole numbers from -127 to 127");
        }
        assertThat(validator
                        .validate(verified(VerificationMode.VANILLA, Optional.empty(), false, -127, 127, 0, 4), 0)
                        .items())
                .isEqualTo(1);
    }

    private static ModelSpec exact() {
        return new ModelSpec(
                        List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
                        List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 2))),
                        List.of(),
                        false,
                        Requests.policy(4))
                .exactly(new ExactArithmetic(-127, 127, 0.5, 0.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tab\there", "umlaut ü", "\u0000"})
    void refusesAnIdempotencyKeyOfAnotherForm(String key) {
        InferenceRequest request = new InferenceRequest(
                "m", "", List.of(), List.of(), 0, Optional.empty(), VerificationMode.VANILLA, Optional.of(key));
        assertThat(refusal(request).sentence()).contains("1 to 128 printable ASCII characters");
        InferenceRequest tooLong = new InferenceRequest(
                "m",
                "",
                List.of(),
                List.of(),
                0,
                Optional.empty(),
                VerificationMode.VANILLA,
                Optional.of("k".repeat(129)));
        assertThat(refusal(tooLong).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }
}
