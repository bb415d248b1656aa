package dev.candor.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.candor.torchscript.PickleValue.Int;
import dev.candor.torchscript.PickleValue.ListValue;
import dev.candor.torchscript.PickleValue.Text;
import dev.candor.torchscript.PickleValue.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
    private static final int VALUES = 10_000;

    @Test
    void readsWhatPyTorchWrites() {
        PickleValue value =
                read(Pickle.of(Pickle.tuple(Pickle.text("a"), Pickle.number(-2), Pickle.list(Pickle.number(1)))));
        assertThat(value).isInstanceOf(Tuple.class);
        List<PickleValue> items = ((Tuple) value).items();
        assertThat(items.get(0)).isEqualTo(new Text("a"));
        assertThat(items.get(1)).isEqualTo(new Int(-2));
        assertThat(((ListValue) items.get(2)).items()).containsExactly(new Int(1));
        assertThat(value.depth()).isEqualTo(3);
    }

    @Test
    void readsNumbersOfEveryWidth() {
        byte[] numbers = Pickle.of(
                Pickle.mark(),
                new byte[] {'K', (byte) 200},
                new byte[] {'M', (byte) 0xff, (byte) 0xff},
                new byte[] {'J', (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                Pickle.number(Long.MIN_VALUE),
                Pickle.op('t'));
        assertThat(((Tuple) read(numbers)).items())
                .containsExactly(new Int(200), new Int(65535), new Int(-2), new Int(Long.MIN_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "posix, system",
        "os, system",
        "builtins, eval",
        "builtins, getattr",
        "subprocess, Popen",
        "torch, load",
        "torch._utils, _rebuild_qtensor",
        "torch._utils, _rebuild_sparse_tensor",
        "torch.distributed.rpc, rref",
        "torch.jit._pickle, build_tensor_from_id",
        "__main__, TensorID",
        "__torch__.torch.classes.quantized, Conv2dPackedParamsBase",
        "__torch__, Absent"
    })
    void refusesGlobalsThatNoModelNeeds(String module, String name) {
        byte[] attack = Pickle.of(Pickle.call(Pickle.global(module, name), Pickle.text("touch /tmp/owned")));
        refused(attack).contains(module + "." + name);
    }

    @ParameterizedTest
    @ValueSource(
            chars = {
                'i', 'o', 'P', 'S', 'I', 'L', 'F', 'V', 'd', 'l', 'p', 'g', '0', '2', '\u0082', '\u0090', '\u0093',
                '\u0095'
            })
    void refusesInstructionsThatPyTorchDoesNotWrite(char code) {
        refused(Pickle.of(Pickle.none(), Pickle.op(code), Pickle.none())).contains("instruction");
    }

    @Test
    void refusesWhatReadersOfPicklesReadDifferently() {
        refused(Pickle.of(Pickle.op('t'))).contains("mark");
        refused(Pickle.of(Pickle.none(), Pickle.mark(), Pickle.op(0x85), Pickle.op('t')))
                .contains("not there");
        refused(Pickle.of(Pickle.number(0), Pickle.tuple(), Pickle.op('R'))).contains("no function");
        refused(Pickle.of(new byte[] {'h', 9})).contains("did not store");
        refused(Pickle.of(Pickle.none(), new byte[] {'r', -1, -1, -1, 0x7f})).contains("beyond its own length");
        refused(Pickle.of(Pickle.none(), Pickle.none())).contains("more than one value");
        refused(Pickle.of(Pickle.mark(), Pickle.none())).contains("more than one value");
        refused(Pickle.join(Pickle.of(Pickle.none()), Pickle.none())).contains("more than one value");
        refused(Pickle.of(Pickle.op('}'), Pickle.mark(), Pickle.text("k"), Pickle.op('u')))
                .contains("growing dictionary");
        refused(Pickle.of(Pickle.op('}'), Pickle.tuple(), Pickle.none(), Pickle.op('s')))
                .contains("dictionary key");
        refused(Pickle.of(Pickle.number(1), Pickle.tuple(), Pickle.op(0x81))).contains("no class");
        refused(Pickle.of(Pickle.number(1), Pickle.op('}'), Pickle.op('b'))).contains("no object");
        refused(Pickle.of(Pickle.number(1), Pickle.op('Q'))).contains("no storage");
        refused(new byte[] {(byte) 0x80, 4, '.'}).contains("protocol 2");
    }

    @Test
    void refusesValuesThatContainThemselves() {
        byte[] self = Pickle.of(Pickle.op(']'), new byte[] {'q', 0}, new byte[] {'h', 0}, Pickle.op('a'));
        refused(self).contains("contains itself");
        byte[] each = Pickle.of(
                Pickle.op(']'),
                new byte[] {'q', 0},
                Pickle.op(']'),
                new byte[] {'q', 1},
                new byte[] {'h', 0},
                Pickle.op('a'),
                Pickle.op(0x85),
                new byte[] {'h', 0},
                new byte[] {'h', 1},
                Pickle.op('a'),
                Pickle.op(0x86));
        refused(each).contains("growing list");
    }

    @Test
    void refusesDeepValues() {
        byte[][] pieces = new byte[PickleReader.MOST_DEPTH + 1][];
        Arrays.fill(pieces, Pickle.op(0x85));
        pieces[0] = Pickle.none();
        assertThat(sentence(Pickle.of(pieces))).contains("deeper than");
        assertThat(read(Pickle.of(Arrays.copyOf(pieces, pieces.length - 1))).depth())
                .isEqualTo(PickleReader.MOST_DEPTH);
    }

    @Test
    void refusesManyValuesAndTruncatedOnes() {
        byte[][] pieces = new byte[VALUES + 2][];
        Arrays.fill(pieces, Pickle.none());
        refused(Pickle.of(pieces)).contains("more than " + VALUES);
        byte[] whole = Pickle.of(Pickle.tuple(Pickle.text("text"), Pickle.number(7), Pickle.real(1.5)));
        for (int length = 0; length < whole.length; length++) {
            assertThat(sentence(Arrays.copyOf(whole, length))).isNotEmpty();
        }
        refused(Pickle.of(new byte[] {'X', -1, -1, -1, -1})).contains("ends in the middle");
        refused(Pickle.of(new byte[] {'X', 1, 0, 0, 0, (byte) 0xff})).contains("UTF-8");
        refused(Pickle.of("cos\nsys tem\n".getBytes(StandardCharsets.US_ASCII))).contains("qualified name");
    }

    private static AbstractStringAssert<?> refused(byte[] pickle) {
        return assertThat(sentence(pickle));
    }

    private static String sentence(byte[] pickle) {
        return assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read(pickle))
                .actual()
                .getMessage();
    }

    private static PickleValue read(byte[] pickle) {
        try {
            Archive archive = Archive.open(
                    ByteSource.of(ByteBuffer.wrap(ArchiveBuilder.forward("x: Tensor) -> Tensor", "return x")
                            .bytes())),
                    InspectionLimits.DEFAULT);
            PickleGlobals globals = new PickleGlobals("data.pkl", archive, new CodeIndex(), "data/");
            return PickleReader.read("data.pkl", pickle, globals, VALUES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
