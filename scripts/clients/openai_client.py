"""The Python package `openai`, unmodified, against a node: openai_client.py URL. One line a check; what fails is an AssertionError."""
import base64, json, subprocess, sys, tempfile, threading, urllib.request
from pathlib import Path

import openai

url = sys.argv[1]
client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=6)
CHAT = dict(model="candor-tiny", messages=[{"role": "user", "content": "What is the capital of France?"}], temperature=0, max_tokens=40)


def row(what, how):
    print(f"python openai {openai.__version__:<10} {what:<34} {how}")


listed = [model.id for model in client.models.list()]
assert {"candor-tiny", "candor-embed"} <= set(listed), listed
row("models", ", ".join(sorted(listed)))

answer = client.chat.completions.create(**CHAT)
assert answer.choices[0].finish_reason == "stop" and answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
assert len(base64.b64decode(answer.model_extra["candor"]["receipt"])) > 300
row("chat", repr(answer.choices[0].message.content))

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "trust.json").write_bytes(urllib.request.urlopen(url + "/v1/keys").read())
    exchange = answer.model_extra["candor"]["exchange"]
    Path(folder, "exchange.json").write_text(json.dumps(exchange))
    tokens = bytearray(base64.b64decode(exchange["response"]["outputs"][0]["raw"]))
    tokens[0] ^= 1
    exchange["response"]["outputs"][0]["raw"] = base64.b64encode(tokens).decode()
    Path(folder, "forged.json").write_text(json.dumps(exchange))
    verify = lambda name: subprocess.run([sys.executable, "scripts/verify_receipt.py", "--trust", f"{folder}/trust.json", f"{folder}/{name}.json"], capture_output=True).returncode
    assert verify("exchange") == 0 and verify("forged") == 1
row("its receipt, by verify_receipt.py", "verifies; with other tokens it does not")

text, receipts, usage = "", 0, None
for event in client.chat.completions.create(**CHAT, stream=True, stream_options={"include_usage": True}):
    usage = event.usage or usage
    if event.choices:
        text += event.choices[0].delta.content or ""
        receipts += bool(event.model_extra.get("candor", {}).get("receipted"))
assert text == answer.choices[0].message.content and receipts == 1 and usage.completion_tokens == answer.usage.completion_tokens
row("chat, streamed, with usage", f"the same text, receipt in the last event, {usage.total_tokens} tokens")

seeded = [client.completions.create(model="candor-tiny", prompt="The import statement", temperature=1, seed=5, max_tokens=24).choices[0].text for _ in "12"]
assert seeded[0] == seeded[1]
row("completions, twice with one seed", "equal")
stopped = client.completions.create(model="candor-tiny", prompt="The import statement", temperature=0, max_tokens=60, stop=[" the"])
assert " the" not in stopped.choices[0].text
row("completions, stop text", f"ends before it: {stopped.choices[0].finish_reason}")

forced = client.chat.completions.create(**{**CHAT, "max_tokens": None}, tool_choice={"type": "function", "function": {"name": "weather"}}, tools=[{
    "type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {
        "city": {"type": "string"}, "unit": {"enum": ["C", "F"]}, "days": {"type": "integer"}}}}}])
call = forced.choices[0].message.tool_calls[0].function
assert call.name == "weather" and set(json.loads(call.arguments)) == {"city", "unit", "days"}
row("chat, forced tool call", "valid JSON of the schema (what it says is the small model's)")

vectors = client.embeddings.create(model="candor-embed", input=["a list of modules", "modules in a list", "the weather"]).data
assert len(vectors) == 3 and abs(sum(x * x for x in vectors[0].embedding) - 1) < 1e-4
row("embeddings", f"{len(vectors)} of {len(vectors[0].embedding)}")

try:
    client.chat.completions.create(**{**CHAT, "model": "gpt-4o"})
    raise AssertionError("an unknown model is served")
except openai.NotFoundError as e:
    assert e.code == "model_not_found" and "candor-tiny" in e.message
    row("unknown model", "NotFoundError model_not_found, with the list")
try:
    client.chat.completions.create(**CHAT, n=2)
    raise AssertionError("n=2 is served")
except openai.BadRequestError as e:
    assert e.param == "n" and e.code == "unsupported_parameter"
    row("what is not served (n=2)", "BadRequestError unsupported_parameter, param n")

# The node of this run lets few wait: 429s come, and the client's own retries get every answer.
refused, answers, lock = [], [], threading.Lock()
hasty = client.with_options(max_retries=0)


def ask(seed):
    options = dict(CHAT, temperature=1, seed=seed, max_tokens=200, messages=[{"role": "user", "content": "Tell me about modules."}])
    try:
        hasty.chat.completions.create(**options)
    except openai.RateLimitError as e:
        assert int(e.response.headers["retry-after"]) >= 1, e.response.headers
        with lock:
            refused.append(e.code)
    full = client.with_options(max_retries=20).chat.completions.create(**options)
    with lock:
        answers.append(full)


threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(answers) == 12 and refused and set(refused) <= {"queue_full"}, (len(answers), refused)
row("retry on 429", f"{len(refused)} refusals with Retry-After, then all 12 answers")
