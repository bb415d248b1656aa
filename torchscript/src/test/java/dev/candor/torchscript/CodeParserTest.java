package dev.candor.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.candor.torchscript.Code.Expression;
import dev.candor.torchscript.Code.Expression.Attribute;
import dev.candor.torchscript.Code.Expression.Call;
import dev.candor.torchscript.Code.Expression.Index;
import dev.candor.torchscript.Code.Expression.ListOf;
import dev.candor.torchscript.Code.Expression.Name;
import dev.candor.torchscript.Code.Expression.Nothing;
import dev.candor.torchscript.Code.Expression.Numeral;
import dev.candor.torchscript.Code.Expression.Operation;
import dev.candor.torchscript.Code.Expression.Truth;
import dev.candor.torchscript.Code.Expression.TupleOf;
import dev.candor.torchscript.Code.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class CodeParserTest {
    @Test
    void parsesClassesWithTheirMethods() {
        Code.Program program = parse("""
                class M(Module):
                  __parameters__ = []
                  training : bool
                  __annotations__["0"] = __torch__.torch.nn.Linear
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    fc = self.fc
                    a, b, = torch.chunk((fc).forward(x, ), 2)
                    return torch.add(a, b, alpha=1)
                def f(x: Tensor) -> Tensor:
                  return x
                """);

        assertThat(program.classes()).containsOnlyKeys("__torch__.M");
        assertThat(program.functions()).containsOnlyKeys("__torch__.f");
        Code.Function forward = program.classes().get("__torch__.M").methods().get("forward");
        assertThat(forward.parameters()).containsExactly("self", "x");
        assertThat(forward.position()).hasToString("code/__torch__.py line 5");
        assertThat(forward.body())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo(new Statement.Assign(
                                        List.of("fc"),
                                        new Attribute(new Name("self"), "fc"),
                                        new Code.Position("code/__torch__.py", 7))),
                        second -> assertThat(((Statement.Assign) second).targets())
                                .containsExactly("a", "b"),
                        third -> assertThat(((Statement.Return) third).value())
                                .isEqualTo(new Call(
                                        new Attribute(new Name("torch"), "add"),
                                        List.of(new Name("a"), new Name("b")),
                                        Map.of("alpha", new Numeral("1")))));
    }

    @Test
    void parsesWhatPyTorchWrites() {
        assertThat(expression("annotate(List[int], [])"))
                .isEqualTo(new Call(
                        new Name("annotate"),
                        List.of(new Index(new Name("List"), new Name("int")), new ListOf(List.of())),
                        Map.of()));
        assertThat(expression("[1, -2, None, True]"))
                .isEqualTo(new ListOf(List.of(
                        new Numeral("1"),
                        new Operation("-", List.of(new Numeral("2"))),
                        new Nothing(),
                        new Truth(true))));
        assertThat(expression("(x,)")).isEqualTo(new TupleOf(List.of(new Name("x"))));
        assertThat(expression("(x)")).isEqualTo(new Name("x"));
        assertThat(expression("x, y")).isEqualTo(new TupleOf(List.of(new Name("x"), new Name("y"))));
    }

    @Test
    void bindsOperatorsAsPythonDoes() {
        assertThat(expression("a - b - c * d")).isEqualTo(expression("(a - b) - (c * d)"));
        assertThat(expression("-a ** b")).isEqualTo(expression("-(a ** b)"));
        assertThat(expression("a or b and not c == d")).isEqualTo(expression("a or (b and (not (c == d)))"));
        assertThat(expression("a is not None"))
                .isEqualTo(new Operation("is not", List.of(new Name("a"), new Nothing())));
    }

    @Test
    void keepsWhatItDoesNotRunByItsWord() {
        Code.Program program = parse("""
                def f(x: Tensor) -> Tensor:
                  if True:
                    y = x
                  else:
                    pass
                  return x
                """);

        assertThat(program.functions().get("__torch__.f").body().getFirst())
                .isEqualTo(new Statement.Other("if", new Code.Position("code/__torch__.py", 2)));
    }

    @Test
    void namesTheLineOfWhatItCannotRead() {
        refused("x = (a").contains("leaves a bracket open");
        refused("x = a b").contains("line 2 has \"b\" where the statement should end");
        refused("x = f(a=1, a=2)").contains("line 2 gives the argument a twice");
        refused("x = +").contains("line 2 has \"+\" where an expression has to stand");
        refused("return a.1").contains("line 2");
        refused("return " + "(".repeat(300) + "x" + ")".repeat(300)).contains("nests an expression deeper than 256");
    }

    @Test
    void endsOnArbitraryTokens() {
        String[] tokens = {"a", "(", ")", "[", "]", ",", ".", "=", "-", "1", "\"s\"", "not", "is", "**", ":", "return"};
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder line = new StringBuilder("def f(x: Tensor) -> Tensor:\n  ");
            for (int i = random.nextInt(12); i >= 0; i--) {
                line.append(tokens[random.nextInt(tokens.length)]).append(' ');
            }
            try {
                parse(line.toString());
            } catch (InvalidModelException e) {
                assertThat(e.sentence()).isNotBlank();
            }
        }
    }

    private static AbstractStringAssert<?> refused(String line) {
        return assertThat(assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> parse("def f(x: Tensor) -> Tensor:\n  " + line + "\n"))
                .actual()
                .sentence());
    }

    private static Expression expression(String text) {
        Statement statement = parse("def f(x: Tensor) -> Tensor:\n  return " + text + "\n")
                .functions()
                .get("__torch__.f")
                .body()
                .getFirst();
        return ((Statement.Return) statement).value();
    }

    private static Code.Program parse(String code) {
        return CodeParser.parse(Map.of("code/__torch__.py", code.getBytes(StandardCharsets.US_ASCII)));
    }
}
