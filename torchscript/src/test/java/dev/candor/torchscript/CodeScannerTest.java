package dev.candor.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeScannerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "return torch.add(x, torch.mul(x, -1.5e-3), alpha=2)",
                "y = ops.prim.NumToTensor(torch.size(x, 0))",
                "return (x)[0]",
                "a, b, = torch.split(x, 1, 0)",
                "opts = annotate(Dict[str, List[int]], {\"a\": [1, 2]})",
                "w = torch.linear(x, CONSTANTS.c0, CONSTANTS.c12)",
                "t = \"torch.from_file(\\\"x\\\") # not code; \\\\\"",
                "z = x if torch.gt(1, 0) else torch.neg(x)",
                "f = torch.slice(x, 0, 0, 9223372036854775807)"
            })
    void acceptsWhatPyTorchWrites(String line) {
        assertThatCode(() -> scan(line)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return torch.from_file(\"/etc/passwd\", False, 10) | torch.from_file",
                "y = torch.save(x, \"/tmp/x\") | torch.save",
                "f = torch.from_file | torch.from_file",
                "t = torch | uses torch,",
                "o = ops | uses ops,",
                "y = ops.custom.run(x) | ops.custom.run",
                "y = ops.aten.from_file(\"x\") | ops.aten.from_file",
                "y = ops.prim.rpc_async(\"w\", x) | ops.prim.rpc_async",
                "y = torch . from_file(\"x\") | torch.from_file",
                "y = torch.ops.custom.run(x) | torch.ops.custom.run",
                "y = torch.relu.__self__ | torch.relu.__self__",
                "y = x.from_file(\"x\") | attribute from_file",
                "y = (x).set_(x) | attribute set_",
                "y = \"/etc/passwd\".from_file() | attribute from_file",
                "y = x[0].resize_([9999]) | attribute resize_",
                "y = getattr(x, \"from_file\") | attribute from_file",
                "y = getattr(torch, \"from_file\") | uses torch,",
                "y = getattr(x, n) | calls getattr",
                "y = print(x) | uses print",
                "y = fork(x) | uses fork",
                "y = open(\"x\") | uses open",
                "y = eval(\"x\") | uses eval",
                "y = hasattr(x, \"a\") | uses hasattr",
                "p = print | uses print",
                "y = __torch__.torch.classes.x.Y(x) | __torch__.torch.classes",
                "y = CONSTANTS.from_file | CONSTANTS.from_file",
                "y = torch.empty([1000]) | torch.empty",
                "y = torch.rand([2]) | torch.rand",
                "y = torch._reshape_alias(x, [9], [9]) | torch._reshape_alias",
                "y = torch.resize_(x, [999]) | torch.resize_",
                "y = torch.manual_seed(1) | torch.manual_seed",
                "import os | uses \"import\"",
                "y = lambda x: x | uses \"lambda\"",
                "raise x | uses \"raise\"",
                "with x: | uses \"with\"",
                "def g(): | inside of a function",
                "y = x.. | no name follows",
                "y = .x | dot",
                "self.counter = torch.add(x, 1) | change its own state",
                "y, self.counter = x, x | change its own state"
            })
    void refusesNamesThatLeadOutOfTheModel(String line, String told) {
        // A bare mention of a function is harmless until it is called, so the call is what is refused.
        String code = line.equals("p = print") ? "p = print\n    y = p(x)" : line;
        refused(code).containsAnyOf(told, "uses p,").contains("line ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# comment",
                "y = x; z = x",
                "y = \\\n x",
                "y = \"\"\"text\"\"\"",
                "y = 'text'",
                "y = \"a\nb\"",
                "y = \"\u00e9\"",
                "y = x\u00a0",
                "\ty = x",
                "y = 0x10",
                "y = 1.e",
                "y = 1abc",
                "y = @x",
                "y = (x",
                "y = x)",
                "y = \"open"
            })
    void refusesNotationThatOtherLexersMightReadDifferently(String line) {
        refused(line).contains("\"code/__torch__.py\"");
    }

    @Test
    void refusesDeclarationsThatShadowOperatorsOverMemory() {
        refusedCode("class M(Module):\n  def set_(self: __torch__.M) -> Tensor:\n    return x\n")
                .contains("set_");
        refusedCode("class M(Module):\n  from_file : Tensor\n").contains("from_file");
        refusedCode("class M(Module):\n  __annotations__[\"resize_\"] = Tensor\n")
                .contains("resize_");
        refusedCode("class M(Module):\n  def __setstate__(self: __torch__.M, s: int) -> NoneType:\n    return None\n")
                .contains("__setstate__");
        refusedCode("class C(Enum):\n  a = 1\n").contains("Enum");
        refusedCode("class M(Module):\n  a : int\nclass M(Module):\n  a : int\n")
                .contains("second time");
        refusedCode("x = 1\n").contains("only a class or a function");
    }

    @Test
    void refusesCodeThatIsDeeperThanLibtorchsStack() {
        String brackets = "y = " + "(".repeat(300) + "x" + ")".repeat(300);
        refused(brackets).contains("deeper than " + CodeScanner.MOST_NESTING);
        refused("y = x" + " + x".repeat(300)).contains("deeper than");
        refused("y = " + "- ".repeat(300) + "x").contains("deeper than");
        refused("y = x" + ".T".repeat(300)).contains("deeper than");
        refused("y = x" + "[0]".repeat(300)).contains("deeper than");
        refused("y = " + "not ".repeat(300) + "x").contains("deeper than");
        assertThatCode(() -> scan("y = [" + "1, ".repeat(50_000) + "]")).doesNotThrowAnyException();
        StringBuilder blocks = new StringBuilder("if x:");
        for (int i = 1; i < 120; i++) {
            blocks.append('\n').append(" ".repeat(4 + 2 * i)).append("if x:");
        }
        refused(blocks.toString()).contains("nests blocks");
    }

    @Test
    void refusesLongChainsOfDeclarations() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            code.append("def f")
                    .append(i)
                    .append("(x: Tensor) -> Tensor:\n  return __torch__.f")
                    .append(i + 1)
                    .append("(x, )\n");
        }
        refusedCode(code.toString()).contains("levels deep");
        assertThatCode(() -> scanCode("def f(x: Tensor) -> Tensor:\n  return __torch__.f(x, )\n"))
                .doesNotThrowAnyException();
    }

    private static AbstractStringAssert<?> refused(String line) {
        return assertThat(assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> scan(line))
                .actual()
                .getMessage());
    }

    private static AbstractStringAssert<?> refusedCode(String code) {
        return assertThat(assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> scanCode(code))
                .actual()
                .getMessage());
    }

    private static void scan(String line) {
        scanCode("class M(Module):\n  training : bool\n  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    "
                + line + "\n");
    }

    private static void scanCode(String code) {
        CodeIndex index = new CodeIndex();
        OperatorList operators = new OperatorList(Set.of());
        CodeScanner.scan("code/__torch__.py", code.getBytes(StandardCharsets.ISO_8859_1), index, operators);
        CodeChecks.check(index, operators);
    }
}
