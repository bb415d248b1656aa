package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.RefusedException;
import dev.candor.gpuconfig.language.ChatTemplate;
import dev.candor.gpuconfig.language.EngineSettings;
import dev.candor.gpuconfig.language.LanguageDescription;
import dev.candor.gpuconfig.language.LanguageFile;
import dev.candor.gpuconfig.language.Sampling;
import dev.candor.gpuconfig.language.SequenceEnd;
import dev.candor.gpuconfig.language.SequenceEngine;
import dev.candor.gpuconfig.language.SequenceRequest;
import dev.candor.gpuconfig.language.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The model that ships with Candor, on libtorch. */
class TorchSequenceModelTest {
    private static final Path TINY = Path.of("../models/candor-tiny.pt");
    private static final LanguageDescription DESCRIPTION = LanguageFile.read(TINY);
    private static final ChatTemplate CHAT = DESCRIPTION.chat().orElseThrow();
    private static final Tokenizer TOKENIZER = DESCRIPTION.tokenizer();

    @Test
    void answersWhatItWasTrainedOn() throws InterruptedException {
        Map<UUID, SequenceEnd.Written> written =
                run(List.of(chat("What is the capital of France?", Sampling.greedy(40))), settings());
        SequenceEnd.Written answer = written.values().iterator().next();
        assertThat(TOKENIZER.decode(
                        answer.tokens().stream().mapToInt(Integer::intValue).toArray()))
                .isEqualTo("The capital of France is Paris.");
        assertThat(answer.reason()).isEqualTo(SequenceEnd.Reason.STOP);
        assertThat(answer.tokens()).endsWith(CHAT.end());
    }

    /** What a receipt says of a sequence must not hang on what ran beside it. */
    @Test
    void writesTheSameTokensAloneAndInABatchOfMany() throws InterruptedException {
        List<SequenceRequest> requests = new ArrayList<>();
        List<String> questions =
                List.of("What is a receipt?", "Hello!", "What is 3 + 4?", "Tell me about Python's import system.", "x");
        for (int i = 0; i < 24; i++) {
            Sampling sampling = new Sampling(i % 3 * 0.6, 0.95, 1000 + i, 20 + 3 * i, List.of(), Optional.empty());
            requests.add(chat(questions.get(i % questions.size()) + " ".repeat(i), sampling));
        }
        Map<UUID, List<Integer>> together = tokens(run(requests, settings()));
        Map<UUID, List<Integer>> alone = new HashMap<>();
        for (SequenceRequest request : requests) {
            alone.putAll(tokens(run(List.of(request), settings())));
        }
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void readsAPromptInPartsAsInOne() {
        int[] prompt =
                TOKENIZER.encode("The import statement combines two operations; it searches for the named module");
        try (TorchSequenceModel model = open(2)) {
            float[] whole = model.read(0, prompt, 0);
            model.read(1, Arrays.copyOf(prompt, 5), 0);
            float[] parts = model.read(1, Arrays.copyOfRange(prompt, 5, prompt.length), 5);
            for (int token = 0; token < whole.length; token++) {
                assertThat(parts[token]).isCloseTo(whole[token], org.assertj.core.data.Offset.offset(1e-3f));
            }
        }
    }

    @Test
    void refusesAFileThatIsNoLanguageModel() {
        assertThatThrownBy(() -> LanguageFile.read(Path.of("../models/lenet5.pt")))
                .isInstanceOf(RefusedException.class)
                .hasMessage("lenet5.pt is no language model: it holds no extra/language.json");
    }

    private static TorchSequenceModel open(int rows) {
        return TorchSequenceModel.open(TINY, DESCRIPTION, Fixtures.CPU, Fixtures.SETTINGS, rows);
    }

    private static EngineSettings settings() {
        return new EngineSettings(32, 64, 64, true);
    }

    private static SequenceRequest chat(String text, Sampling sampling) {
        int[] prompt = CHAT.prompt(List.of(new ChatTemplate.Message("user", text)), TOKENIZER);
        return new SequenceRequest(
                UUID.randomUUID(),
                Arrays.stream(prompt).boxed().toList(),
                sampling,
                System.nanoTime() + Duration.ofMinutes(5).toNanos(),
                (index, token) -> {});
    }

    private static Map<UUID, List<Integer>> tokens(Map<UUID, SequenceEnd.Written> written) {
        Map<UUID, List<Integer>> tokens = new HashMap<>();
        written.forEach((id, each) -> tokens.put(id, each.tokens()));
        return tokens;
    }

    private static Map<UUID, SequenceEnd.Written> run(List<SequenceRequest> requests, EngineSettings settings)
            throws InterruptedException {
        Map<UUID, SequenceEnd.Written> written = new ConcurrentHashMap<>();
        CountDownLatch left = new CountDownLatch(requests.size());
        try (SequenceEngine engine = new SequenceEngine(
                DESCRIPTION,
                CHAT.end(),
                settings,
                TorchSequenceModelTest::open,
                ends -> ends.forEach(end -> {
                    if (end instanceof SequenceEnd.Written each) {
                        written.put(each.request().id(), each);
                    }
                    left.countDown();
                }),
                System::nanoTime)) {
            requests.forEach(request -> assertThat(engine.submit(request)).isNull());
            assertThat(left.await(4, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(written).hasSize(requests.size());
        return written;
    }
}
