package dev.candor.proving.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.lookup.Table;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClampTest {

    @ParameterizedTest
    @CsvSource({
        "-127,127",
        "0,127",
        "0,255",
        "0,256",
        "-16383,16383",
        "0,16383",
        "-32768,32767",
        "-256,1",
        "-257,511",
        "0,1"
    })
    void theTablesGiveTheClampOfEveryNumber(int low, int high) {
        Clamp clamp = new Clamp(low, high);
        Table classes = clamp.classes("classes");
        Table values = clamp.values("values");
        for (int z = Short.MIN_VALUE; z <= Short.MAX_VALUE; z++) {
            int row = (z >> 8) + 128;
            assertThat(classes.columns().get(0).values().at(row)).isEqualTo(z >> 8);
            long block = classes.columns().get(1).values().at(row);
            long group = classes.columns().get(2).values().at(row);
            int at = (int) group * 256 + (z & 255);
            assertThat(values.columns().get(0).values().at(at)).isEqualTo(group);
            assertThat(values.columns().get(1).values().at(at)).isEqualTo(z & 255);
            assertThat(256 * block + values.columns().get(2).values().at(at)).isEqualTo(Math.clamp(z, low, high));
        }
    }
}
