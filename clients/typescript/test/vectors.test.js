// Golden vectors of docs/vectors: recomputed, and every mutant of them refused. Run by `node --test`.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { base64, checkReceipt, CandorClient, foldPath, fromBase64, fromHex, hex, parseReceipt, readExchange, RefusedError, signedMessage, Trust, VerificationError, verifyReceipt } from "../src/index.js";
import { isKey, verify, verifyPlain } from "../src/ed25519.js";
import { parseExact } from "../src/json.js";
import { sha256, sha512 } from "../src/sha2.js";
import { answerDigest, requestDigest, roundToFp32 } from "../src/tensors.js";

const VECTORS = ["receipt-v1.json", "receipt-v2.json"].map((name) => JSON.parse(readFileSync(new URL(`../../../docs/vectors/${name}`, import.meta.url))));
const trustOf = (vectors, change = (trust) => trust) => Trust.parse(JSON.stringify(change(structuredClone(vectors.trust))));
const accepted = (given) => verifyReceipt(given).then(() => true, (problem) => (assert.ok(problem instanceof VerificationError, problem), false));

test("hashes as the platform does", () => {
  for (let length = 0; length < 300; length++) {
    const bytes = randomBytes(length);
    assert.equal(hex(sha256(bytes)), createHash("sha256").update(bytes).digest("hex"));
    assert.equal(hex(sha512(bytes)), createHash("sha512").update(bytes).digest("hex"));
  }
});

test("verifies signatures as the platform does, in both ways", async () => {
  for (let i = 0; i < 5; i++) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = publicKey.export({ format: "der", type: "spki" }).subarray(12);
    const message = randomBytes(100 + i);
    const signature = sign(null, message, privateKey);
    assert.ok(isKey(raw));
    for (const each of [verify, verifyPlain]) {
      assert.ok(await each(raw, signature, message));
      for (const part of [0, 31, 32, 63]) {
        const wrong = Uint8Array.from(signature);
        wrong[part] ^= 1;
        assert.ok(!(await each(raw, wrong, message)));
      }
      assert.ok(!(await each(raw, signature, randomBytes(100))));
      assert.ok(!(await each(raw, signature.subarray(0, 63), message)));
      const s = signature.subarray(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + 2n ** 252n + 27742317777372353535851937790883648493n;
      const other = Uint8Array.from([...signature.subarray(0, 32), ...Array.from({ length: 32 }, (_, at) => Number((s >> BigInt(8 * at)) & 255n))]);
      assert.ok(!(await each(raw, other, message)), "S at or above the order");
    }
  }
});

test("takes no key of small order or in another encoding", () => {
  const neutral = "01" + "00".repeat(31);
  const small = ["00".repeat(32), neutral, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"];
  const uncanonical = ["eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "01" + "00".repeat(30) + "80"];
  for (const each of [...small, ...uncanonical]) assert.ok(!isKey(fromHex(each)), each);
});

/** The FP32 nearest to a decimal, by comparing whole numbers. */
function nearest(decimal) {
  const [, sign_, digits, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(decimal);
  const scale = 10n ** 400n;
  const ten = BigInt(exponent) - BigInt(fraction.length);
  let value = BigInt(digits + fraction) * scale;
  value = ten >= 0 ? value * 10n ** ten : value / 10n ** -ten;
  const view = new DataView(new ArrayBuffer(4));
  const at = (bits) => (view.setUint32(0, bits), view.getFloat32(0));
  const exact = (bits) => {
    const biased = bits >>> 23;
    const mantissa = BigInt(bits & 0x7fffff) | (biased === 0 ? 0n : 1n << 23n);
    return (mantissa * scale * 2n ** BigInt(Math.max(1, biased) - 1)) / 2n ** 149n;
  };
  let low = 0;
  let high = 0x7f800000;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (exact(middle) <= value) low = middle;
    else high = middle;
  }
  const [down, up] = [value - exact(low), exact(high) - value];
  const bits = down < up || (down === up && low % 2 === 0) ? low : high;
  return sign_ ? -at(bits) : at(bits);
}

test("rounds decimals to FP32 once", () => {
  const cases = ["1.00000017881393432617187499", "1.0000001788139343261718750", "1.00000017881393432617187501", "0.1", "1e-45", "7e-46", "3.4028235e38", "3.40282356779733661637539395458142568447e38", "16777217", "16777217.0000000000000001", "16777216.9999999999999999", "1.40129846432481707e-45"];
  const random = (most) => Math.floor(Math.random() * most);
  for (let i = 0; i < 300; i++) {
    const bits = random(0x7f000000);
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, bits);
    const [a, b] = [view.getFloat32(0), (view.setUint32(0, bits + 1), view.getFloat32(0))];
    const middle = a + (b - a) / 2;
    cases.push(String(a), String(middle), `${middle.toPrecision(17)}`, middle.toExponential(20).replace(/e/, `${random(10)}e`));
  }
  for (const each of cases) assert.ok(Object.is(roundToFp32(each), nearest(each)), `${each}: ${roundToFp32(each)} is not ${nearest(each)}`);
});

test("reads JSON as JSON.parse does, and refuses what it refuses", () => {
  for (const each of ['{"a":[1,2.5e-3,"x\\u00e9\\n",true,null,{}],"b":{}}', " [ ] ", '"s"', "-0.0"]) {
    assert.deepEqual(JSON.parse(JSON.stringify(parseExact(each))), JSON.parse(JSON.stringify(JSON.parse(each))));
  }
  for (const each of ["", "{", "[1,]", '{"a":1,}', "01", "1.", ".5", "+1", "NaN", "{'a':1}", '{"a":1}x', '{"a":1,"a":2}', '"\t"', "[".repeat(100), "tru"]) {
    assert.throws(() => parseExact(each), SyntaxError, each);
  }
  assert.equal(Object.getPrototypeOf(parseExact('{"__proto__":1}')), null);
});

for (const vectors of VECTORS) {
  const version = vectors.leaves[0].fields.leaf_version;

  test(`recomputes leaves and batches of version ${version}`, async () => {
    const key = fromHex(vectors.public_key);
    for (const batch of vectors.batches) {
      for (const [index, bytes] of batch.receipts.entries()) {
        const receipt = parseReceipt(fromHex(bytes));
        const { fields } = vectors.leaves[index];
        assert.equal(hex(receipt.leaf), vectors.leaves[index].bytes);
        assert.deepEqual(
          [receipt.requestId, receipt.modelName, receipt.modelVersion, receipt.requested, receipt.achieved, receipt.arithmetic, receipt.device, new Date(receipt.answeredAt).toISOString()],
          [fields.request_id, fields.model_name, fields.model_version, fields.requested, fields.achieved, fields.arithmetic, fields.device, new Date(fields.answered_at).toISOString()],
        );
        const { root } = foldPath(receipt);
        assert.equal(hex(root), batch.root);
        assert.equal(hex(signedMessage(receipt, root)), batch.signed_message);
        assert.ok(await verify(key, receipt.signature, signedMessage(receipt, root)));
      }
    }
  });

  test(`verifies exchanges of version ${version}`, async () => {
    for (const each of vectors.exchanges) {
      const exchange = readExchange(each.exchange);
      assert.equal(hex(requestDigest(exchange.asked)), each.request_digest, each.name);
      assert.equal(hex(answerDigest(exchange.answered.outputs)), each.answer_digest, each.name);
      const { checks } = await checkReceipt({ ...exchange, trust: trustOf(vectors) });
      assert.ok(checks.every((check) => check.passed), JSON.stringify(checks));
      assert.equal(checks.length, 13);
    }
  });

  test(`refuses every byte of a receipt of version ${version} changed, and every length`, async () => {
    const given = { ...readExchange(vectors.exchanges[0].exchange), trust: trustOf(vectors) };
    for (let at = 0; at < given.receipt.length; at++) {
      const receipt = given.receipt.slice();
      receipt[at] ^= 1 << at % 8;
      assert.ok(!(await accepted({ ...given, receipt })), `byte ${at}`);
      assert.ok(!(await accepted({ ...given, receipt: given.receipt.slice(0, at) })), `cut at ${at}`);
    }
    assert.ok(!(await accepted({ ...given, receipt: Uint8Array.from([...given.receipt, 0]) })));
  });

  test(`refuses what is not the exchange of version ${version}`, async () => {
    const given = { ...readExchange(vectors.exchanges[0].exchange), trust: trustOf(vectors) };
    const { asked, answered } = given;
    const flipped = (tensors) => tensors.map((tensor) => ({ ...tensor, bytes: tensor.bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }));
    const mutants = {
      input: { asked: { ...asked, inputs: flipped(asked.inputs) } },
      "input name": { asked: { ...asked, inputs: asked.inputs.map((each) => ({ ...each, name: `${each.name}x` })) } },
      output: { answered: { ...answered, outputs: flipped(answered.outputs) } },
      shape: { answered: { ...answered, outputs: answered.outputs.map((each) => ({ ...each, shape: [...each.shape, 1] })) } },
      salt: { salt: given.salt.map((byte, i) => (i === 15 ? byte ^ 1 : byte)) },
      "salt's length": { salt: given.salt.slice(1) },
      mode: { asked: { ...asked, mode: "zkml" } },
      "model asked": { asked: { ...asked, model: "other" } },
      "version asked": { asked: { ...asked, version: "9.99" } },
      "outputs asked": { asked: { ...asked, outputs: ["logits"] } },
      "model shown": { answered: { ...answered, model: "other" } },
      "version shown": { answered: { ...answered, version: "9.99" } },
      "request id shown": { answered: { ...answered, requestId: `1${answered.requestId.slice(1)}` } },
      "another key": { trust: trustOf(vectors, (trust) => ({ ...trust, keys: trust.keys.slice(1) })) },
      "no key": { trust: trustOf(vectors, (trust) => ({ ...trust, keys: [] })) },
      network: { trust: trustOf(vectors, (trust) => ({ ...trust, network: "0".repeat(64) })) },
      role: { trust: trustOf(vectors, (trust) => (trust.keys.forEach((key) => (key.role = "validator")), trust)) },
      revoked: { trust: trustOf(vectors, (trust) => (trust.keys.forEach((key) => (key.revoked_at = "2030-01-01T00:00:00Z")), trust)) },
      late: { trust: trustOf(vectors, (trust) => (trust.keys.forEach((key) => (key.not_after = "2026-01-01T12:00:00Z")), trust)) },
    };
    for (const [name, mutant] of Object.entries(mutants)) assert.ok(!(await accepted({ ...given, ...mutant })), name);
    assert.ok(await accepted(given));
  });
}

test("a path is refused where index, size, order or a sibling is another", () => {
  for (const batch of VECTORS[0].batches.filter((each) => each.size > 2)) {
    const receipt = parseReceipt(fromHex(batch.receipts[1]));
    const root = (change) => {
      try {
        return hex(foldPath({ ...receipt, ...change }).root);
      } catch (problem) {
        assert.ok(problem instanceof VerificationError && problem.check === "path");
        return null;
      }
    };
    assert.equal(root({}), batch.root);
    assert.notEqual(root({ index: 0 }), batch.root);
    assert.equal(root({ index: receipt.size }), null);
    assert.equal(root({ size: 1 }), null);
    assert.equal(root({ path: receipt.path.slice(1) }), null);
    assert.equal(root({ path: [...receipt.path, receipt.path[0]] }), null);
    assert.notEqual(root({ path: receipt.path.toReversed() }), batch.root);
  }
});

test("trust files are read strictly", () => {
  const [{ trust }] = VECTORS;
  const broken = {
    format: { ...trust, format: "candor-trust-v2" },
    "unknown field": { ...trust, extra: 1 },
    network: { ...trust, network: "xyz" },
    "key's field": { ...trust, keys: [{ ...trust.keys[0], extra: 1 }] },
    "key id": { ...trust, keys: [{ ...trust.keys[0], key_id: trust.keys[1].key_id }] },
    role: { ...trust, keys: [{ ...trust.keys[0], role: "admin" }] },
    time: { ...trust, keys: [{ ...trust.keys[0], not_after: "2026-01-01" }] },
    twice: { ...trust, keys: [trust.keys[0], trust.keys[0]] },
    "small order": { ...trust, keys: [{ ...trust.keys[0], public_key: base64(fromHex("01" + "00".repeat(31))) }] },
  };
  for (const [name, each] of Object.entries(broken)) assert.throws(() => Trust.parse(JSON.stringify(each)), /trust file/, name);
  assert.throws(() => Trust.parse('{"format":"candor-trust-v1","format":"candor-trust-v1","keys":[]}'), /twice/);
  assert.equal(Trust.pinned(trust.keys[0].public_key).keys.size, 1);
  assert.throws(() => Trust.pinned("AAAA"), /pinned/);
});

/** A client whose node says what a vector says. */
function scripted(status, body, headers = {}) {
  const [vectors] = VECTORS;
  const sent = [];
  const client = new CandorClient("http://node", {
    trust: trustOf(vectors),
    fetch: async (url, init) => (sent.push({ url, ...init }), new Response(body, { status, headers })),
  });
  return { client, sent };
}

test("a client hands out what verifies, and nothing else", async () => {
  const [vectors] = VECTORS;
  const { request, response } = JSON.parse(vectors.exchanges[0].exchange);
  const asked = { model: "mnist-mlp", inputs: request.inputs, encoding: "json" };
  const good = scripted(200, JSON.stringify(response));
  const answer = await good.client.infer(asked);
  assert.equal(answer.requestId, vectors.leaves[0].fields.request_id);
  assert.ok(good.sent[0].url.endsWith("/v2/models/mnist-mlp/infer"));
  const mutants = {
    output: { ...response, outputs: response.outputs.map((each) => ({ ...each, data: each.data.map((_, i) => i) })) },
    "no receipt": { ...response, parameters: { candor_salt: response.parameters.candor_salt } },
    "another request id": { ...response, parameters: { ...response.parameters, candor_request_id: "0-0193f0c2-0000-7000-8000-000000000009" } },
    "another salt": { ...response, parameters: { ...response.parameters, candor_salt: base64(new Uint8Array(16)) } },
    "another receipt": { ...response, parameters: { ...response.parameters, candor_receipt: base64(fromHex(vectors.batches.at(-1).receipts[1])) } },
    "another model": { ...response, model_name: "other" },
  };
  for (const [name, each] of Object.entries(mutants)) await assert.rejects(scripted(200, JSON.stringify(each)).client.infer(asked), VerificationError, name);
  await assert.rejects(scripted(200, JSON.stringify(response)).client.infer({ ...asked, model: "other" }), VerificationError);
  await assert.rejects(scripted(200, "{").client.infer(asked), /cannot be read/);
});

test("refusals have the node's code, sentence and time", async () => {
  const refused = await scripted(503, '{"error":"the queue is full","code":"OVERLOADED"}', { "Retry-After": "1", "Retry-After-Ms": "250" }).client.models().catch((problem) => problem);
  assert.ok(refused instanceof RefusedError);
  assert.deepEqual([refused.code, refused.status, refused.message, refused.retryAfterMs, refused.retryable], ["OVERLOADED", 503, "the queue is full", 250, true]);
  const page = await scripted(502, "<html>").client.models().catch((problem) => problem);
  assert.deepEqual([page.code, page.status, page.retryable], ["HTTP_502", 502, false]);
});

test("waits for a proof until it is there, has failed, or the time is over", async () => {
  const states = ["queued", "leased", "proved", "verified"];
  const client = new CandorClient("http://node", { trust: new Trust(null, new Map()), fetch: async () => new Response(JSON.stringify({ verification: { state: states.shift() } })) });
  assert.equal((await client.waitForProof("x", { pollMs: 1 })).verification.state, "verified");
  for (const state of ["rejected", "expired", "cancelled", "none"]) {
    const ended = new CandorClient("http://node", { trust: new Trust(null, new Map()), fetch: async () => new Response(JSON.stringify({ verification: { state, reason: "so" } })) });
    await assert.rejects(ended.waitForProof("x", { pollMs: 1 }), (problem) => problem.name === "ProofError" && problem.state === state);
  }
  const never = new CandorClient("http://node", { trust: new Trust(null, new Map()), fetch: async () => new Response(JSON.stringify({ verification: { state: "queued" } })) });
  await assert.rejects(never.waitForProof("x", { pollMs: 1, timeoutMs: 5 }), { name: "WaitError" });
});

test("base64 has one form", () => {
  assert.equal(base64(fromBase64("AQID")), "AQID");
  assert.equal(hex(fromBase64("-_8")), "fbff");
  for (const each of ["A", "AB==C", "AB=", "A*==", "AR=="]) assert.throws(() => fromBase64(each), RangeError, each);
});
