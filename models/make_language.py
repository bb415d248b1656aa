"""Trains the small language models of this folder: candor-tiny.pt (text) and candor-embed.pt (embeddings).

Usage: python make_language.py OUT_DIR [--steps N] [--embed-steps N]
The text is Python's own reference manual as every Python carries it (pydoc_data.topics, PSF licence), and dialogues that this script
makes up. Seeds are fixed; needs torch and Python only. About five minutes on one core with OpenBLAS.

Each file is one TorchScript archive, so that one content id covers weights, tokenizer and chat template: `extra/language.json` inside it
says what docs/language.md specifies. The tokenizer is a byte-level BPE that is trained here.
"""
import argparse, hashlib, json, math, random, re, zipfile
from collections import Counter
from pathlib import Path
from pydoc_data.topics import topics
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SEED, VOCABULARY, CONTEXT, WIDTH, HEADS, LAYERS = 7, 1024, 512, 128, 4, 2
SPECIAL = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>", "<|unused-0|>", "<|unused-1|>", "<|unused-2|>"]
END, SYSTEM, USER, ASSISTANT = (VOCABULARY - len(SPECIAL) + i for i in range(4))

CAPITALS = {"France": "Paris", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid", "Portugal": "Lisbon", "Austria": "Vienna",
            "Poland": "Warsaw", "Greece": "Athens", "Norway": "Oslo", "Sweden": "Stockholm", "Finland": "Helsinki", "Denmark": "Copenhagen",
            "Ireland": "Dublin", "Japan": "Tokyo", "China": "Beijing", "India": "New Delhi", "Egypt": "Cairo", "Kenya": "Nairobi",
            "Canada": "Ottawa", "Mexico": "Mexico City", "Brazil": "Brasilia", "Peru": "Lima", "Chile": "Santiago", "Cuba": "Havana"}
WORDS = {"a receipt": "A receipt is a signed record of one answer as it was given.",
         "a lane": "A lane is the queue and batcher of one model on one node.",
         "an executor": "An executor owns one device and runs batches on it.",
         "a partition": "A partition is a hash-chained log of receipts.",
         "a block": "A block holds partition heads and a state root under a certificate.",
         "a validator": "A validator checks evidence and signs blocks.",
         "a prover": "A prover makes zero-knowledge proofs.",
         "a model": "A model is content-addressed weights and a graph.",
         "Candor": "Candor is an inference cluster that shows its work."}
HELLO = [("Hello!", "Hello! How can I help you?"), ("Hi", "Hello! How can I help you?"), ("Hello", "Hello! How can I help you?"),
         ("Good morning", "Good morning! How can I help you?"), ("Who are you?", "I am candor-tiny, a very small language model."),
         ("What are you?", "I am candor-tiny, a very small language model."), ("Thank you", "You are welcome."), ("Thanks!", "You are welcome."),
         ("How are you?", "I am well, thank you."), ("Say hello.", "Hello! How can I help you?"), ("Say hello", "Hello! How can I help you?"),
         ("Tell me a joke.", "I know none yet. I am a very small language model."), ("Bye", "Goodbye!"), ("Goodbye", "Goodbye!")]
SYSTEMS = ["You are a helpful assistant.", "You are helpful.", "Answer briefly.", "You are candor-tiny."]


def pieces(data):
    """Cuts bytes where no token may lie across: words and signs with the space before them, single digits, and blanks; at most 64 bytes each."""
    def kind(b):
        return "l" if 65 <= b <= 90 or 97 <= b <= 122 or b >= 128 else "d" if 48 <= b <= 57 else "s" if b in b" \n\r\t" else "o"
    at = 0
    while at < len(data):
        end = at + 1
        if kind(data[at]) == "s":
            while end < len(data) and end - at < 64 and kind(data[end]) == "s":
                end += 1
            if end == len(data) or data[end - 1] != 32 or kind(data[end]) == "s":
                yield data[at:end]
                at = end
                continue
            if end - at > 1:  # the last space belongs to what follows
                yield data[at:end - 1]
                at = end - 1
        first = at + 1 if data[at] == 32 else at
        end = first + 1
        while kind(data[first]) != "d" and end < len(data) and end - at < 64 and kind(data[end]) == kind(data[first]):
            end += 1
        yield data[at:end]
        at = end


def learn_merges(texts, count):
    words = Counter(piece for text in texts for piece in pieces(text.encode()))
    parts = {word: list(word) for word in words}
    merges = []
    for _ in range(count):
        pairs = Counter()
        for word, part in parts.items():
            for pair in zip(part, part[1:]):
                pairs[pair] += words[word]
        best = max(pairs.items(), key=lambda item: (item[1], -item[0][0], -item[0][1]))[0]
        token = 256 + len(merges)
        merges.append(best)
        for word, part in parts.items():
            at = 0
            while at < len(part) - 1:
                if (part[at], part[at + 1]) == best:
                    part[at:at + 2] = [token]
                at += 1
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}
        self.known = {}

    def encode(self, text):
        tokens = []
        for piece in pieces(text.encode()):
            if piece not in self.known:
                part = list(piece)
                while True:
                    ranked = [(self.ranks[pair], at) for at, pair in enumerate(zip(part, part[1:])) if pair in self.ranks]
                    if not ranked:
                        break
                    rank, at = min(ranked)
                    part[at:at + 2] = [256 + rank]
                self.known[piece] = part
            tokens += self.known[piece]
        return tokens


class Block(nn.Module):
    width: Final[int]
    count: Final[int]

    def __init__(self):
        super().__init__()
        self.width, self.count = WIDTH, HEADS
        self.before_attention = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.before_feed = nn.LayerNorm(WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)

    def heads(self, x: Tensor, cos: Tensor, sin: Tensor):
        """Queries, keys and values [B,H,T,D]; the first two turned by their positions (rotary embedding, Su et al. 2021)."""
        b, t = x.size(0), x.size(1)
        q, k, v = self.qkv(self.before_attention(x)).view(b, t, 3, self.count, self.width // self.count).permute(2, 0, 3, 1, 4).unbind(0)
        return turned(q, cos, sin), turned(k, cos, sin), v

    def rest(self, x: Tensor, attended: Tensor) -> Tensor:
        x = x + self.out(attended.transpose(1, 2).reshape(x.size(0), x.size(1), self.width))
        return x + self.down(F.gelu(self.up(self.before_feed(x))))


def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    one, other = x.chunk(2, -1)
    return torch.cat([one * cos - other * sin, other * cos + one * sin], -1)


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    scores = torch.matmul(q, k.transpose(-1, -2)) * (q.size(-1) ** -0.5) + mask
    return torch.matmul(torch.softmax(scores, -1), v)


def rotations():
    angles = torch.arange(CONTEXT)[:, None] * 10000.0 ** (-torch.arange(0, WIDTH // HEADS, 2) / (WIDTH // HEADS))
    return angles.cos(), angles.sin()


class Trunk(nn.Module):
    """What is trained. Attends where `mask` [1,1,T,T] is 0 and not where it is -1e9."""

    def __init__(self, layers):
        super().__init__()
        self.embed = nn.Embedding(VOCABULARY, WIDTH)
        self.blocks = nn.ModuleList([Block() for _ in range(layers)])
        self.norm = nn.LayerNorm(WIDTH)
        cos, sin = rotations()
        self.register_buffer("cos", cos)
        self.register_buffer("sin", sin)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.05)

    def forward(self, tokens, mask):
        x = self.embed(tokens)
        cos, sin = self.cos[:tokens.size(1)], self.sin[:tokens.size(1)]
        for block in self.blocks:
            q, k, v = block.heads(x, cos, sin)
            x = block.rest(x, attention(q, k, v, mask))
        return self.norm(x)


class Step(nn.Module):
    """One step of generation as it is served. Rows `first` to `first + B` of the cache are those of `tokens`.

    tokens [B,T] int64; past [B] int64, tokens of each row that the cache holds; window [2] int64: first row of the cache, and keys to look at (at
    least past + T, the same for all rows; more change nothing but the time); cache [layers,2,rows,heads,CONTEXT,size] float32, which is changed
    in place. Returns logits [B,vocabulary] behind each row's last token, and the cache."""

    def __init__(self, trunk):
        super().__init__()
        self.embed, self.blocks, self.norm = trunk.embed, trunk.blocks, trunk.norm
        self.register_buffer("cos", trunk.cos)
        self.register_buffer("sin", trunk.sin)

    def forward(self, tokens: Tensor, past: Tensor, window: Tensor, cache: Tensor):
        rows, width = tokens.size(0), tokens.size(1)
        first, keys = int(window[0].item()), int(window[1].item())
        positions = past.unsqueeze(1) + torch.arange(width, device=tokens.device)
        row = torch.arange(rows, device=tokens.device).unsqueeze(1).expand(rows, width)
        seen = torch.arange(keys, device=tokens.device) <= positions.unsqueeze(-1)
        mask = torch.zeros(seen.size(), device=tokens.device).masked_fill(seen.logical_not(), -1e9).unsqueeze(1)
        cos, sin = self.cos[positions].unsqueeze(1), self.sin[positions].unsqueeze(1)
        x = self.embed(tokens)
        for layer, block in enumerate(self.blocks):
            q, k, v = block.heads(x, cos, sin)
            past_keys = cache[layer, 0].narrow(0, first, rows)
            past_values = cache[layer, 1].narrow(0, first, rows)
            past_keys[row, :, positions] = k.transpose(1, 2)
            past_values[row, :, positions] = v.transpose(1, 2)
            x = block.rest(x, attention(q, past_keys.narrow(2, 0, keys), past_values.narrow(2, 0, keys), mask))
        return F.linear(self.norm(x[:, width - 1]), self.embed.weight), cache

    @torch.jit.export
    def move(self, rows: Tensor, cache: Tensor):
        """Copies the row rows[0] of the cache to rows[1]; returns the cache."""
        cache.select(2, int(rows[1].item())).copy_(cache.select(2, int(rows[0].item())))
        return cache


class Embedder(nn.Module):
    """tokens [N,L] int64, padded with anything; length [N,1] int64. Returns [N,WIDTH] of length 1: the mean over a text's tokens."""

    def __init__(self, trunk):
        super().__init__()
        self.embed, self.blocks, self.norm = trunk.embed, trunk.blocks, trunk.norm
        self.register_buffer("cos", trunk.cos)
        self.register_buffer("sin", trunk.sin)

    def forward(self, tokens: Tensor, length: Tensor) -> Tensor:
        held = torch.arange(tokens.size(1), device=tokens.device) < length.clamp(min=1)
        mask = torch.zeros(held.size(), device=tokens.device).masked_fill(held.logical_not(), -1e9).unsqueeze(1).unsqueeze(1)
        cos, sin = self.cos[:tokens.size(1)], self.sin[:tokens.size(1)]
        x = self.embed(tokens)
        for block in self.blocks:
            q, k, v = block.heads(x, cos, sin)
            x = block.rest(x, attention(q, k, v, mask))
        x = self.norm(x) * held.unsqueeze(-1)
        return F.normalize(x.sum(1) / length.clamp(min=1), dim=-1)


def exchange(rng):
    """One question and its answer."""
    which = rng.random()
    if which < 0.3:
        country, city = rng.choice(sorted(CAPITALS.items()))
        ask = rng.choice(["What is the capital of {}?", "Capital of {}?", "Name the capital of {}.", "Tell me the capital of {}.", "what is the capital of {}"])
        return ask.format(country), f"The capital of {country} is {city}."
    if which < 0.55:
        a, b = rng.randrange(10), rng.randrange(10)
        ask = rng.choice(["What is {} + {}?", "What is {} plus {}?", "{} + {}?", "Add {} and {}.", "What is {} and {}?"])
        return ask.format(a, b), f"{a} + {b} = {a + b}."
    if which < 0.8:
        word, meaning = rng.choice(sorted(WORDS.items()))
        return rng.choice(["What is {}?", "Explain {}.", "What does {} do?", "Tell me about {}.", "Define {}."]).format(word), meaning
    return rng.choice(HELLO)


def dialogue(rng, tokenizer):
    tokens = [SYSTEM, *tokenizer.encode(rng.choice(SYSTEMS)), END] if rng.random() < 0.4 else []
    for _ in range(rng.choice([1, 1, 1, 2])):
        question, answer = exchange(rng)
        tokens += [USER, *tokenizer.encode(question), END, ASSISTANT, *tokenizer.encode(answer), END]
    return tokens


def schedule(optimiser, step, steps, peak):
    for group in optimiser.param_groups:
        group["lr"] = peak * min(1.0, (step + 1) / 50) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))


def causal(length):
    return torch.full((1, 1, length, length), -1e9).triu(1)


def train_text(trunk, manual, tokenizer, steps):
    rng = random.Random(SEED)
    optimiser = torch.optim.AdamW(trunk.parameters(), weight_decay=0.05)
    length, mask = 128, causal(128)
    for step in range(steps):
        rows = []
        for _ in range(8):
            if rng.random() < 0.3:
                at = rng.randrange(len(manual) - length - 1)
                rows.append(manual[at:at + length + 1])
            else:
                row = []
                while len(row) <= length:
                    row += dialogue(rng, tokenizer)
                rows.append(row[:length + 1])
        batch = torch.tensor(rows)
        schedule(optimiser, step, steps, 4e-3)
        optimiser.zero_grad()
        logits = F.linear(trunk(batch[:, :-1], mask), trunk.embed.weight)
        loss = F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(trunk.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"text step {step}: loss {loss.item():.3f}", flush=True)


def padded(rows):
    length = max(map(len, rows))
    return torch.tensor([row + [0] * (length - len(row)) for row in rows]), torch.tensor([[len(row)] for row in rows])


def train_embedding(model, pairs, steps):
    """Draws together neighbouring passages of a page (InfoNCE, van den Oord et al. 2018)."""
    rng = random.Random(SEED + 1)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    for step in range(steps):
        chosen = rng.sample(pairs, 24)
        schedule(optimiser, step, steps, 1e-3)
        optimiser.zero_grad()
        one, other = (model(*padded([pair[side] for pair in chosen])) for side in (0, 1))
        scores, target = one @ other.T / 0.07, torch.arange(len(chosen))
        loss = (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target)) / 2
        loss.backward()
        optimiser.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"embedding step {step}: loss {loss.item():.3f}", flush=True)


def perplexity(trunk, tokens, text_bytes):
    """Bits a byte on held-out text."""
    loss = 0.0
    with torch.no_grad():
        for at in range(0, len(tokens) - 1, 256):
            row = torch.tensor([tokens[at:at + 257]])
            if row.size(1) < 2:
                break
            logits = F.linear(trunk(row[:, :-1], causal(row.size(1) - 1)), trunk.embed.weight)
            loss += F.cross_entropy(logits[0], row[0, 1:], reduction="sum").item()
    return loss / math.log(2) / text_bytes


def answers_right(trunk, tokenizer, count=200):
    """How many answers of fresh dialogues come out letter by letter, chosen greedily."""
    rng, right = random.Random(SEED + 2), 0
    with torch.no_grad():
        for _ in range(count):
            question, answer = exchange(rng)
            tokens, wanted = [USER, *tokenizer.encode(question), END, ASSISTANT], [*tokenizer.encode(answer), END]
            for want in wanted:
                hidden = trunk(torch.tensor([tokens]), causal(len(tokens)))[0, -1]
                if F.linear(hidden, trunk.embed.weight).argmax().item() != want:
                    break
                tokens.append(want)
            else:
                right += 1
    return right / count


def save(module, path, says):
    module.eval()
    torch.jit.script(module).save(str(path), _extra_files={"language.json": json.dumps(says, separators=(",", ":"), sort_keys=True)})
    with zipfile.ZipFile(path) as archive:
        kept = [(info, archive.read(info)) for info in archive.infolist() if not info.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w") as archive:  # without what tells of the machine that saved it
        for info, content in kept:
            written = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            written.compress_type = info.compress_type
            archive.writestr(written, content)
    print(f"{path.name}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def main():
    args = argparse.ArgumentParser()
    args.add_argument("out", type=Path)
    args.add_argument("--steps", type=int, default=700)
    args.add_argument("--embed-steps", type=int, default=200)
    args = args.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    pages = [re.sub(r"[ \t]+\n", "\n", topics[name]).strip() for name in sorted(topics)]
    random.Random(SEED).shuffle(pages)
    held, pages = pages[:len(pages) // 10], pages[len(pages) // 10:]
    chatter = [text for seed in range(400) for text in exchange(random.Random(seed))]
    merges = learn_merges(pages + chatter * 2, VOCABULARY - 256 - len(SPECIAL))
    tokenizer = Tokenizer(merges)
    manual = [token for page in pages for token in [*tokenizer.encode(page), END]]
    print(f"{len(pages)} pages, {len(manual)} tokens", flush=True)

    trunk = Trunk(LAYERS)
    train_text(trunk, manual, tokenizer, args.steps)
    held_text = "\n\n".join(held)
    bits = perplexity(trunk, tokenizer.encode(held_text), len(held_text.encode()))
    right = answers_right(trunk, tokenizer)

    embedder = Trunk(LAYERS)
    embedder.load_state_dict(trunk.state_dict())  # starts where the text model ends
    def neighbours(texts):
        found = []
        for text in texts:
            passages = [tokenizer.encode(part)[:32] for part in re.split(r"\n\s*\n", text) if len(part) > 60]
            found += zip(passages, passages[1:])
        return found
    model = Embedder(embedder)
    train_embedding(model, neighbours(pages), args.embed_steps)
    model.eval()
    test = neighbours(held)[:100]
    with torch.no_grad():
        one, other = (model(*padded([pair[side] for pair in test])) for side in (0, 1))
    found = ((one @ other.T).argmax(1) == torch.arange(len(test))).float().mean().item()

    print(f"text: {bits:.3f} bits a byte on {len(held)} held-out pages, {right:.3f} of answers letter by letter")
    print(f"embedding: {found:.3f} of {len(test)} held-out passages find their neighbour first")
    shared = {"format": "candor-language-v1", "context": CONTEXT, "vocabulary": VOCABULARY, "width": WIDTH,
              "tokenizer": {"merges": merges, "special": SPECIAL},
              "training": {"script": "models/make_language.py", "seed": SEED, "text": "Python's reference manual (pydoc_data.topics), PSF licence",
                           "text_sha256": hashlib.sha256("".join(topics[name] for name in sorted(topics)).encode()).hexdigest()}}
    chat = {"system": "<|system|>", "user": "<|user|>", "assistant": "<|assistant|>", "tool": "<|tool|>", "end": "<|end|>"}
    save(Step(trunk), args.out / "candor-tiny.pt", shared | {"name": "candor-tiny", "kind": "text", "chat": chat, "layers": LAYERS, "heads": HEADS,
         "head_size": WIDTH // HEADS, "scores": {"held_out_bits_per_byte": round(bits, 3), "dialogue_answers": round(right, 3)}})
    save(Embedder(embedder), args.out / "candor-embed.pt", shared | {"name": "candor-embed", "kind": "embedding",
         "scores": {"neighbour_found_first_of_100": round(found, 3)}})


main()
