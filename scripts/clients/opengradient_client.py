"""Drives a node with OpenGradient's own Python SDK, unmodified: Alpha.infer through the EVM facade, and language models with the SDK's own verifier.

Usage: opengradient_client.py URL MODELS_FOLDER DEV_KEY
The node is `candor serve --dev` with mnist-mlp, and mnist-mlp-exact with a prover. Prints a table; exits 0 if every call that is to work does, and every one that is to be
refused is, by its name.
"""
import asyncio
import gzip
import json
import sys
import urllib.request

import numpy as np
import opengradient as og
from eth_account import Account
from opengradient.client import alpha as og_alpha
from web3 import Web3

ROWS, FAILED = [], []


def row(call, expected, holds, detail=""):
    ROWS.append((call, expected, "yes" if holds else "NO", detail))
    if not holds:
        FAILED.append(call)


def attempt(call, expected, run):
    """Runs what is to work: `run` gives whether it did, and what to show."""
    try:
        holds, detail = run()
    except Exception as error:  # the table names it, the exit code counts it
        holds, detail = False, f"{type(error).__name__}: {str(error)[:160]}"
    row(call, expected, holds, detail)


def refused(call, name, run):
    """Runs what is to be refused, and looks for the name in what the SDK raises."""
    try:
        run()
        row(call, f"refused: {name}", False, "it was taken")
    except Exception as error:
        row(call, f"refused: {name}", name in str(error), str(error)[:110])


def get(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def post(url, body, headers={}):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def digits(folder, count):
    with gzip.open(f"{folder}/digits-test-images.idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read()[16:], np.uint8)[: count * 784].reshape(count, 784)
    return pixels.astype(np.float32) / np.float32(255)


def alpha_calls(url, folder, key):
    alpha = og.Alpha(private_key=key, rpc_url=f"{url}/evm", api_url=url)
    chain = Web3(Web3.HTTPProvider(f"{url}/evm"))
    images = digits(folder, 2)

    def rest(model, data, parameters):
        tensor = {"name": "image", "shape": list(data.shape), "datatype": "FP32", "data": [float(v) for v in data.flatten()]}
        answer = post(f"{url}/v2/models/{model}/infer", {"inputs": [tensor], "parameters": parameters})
        return np.array(answer["outputs"][0]["data"], np.float32).reshape(answer["outputs"][0]["shape"])

    def events(tx):
        receipt = chain.eth.get_transaction_receipt(tx if tx.startswith("0x") else "0x" + tx)
        contract = chain.eth.contract(address=Web3.to_checksum_address(og_alpha.PRECOMPILE_CONTRACT_ADDRESS), abi=alpha.precompile_abi)
        return contract.events.ModelInferenceEvent().process_receipt(receipt, errors=og_alpha.DISCARD)[0]["args"]

    def infer(model, mode, data, parameters=None):
        result = alpha.infer(model, mode, {"image": data})
        said = events(result.transaction_hash)
        request = said["inferenceID"]
        receipt = get(f"{url}/v1/receipts/{request}")["receipt"]
        status = get(f"{url}/v1/requests/{request}")
        same = np.array_equal(result.model_output["logits"], rest(model, data, parameters or {}))
        return same and len(receipt) > 300 and not said["response"]["is_simulation_result"], result, status

    def vanilla():
        holds, result, _ = infer("mnist-mlp", og.InferenceMode.VANILLA, images)
        return holds, f"answer as over REST, shape {result.model_output['logits'].shape}, with a receipt"

    def one_sample():
        result = alpha.infer("mnist-mlp", og.InferenceMode.VANILLA, {"image": images[0]})
        return result.model_output["logits"].shape == (1, 10), "an input without a batch gets one"

    def tee():
        holds, result, status = infer("mnist-mlp", og.InferenceMode.TEE, images)
        note = result.model_output["candor"].item()
        simulated = note["attestation"]["state"] == "simulated" and "SIMULATED" in note["attestation"]["warning"]
        return holds and simulated and note["achieved"] == "vanilla", f"achieved {note['achieved']}, attestation {note['attestation']['state']}: said in the event"

    def zkml():
        whole = np.round(images * 100).astype(np.int64).astype(np.float32)
        holds, result, status = infer("mnist-mlp-exact", og.InferenceMode.ZKML, whole)
        note = result.model_output["candor"].item()
        return holds and note["mode"] == "zkml", f"verification {note['verification']}; the proof follows"

    attempt("Alpha.infer, VANILLA (0)", "works", vanilla)
    attempt("Alpha.infer, a single sample", "works", one_sample)
    attempt("Alpha.infer, TEE (2)", "works, SIMULATED", tee)
    attempt("Alpha.infer, ZKML (1), exact model", "works", zkml)
    refused("Alpha.infer, ZKML, model in floating point", "the mode ZKML is not served",
            lambda: alpha.infer("mnist-mlp", og.InferenceMode.ZKML, {"image": images}))
    refused("Alpha.infer, unknown model", "there is no model",
            lambda: alpha.infer("nobody", og.InferenceMode.VANILLA, {"image": images}))
    refused("Alpha.infer, input that does not fit", "has no input",
            lambda: alpha.infer("mnist-mlp", og.InferenceMode.VANILLA, {"pixels": images}))
    refused("Alpha.new_workflow", "creates a contract",
            lambda: alpha.new_workflow("mnist-mlp", og.HistoricalInputQuery("ETH", "USD", 1, 1, og.CandleOrder.ASCENDING, [og.CandleType.CLOSE]), "image"))

    account = Account.from_key(key)
    contract = chain.eth.contract(address=Web3.to_checksum_address(og_alpha.DEFAULT_INFERENCE_CONTRACT_ADDRESS), abi=alpha.inference_abi)
    call = contract.functions.run("mnist-mlp", 0, og_alpha.convert_to_model_input({"image": images}))

    def send(**changes):
        transaction = call.build_transaction({"from": account.address, "nonce": chain.eth.get_transaction_count(account.address), "gas": 5_000_000, "gasPrice": 0})
        transaction.update(changes)
        return chain.eth.send_raw_transaction(account.sign_transaction(transaction).raw_transaction)

    nonce = chain.eth.get_transaction_count(account.address)
    refused("a transaction with a used nonce", "nonce too low", lambda: send(nonce=nonce - 1))
    refused("a transaction with a later nonce", "nonce too high", lambda: send(nonce=nonce + 3))
    refused("a transaction for another chain", "invalid chain id", lambda: send(chainId=1))
    raw = bytearray(account.sign_transaction(call.build_transaction({"from": account.address, "nonce": nonce, "gas": 5_000_000, "gasPrice": 0})).raw_transaction)
    raw[-32:] = b"\xff" * 32
    refused("a transaction with a broken signature", "invalid sender", lambda: chain.eth.send_raw_transaction(bytes(raw)))


async def language_calls(url, key, model):
    llm = og.LLM.from_url(private_key=key, llm_server_url=url)
    pem = get(f"{url}/v1/tee")["signing_key_pem"]
    messages = [{"role": "user", "content": "Say something — kurz."}]

    def verified(body, answer):
        canonical = og.client.tee_verify.build_inner_request(body)[1]
        content = og.client.tee_verify.response_content_for_hash(answer)
        return og.verify_response(canonical_request=canonical, response_body=answer, response_content=content, signing_key_pem=pem)

    name = model.split("/")[1]
    body = {"model": name, "messages": messages, "max_tokens": 8, "temperature": 0.0}
    answer = post(f"{url}/v1/chat/completions", body, {"X-SETTLEMENT-TYPE": "batch"})

    async def chat():
        result = await llm.chat(model=model, messages=messages, max_tokens=8)
        return bool(result.chat_output["content"] is not None and result.tee_signature), f"finish {result.finish_reason}, usage {result.usage}"

    async def completion():
        result = await llm.completion(model=model, prompt="Once", max_tokens=8)
        return bool(result.completion_output is not None and result.tee_signature), repr(result.completion_output)[:60]

    async def stream():
        chunks = [chunk async for chunk in await llm.chat(model=model, messages=messages, max_tokens=8, stream=True)]
        return chunks[-1].is_final and bool(chunks[-1].tee_signature) and chunks[-1].usage is not None, f"{len(chunks)} events; the last has finish, usage and signature"

    async def tools():
        tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {"a": {"type": "number"}}}}}
        result = await llm.chat(model=model, messages=messages, max_tokens=64, tools=[tool])
        return bool(result.tee_signature), f"finish {result.finish_reason}"

    for what, run in (("LLM.chat", chat), ("LLM.completion", completion), ("LLM.chat, streamed", stream), ("LLM.chat, tools", tools)):
        try:
            holds, detail = await run()
        except Exception as error:
            holds, detail = False, f"{type(error).__name__}: {str(error)[:160]}"
        row(what, "works", holds, detail)
    attempt("verify_response, the SDK's own", "works", lambda: (verified(body, answer).tee_id == answer["tee_id"], f"candor_tee: {answer['candor_tee'][:9]}"))
    refused("verify_response, another answer", "output hash mismatch",
            lambda: verified(body, {**answer, "choices": [{**answer["choices"][0], "message": {"role": "assistant", "content": "forged"}}]}))
    refused("verify_response, another request", "request hash mismatch", lambda: verified({**body, "temperature": 0.5}, answer))
    await llm.close()


def main():
    url, folder, key = sys.argv[1:4]
    alpha_calls(url, folder, key)
    if len(sys.argv) > 4:
        asyncio.run(language_calls(url, key, sys.argv[4]))
    widths = [max(len(r[i]) for r in ROWS) for i in range(3)]
    for r in ROWS:
        print("  ".join(text.ljust(width) for text, width in zip(r, widths)), r[3], sep="  ")
    print(f"opengradient: {len(ROWS) - len(FAILED)} of {len(ROWS)} as expected")
    sys.exit(1 if FAILED else 0)


main()
