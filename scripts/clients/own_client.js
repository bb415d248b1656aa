// Drives a node with clients/typescript: own_client.js URL TRUST-FILE API-KEY SIGNER-KEY MODULES [EXACT-MODEL]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { CandorClient, checkReceipt, RefusedError, signedBy, Trust, VerificationError } from "../../clients/typescript/src/index.js";

const [url, trustFile, apiKey, signerKey, modules, exact] = process.argv.slice(2);
const load = createRequire(`${modules}/package.json`);
const { keccak256 } = load("viem");
const { privateKeyToAccount } = load("viem/accounts");
const trust = Trust.parse(readFileSync(trustFile, "utf8"));
let failed = 0;

async function held(what, check) {
  try {
    const detail = await check();
    if (detail === false) throw new Error("it does not hold");
    console.log(`ok      typescript: ${what}${typeof detail === "string" ? `: ${detail}` : ""}`);
  } catch (problem) {
    failed++;
    console.log(`FAILED  typescript: ${what}: ${problem.stack}`);
  }
}

async function refusal(call, check) {
  try {
    await call();
  } catch (problem) {
    if (!check(problem)) throw problem;
    return problem.message;
  }
  return false;
}

const client = new CandorClient(url, { trust, apiKey });
const data = Float32Array.from({ length: 784 }, (_, i) => (i % 28) / 28);
const asked = { model: "mnist-mlp", inputs: [{ name: "image", datatype: "FP32", shape: [1, 784], data }] };
const first = await client.infer({ ...asked, idempotencyKey: `ts-${Date.now()}` });

await held("an answer in binary verifies", () => first.outputs[0].data.length === 10 && first.outputs[0].data instanceof Float32Array);
await held("the same in JSON, bit for bit", async () => {
  const { outputs } = await client.infer({ ...asked, encoding: "json" });
  return outputs[0].bytes.every((each, i) => each === first.outputs[0].bytes[i]);
});
await held("an alias, a version, an output by name", async () => (await client.infer({ ...asked, version: "latest", outputs: ["logits"] })).version === (await client.infer({ ...asked, version: "1.00" })).version);
await held("a retry under its key brings the same answer and receipt", async () => {
  const idempotencyKey = `retry-${Date.now()}`;
  const [one, two] = [await client.infer({ ...asked, idempotencyKey }), await client.infer({ ...asked, idempotencyKey })];
  return !one.replayed && two.replayed && one.requestId === two.requestId && one.receiptBytes.every((each, i) => each === two.receiptBytes[i]);
});
await held("a pinned key does as well", async () => {
  const { keys } = JSON.parse(readFileSync(trustFile, "utf8"));
  return (await new CandorClient(url, { trust: Trust.pinned(keys[0].public_key), apiKey }).infer(asked)).requestId !== "";
});
await held("another key is refused", () => refusal(() => new CandorClient(url, { trust: new Trust(null, new Map()), apiKey }).infer(asked), (problem) => problem instanceof VerificationError && problem.check === "key-known"));
await held("an answer altered on its way is refused", () => {
  const altering = async (...call) => {
    const response = await fetch(...call);
    const bytes = new Uint8Array(await response.arrayBuffer());
    bytes[bytes.length - 1] ^= 1;
    return new Response(bytes, { status: response.status, headers: response.headers });
  };
  return refusal(() => new CandorClient(url, { trust, apiKey, fetch: altering }).infer(asked), (problem) => problem instanceof VerificationError && problem.check === "answer");
});
await held("a request altered on its way is refused", () => {
  const altering = (target, init) => {
    const body = Uint8Array.from(init.body);
    body[body.length - 2] ^= 1;
    return fetch(target, { ...init, body });
  };
  return refusal(() => new CandorClient(url, { trust, apiKey, fetch: altering }).infer(asked), (problem) => problem instanceof VerificationError && problem.check === "request");
});
await held("refusals carry the node's code", async () => {
  const codes = [];
  for (const call of [() => client.infer({ ...asked, model: "none" }), () => client.infer({ ...asked, mode: "tee" }), () => new CandorClient(url, { trust, apiKey: "wrong" }).models(), () => client.infer({ ...asked, inputs: [{ ...asked.inputs[0], shape: [2, 392] }] })]) {
    await refusal(call, (problem) => problem instanceof RefusedError && codes.push(problem.code));
  }
  return codes.join() === "MODEL_NOT_FOUND,MODE_UNAVAILABLE,UNAUTHENTICATED,INVALID_TENSOR" && codes.join(", ");
});
await held("the committed receipt is the one of the answer, and verifies", async () => {
  const bytes = await client.receipt(first.requestId);
  const { checks } = await checkReceipt({ receipt: bytes, trust, asked: first.asked, answered: first.answered, salt: first.salt });
  return bytes.every((each, i) => each === first.receiptBytes[i]) && checks.every((each) => each.passed || each.name === "network");
});
await held("it becomes final", async () => `block ${(await client.waitForFinality(first.requestId, { timeoutMs: 60_000, pollMs: 100 })).height}`);
await held("status, modes, models, statistics", async () => (await client.status(first.requestId)).state === "answered" && (await client.modes("mnist-mlp")).modes.vanilla.served && (await client.models()).length > 0 && (await client.stats()).days.length > 0);
await held("a request signed by a wallet (viem, EIP-712)", async () => {
  const { network } = await (await fetch(`${url}/health`)).json();
  const sign = signedBy(privateKeyToAccount(signerKey), { keccak256, network });
  let sent;
  const remembering = (target, init) => fetch(target, (sent = init));
  const answer = await new CandorClient(url, { trust, sign, fetch: remembering }).infer(asked);
  const again = await fetch(`${url}/v2/models/mnist-mlp/infer`, sent);
  const code = (await again.json()).code;
  return answer.requestId !== "" && again.status === 401 && `the same nonce again: ${again.status} ${code}`;
});
if (exact) {
  const image = Float32Array.from({ length: 784 }, (_, i) => i % 100);
  const inputs = [{ name: "image", datatype: "FP32", shape: [1, 784], data: image }];
  await held("a past answer is escalated and proven", async () => {
    const answer = await client.infer({ model: exact, inputs });
    await client.escalate(answer);
    const { verification } = await client.waitForProof(answer.requestId, { timeoutMs: 300_000 });
    return `${verification.state}, ${verification.proof.bytes} bytes, statement ${(await client.file(answer.requestId, "statement")).length} bytes`;
  });
  await held("an answer in the mode zkml is proven", async () => {
    const answer = await client.infer({ model: exact, inputs, mode: "zkml" });
    return (await client.waitForProof(answer.requestId, { timeoutMs: 300_000 })).verification.state;
  });
}
process.exit(failed === 0 ? 0 : 1);
