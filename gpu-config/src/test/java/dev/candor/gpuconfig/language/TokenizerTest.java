package dev.candor.gpuconfig.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class TokenizerTest {
    private static final Tokenizer TOKENIZER = new Tokenizer(
            List.of(
                    new Tokenizer.Merge('t', 'h'),
                    new Tokenizer.Merge(256, 'e'),
                    new Tokenizer.Merge(' ', 257),
                    new Tokenizer.Merge('1', '2'),
                    new Tokenizer.Merge('!', '!')),
            List.of("<|end|>", "<|user|>"));

    @Test
    void joinsTheEarliestLearnedPairFirst() {
        assertThat(TOKENIZER.encode("the the th")).containsExactly(257, 258, ' ', 256);
    }

    @Test
    void keepsDigitsApartAndSignsTogether() {
        assertThat(TOKENIZER.encode("12!!")).containsExactly('1', '2', 260);
    }

    @Test
    void leavesTheLastBlankToTheWordBehindIt() {
        assertThat(TOKENIZER.encode("\n  the")).containsExactly('\n', ' ', 258);
        assertThat(TOKENIZER.encode("the  ")).containsExactly(257, ' ', ' ');
    }

    @Test
    void neverMakesSpecialTokensOfText() {
        assertThat(java.util.Arrays.stream(TOKENIZER.encode("<|end|>"))).noneMatch(TOKENIZER::isSpecial);
        assertThat(TOKENIZER.special("<|user|>")).isEqualTo(262);
        assertThat(TOKENIZER.size()).isEqualTo(263);
        assertThatThrownBy(() -> TOKENIZER.special("<|no|>")).hasMessageContaining("<|end|>");
    }

    @Test
    void refusesMergesOfLaterTokens() {
        assertThatThrownBy(() -> new Tokenizer(List.of(new Tokenizer.Merge(256, 1)), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("merge 0 joins 256 and 1, not both tokens before it");
    }

    @Property(tries = 300)
    void givesTheSameTextBack(@ForAll @StringLength(max = 300) String text) {
        String valid = text.replaceAll("[\\ud800-\\udfff]", "");
        assertThat(TOKENIZER.decode(TOKENIZER.encode(valid))).isEqualTo(valid);
    }
}
