"""Streams texts from a node: load.py URL WORD SECONDS CONCURRENCY... One line a concurrency. Python's own library only.

Each of CONCURRENCY clients asks one text after the other, of 16 to 240 tokens (as a fixed random sequence says; the end token is part of it only by chance, so most
texts have their full length), prompts of 10 to 200 tokens, temperature 1. Tokens are those of `usage`; the first token is the first event of the stream.
"""
import asyncio, json, random, sys, time
from urllib.parse import urlparse


async def one(host, port, rng):
    words = "the import statement binds a name in the local scope and then the class body is executed".split()
    body = json.dumps({"model": "candor-tiny", "prompt": " ".join(rng.choice(words) for _ in range(rng.randrange(8, 150))), "temperature": 1,
                       "max_tokens": rng.randrange(16, 241), "seed": rng.randrange(2**31), "stream": True, "stream_options": {"include_usage": True}}).encode()
    reader, writer = await asyncio.open_connection(host, port)
    began = time.perf_counter()
    writer.write(b"POST /v1/completions HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    first, tokens = None, 0
    while line := await reader.readline():
        if line.startswith(b"HTTP/1.1") and b" 200 " not in line:
            raise RuntimeError(line)
        if line.startswith(b"data: {"):
            first = first or time.perf_counter() - began
            if b'"usage"' in line:
                tokens = json.loads(line[6:])["usage"]["completion_tokens"]
    writer.close()
    return began, time.perf_counter(), first, tokens


async def client(host, port, number, until, done):
    rng = random.Random(number)
    while time.perf_counter() < until:
        done.append(await one(host, port, rng))


async def main():
    url, word, seconds, levels = urlparse(sys.argv[1]), sys.argv[2], float(sys.argv[3]), map(int, sys.argv[4:])
    async def ready():
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(b"GET /v1/models HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
        return b"candor-tiny" in await reader.read()
    while not await ready():
        await asyncio.sleep(0.1)
    await asyncio.gather(*(client(url.hostname, url.port, 1000 + i, time.perf_counter() + 15, []) for i in range(8)))  # warm
    for level in levels:
        done, began = [], time.perf_counter()
        await asyncio.gather(*(client(url.hostname, url.port, i, began + seconds, done) for i in range(level)))
        took = max(end for _, end, _, _ in done) - began
        firsts = sorted(first for _, _, first, _ in done)
        at = lambda q: 1000 * firsts[min(len(firsts) - 1, int(q * len(firsts)))]
        print(f"| {word} | {level} | {len(done)} | {sum(tokens for *_, tokens in done) / took:.0f} | {at(0.5):.1f} | {at(0.99):.1f} |", flush=True)


asyncio.run(main())
