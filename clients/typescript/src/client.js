/** A client of a node over REST that hands out no answer whose receipt does not verify. Runs in Node 20 and later, and in browsers. */
import { concat, fromBase64, utf8, base64 } from "./bytes.js";
import { CandorError, ProofError, RefusedError, VerificationError, WaitError } from "./errors.js";
import { NumberText, parseExact } from "./json.js";
import { checked, DATATYPES, fromJson, pack, toJsonText, unpack } from "./tensors.js";
import { verifyReceipt } from "./verify.js";

const HEADER_LENGTH = "Inference-Header-Content-Length";
const PROVEN = new Set(["verified", "settled"]);
const ENDED = new Set(["rejected", "expired", "cancelled", "none", "unknown", "simulated", "refused"]);

/** A path segment. */
const segment = encodeURIComponent;

/** Numbers as JavaScript has them. */
function plain(tree) {
  if (tree instanceof NumberText) return Number(tree.text);
  if (Array.isArray(tree)) return tree.map(plain);
  if (tree !== null && typeof tree === "object") return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, plain(value)]));
  return tree;
}

/** Waits, or ends early when the signal says so. */
function pause(millis, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve(undefined);
    }, millis);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

export class CandorClient {
  /**
   * @param {string} url of the node, such as `http://127.0.0.1:8000`
   * @param {{trust: import("./trust.js").Trust, apiKey?: string, sign?: import("./signing.js").Sign, fetch?: typeof fetch}} options
   *   `trust` is whom you believe, out of a file or a key that you pinned, never what the node says of itself
   */
  constructor(url, options) {
    this.url = url.replace(/\/+$/, "");
    this.trust = options.trust;
    this.apiKey = options.apiKey;
    this.sign = options.sign;
    this.fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /**
   * One call; throws a {@link RefusedError} where the node refuses.
   *
   * @param {string} method
   * @param {string} path
   * @param {{body?: Uint8Array, headers?: Record<string, string>, signal?: AbortSignal}} [more]
   */
  async call(method, path, { body, headers = {}, signal } = {}) {
    const sent = { ...headers };
    if (this.apiKey) sent["X-API-Key"] = this.apiKey;
    if (this.sign) Object.assign(sent, await this.sign({ method, target: path, body: body ?? new Uint8Array(0) }));
    const response = await this.fetch(this.url + path, { method, headers: sent, body, signal });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return { response, bytes };
    let json = {};
    try {
      json = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      // Not the node's own words, then: a proxy's page, perhaps. The status says what there is to say.
    }
    const wait = response.headers.get("Retry-After-Ms") ?? (response.headers.has("Retry-After") ? Number(response.headers.get("Retry-After")) * 1000 : null);
    throw new RefusedError(json.code ?? `HTTP_${response.status}`, json.error ?? `the node answered ${response.status} to ${method} ${path}`, {
      status: response.status,
      retryAfterMs: wait === null ? null : Number(wait),
      receipt: response.headers.get("Candor-Receipt"),
    });
  }

  /** A call whose answer is JSON. */
  async json(method, path, { json, signal } = {}) {
    const body = json === undefined ? undefined : utf8(typeof json === "string" ? json : JSON.stringify(json));
    const { bytes } = await this.call(method, path, { body, signal, headers: body ? { "Content-Type": "application/json" } : {} });
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /**
   * Asks a model, and returns the answer once its receipt verifies against request, answer and `trust`.
   *
   * @param {import("../index.d.ts").InferCall} asked
   * @returns {Promise<import("../index.d.ts").Answer>}
   * @throws {RefusedError | VerificationError}
   */
  async infer(asked) {
    const encoding = asked.encoding ?? "binary";
    const mode = asked.mode ?? "vanilla";
    const inputs = asked.inputs.map((each) => checked({ name: each.name, datatype: each.datatype, shape: each.shape, bytes: pack(each.datatype, each.data) }));
    const outputs = asked.outputs ?? [];
    const version = asked.version ?? "";
    const binary = encoding === "binary";
    const parameters = { ...asked.parameters, ...(mode === "vanilla" ? {} : { verification: mode }), ...(binary ? { binary_data_output: true } : {}) };
    const head = requestJson(inputs, outputs, parameters, binary);
    const headers = { "Content-Type": binary ? "application/octet-stream" : "application/json" };
    if (asked.idempotencyKey) headers["Idempotency-Key"] = asked.idempotencyKey;
    if (binary) headers[HEADER_LENGTH] = String(head.length);
    const path = `/v2/models/${segment(asked.model)}${version ? `/versions/${segment(version)}` : ""}/infer`;
    const body = binary ? concat(head, ...inputs.map((each) => each.bytes)) : head;
    const { response, bytes } = await this.call("POST", path, { body, headers, signal: asked.signal });
    const { json, tensors } = readAnswer(bytes, response.headers.get(HEADER_LENGTH));
    const said = json.parameters ?? {};
    if (typeof said.candor_receipt !== "string" || typeof said.candor_salt !== "string") {
      throw new VerificationError("bytes", "the answer carries no receipt");
    }
    const receiptBytes = read64(said.candor_receipt);
    const salt = read64(said.candor_salt);
    const request = { model: asked.model, version, mode, inputs, outputs };
    const answered = { model: json.model_name, version: json.model_version, requestId: said.candor_request_id, outputs: tensors };
    if (outputs.length > 0 && (tensors.length !== outputs.length || outputs.some((name, i) => tensors[i].name !== name))) {
      throw new VerificationError("answer", "the answer's outputs are not those asked for");
    }
    const receipt = await verifyReceipt({ receipt: receiptBytes, trust: this.trust, asked: request, answered, salt }, { complete: true });
    return {
      requestId: receipt.requestId,
      model: receipt.modelName,
      version: receipt.modelVersion,
      outputs: tensors.map((each) => ({ ...each, data: unpack(each.datatype, each.bytes) })),
      receipt,
      receiptBytes,
      salt,
      asked: request,
      answered,
      replayed: response.headers.get("Candor-Replayed") === "true",
      timing: response.headers.get("Server-Timing") ?? "",
    };
  }

  /** The request, its receipt, and how far its verification is. @param {string} requestId */
  status(requestId, options = {}) {
    return this.json("GET", `/v1/requests/${segment(requestId)}`, options);
  }

  /** The bytes of a committed receipt; verify them by {@link verifyReceipt}. @param {string} requestId */
  async receipt(requestId, options = {}) {
    return read64((await this.json("GET", `/v1/receipts/${segment(requestId)}`, options)).receipt);
  }

  /** Whether the receipt is in a certified block, and in which: the node's word. @param {string} requestId */
  finality(requestId, options = {}) {
    return this.json("GET", `/v1/receipts/${segment(requestId)}/finality`, options);
  }

  /** A file of a proof: `statement`, `proof` or `lineage`, for `candor verify`. */
  async file(requestId, part, options = {}) {
    return (await this.call("GET", `/v1/requests/${segment(requestId)}/${segment(part)}`, options)).bytes;
  }

  /**
   * Has a past answer proven: sends its request again, with its salt.
   *
   * @param {import("../index.d.ts").Answer} answer of this client
   * @param {{deadlineMs?: number, privateInput?: boolean, signal?: AbortSignal}} [how]
   */
  escalate(answer, how = {}) {
    const { asked } = answer;
    const request = new TextDecoder().decode(requestJson(asked.inputs, asked.outputs, asked.mode === "vanilla" ? {} : { verification: asked.mode }, false));
    const more = { salt: base64(answer.salt), model: asked.model, version: asked.version };
    if (how.deadlineMs !== undefined) more.verification_deadline_ms = how.deadlineMs;
    if (how.privateInput !== undefined) more.private_input = how.privateInput;
    const json = `${JSON.stringify(more).slice(0, -1)},"request":${request}}`;
    return this.json("POST", `/v1/requests/${segment(answer.requestId)}/verify`, { json, signal: how.signal });
  }

  /** Takes back the wish for a proof. @param {string} requestId */
  cancel(requestId, options = {}) {
    return this.json("DELETE", `/v1/requests/${segment(requestId)}/verify`, options);
  }

  /** Models, their versions and specifications. */
  async models(options = {}) {
    return (await this.json("GET", "/v1/models", options)).models;
  }

  /** What each mode costs for a model now. @param {string} model */
  modes(model, version = "", options = {}) {
    return this.json("GET", `/v1/models/${segment(model)}${version ? `/versions/${segment(version)}` : ""}/verification`, options);
  }

  /** Public figures of all final blocks. */
  stats(options = {}) {
    return this.json("GET", "/v1/stats", options);
  }

  /** Waits until the proof of an answer was verified by its node. @throws {ProofError} where none comes */
  waitForProof(requestId, how = {}) {
    return this.#wait(how, `a proof of ${requestId}`, async (signal) => {
      const status = await this.status(requestId, { signal });
      const state = status.verification?.state ?? "none";
      if (PROVEN.has(state)) return status;
      if (ENDED.has(state)) throw new ProofError(state, `no proof of ${requestId}: ${status.verification?.reason ?? state}`, status);
      return null;
    });
  }

  /** Waits until the receipt is in a certified block. */
  waitForFinality(requestId, how = {}) {
    return this.#wait(how, `the block of ${requestId}`, async (signal) => {
      const finality = await this.finality(requestId, { signal });
      return finality.status === "final" ? finality : null;
    });
  }

  /** Waits until the ledger has settled what the answer owed: proven or attested, expired (refunded), or disproved. */
  waitForSettlement(requestId, how = {}) {
    return this.#wait(how, `the settlement of ${requestId}`, async (signal) => {
      const { settlement, verification } = await this.status(requestId, { signal });
      if (settlement === undefined || settlement.status === "none") {
        throw new ProofError("none", `nothing is settled for ${requestId}: ${settlement?.reason ?? "nothing was owed"}`, { verification });
      }
      return ["pending", "uncharged"].includes(settlement.status) ? null : settlement;
    });
  }

  async #wait({ timeoutMs = 120_000, pollMs = 500, signal, onPoll }, what, look) {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const found = await look(signal);
      onPoll?.(found);
      if (found !== null) return found;
      if (performance.now() + pollMs > until) throw new WaitError(`${what} did not come within ${timeoutMs} ms`);
      await pause(pollMs, signal);
    }
  }
}

function read64(text) {
  try {
    return fromBase64(text);
  } catch (problem) {
    throw new VerificationError("bytes", problem.message);
  }
}

/** The JSON of a request; in binary form the elements follow behind it. */
export function requestJson(inputs, outputs, parameters, binary) {
  const tensors = inputs.map((each) => {
    const head = `{"name":${JSON.stringify(each.name)},"datatype":"${each.datatype}","shape":${JSON.stringify(each.shape)}`;
    return binary ? `${head},"parameters":{"binary_data_size":${each.bytes.length}}}` : `${head},"data":${toJsonText(each.datatype, each.bytes)}}`;
  });
  const members = [`"inputs":[${tensors.join(",")}]`];
  if (outputs.length > 0) members.push(`"outputs":${JSON.stringify(outputs.map((name) => ({ name })))}`);
  if (Object.keys(parameters).length > 0) members.push(`"parameters":${JSON.stringify(parameters)}`);
  return utf8(`{${members.join(",")}}`);
}

/** An answer: its JSON without the tensors' data, and the tensors. */
function readAnswer(bytes, headerLength) {
  const length = headerLength === null ? bytes.length : Number(headerLength);
  if (!Number.isInteger(length) || length < 0 || length > bytes.length) throw new CandorError(`the answer's ${HEADER_LENGTH} is ${headerLength}, its body has ${bytes.length} bytes`);
  let tree;
  try {
    tree = parseExact(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length)));
    let at = length;
    const tensors = (tree.outputs ?? []).map((each) => {
      if (!(each.datatype in DATATYPES)) throw new RangeError(`"${each.datatype}" is no datatype`);
      const size = each.parameters?.binary_data_size;
      if (size === undefined) return fromJson(each);
      const part = bytes.slice(at, at + Number(size));
      at += Number(size);
      return checked({ name: each.name, datatype: each.datatype, shape: each.shape.map(Number), bytes: part });
    });
    if (at !== bytes.length) throw new RangeError(`${bytes.length - at} bytes follow behind the last tensor`);
    const { outputs: _, ...rest } = tree;
    return { json: plain(rest), tensors };
  } catch (problem) {
    if (problem instanceof CandorError) throw problem;
    throw new CandorError(`the answer cannot be read: ${problem.message}`, { cause: problem });
  }
}
