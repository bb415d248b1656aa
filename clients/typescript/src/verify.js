/** The verification of docs/receipt.md: the same checks by the same names, for programs, for the page, and for exchanges that were kept. */
import { equal, fromBase64, hex } from "./bytes.js";
import { verify as signed } from "./ed25519.js";
import { VerificationError } from "./errors.js";
import { parseExact } from "./json.js";
import { foldPath, parseReceipt, signedMessage } from "./receipt.js";
import { answerDigest, fromJson, requestDigest, salted } from "./tensors.js";

/**
 * A check: `passed` is null where what it needs is missing.
 * @typedef {{name: string, passed: boolean | null, sentence: string}} Check
 */

/**
 * What was asked, as asked.
 * @typedef {{model: string, version: string, mode: string, inputs: import("./tensors.js").Tensor[], outputs: string[]}} Asked
 */

/**
 * What came back.
 * @typedef {{model: string, version: string, requestId: string, outputs: import("./tensors.js").Tensor[]}} Answered
 */

const ALL = ["version", "bytes", "network", "key-known", "key-role", "key-time", "key-revoked", "path", "signature", "mode", "request", "answer", "model"];

/**
 * Carries out every check that what is given allows.
 *
 * @param {{receipt: Uint8Array, trust: import("./trust.js").Trust, asked?: Asked, answered?: Answered, salt?: Uint8Array}} given
 * @returns {Promise<{checks: Check[], receipt: import("./receipt.js").Receipt | null, path: ReturnType<typeof foldPath> | null}>}
 */
export async function checkReceipt({ receipt: bytes, trust, asked, answered, salt }) {
  /** @type {Check[]} */
  const checks = [];
  const check = (name, passed, sentence) => checks.push({ name, passed, sentence });
  let receipt;
  try {
    receipt = parseReceipt(bytes);
  } catch (problem) {
    if (!(problem instanceof VerificationError)) throw problem;
    check(problem.check, false, problem.message);
    for (const name of ALL) if (name !== problem.check) check(name, null, "the receipt cannot be read");
    return { checks, receipt: null, path: null };
  }
  check("version", true, `receipt 1, leaf ${receipt.leafVersion}`);
  check("bytes", true, `${bytes.length} bytes, every one accounted for`);
  const network = hex(receipt.network);
  if (trust.network === null) check("network", null, "the trust file names no network");
  else check("network", network === trust.network, network === trust.network ? "that of the trust file" : `${network} is not the trust file's ${trust.network}`);
  const key = trust.keys.get(hex(receipt.keyId));
  check("key-known", key !== undefined, key ? `${hex(receipt.keyId)} is in the trust file` : `${hex(receipt.keyId)} is not in the trust file`);
  let path = null;
  if (key) {
    check("key-role", key.role === "executor", `it is there as ${key.role}`);
    const early = key.notBefore !== null && receipt.answeredAt < key.notBefore;
    const late = key.notAfter !== null && receipt.answeredAt > key.notAfter;
    check("key-time", !early && !late, early ? "answered before the key counted" : late ? "answered after the key's end" : "answered in the key's time");
    check("key-revoked", key.revokedAt === null, key.revokedAt === null ? "not revoked" : "the key was revoked; somebody else may hold it");
  } else {
    for (const name of ["key-role", "key-time", "key-revoked"]) check(name, null, "the key is not known");
  }
  try {
    path = foldPath(receipt);
    check("path", true, `leaf ${receipt.index} of ${receipt.size}, ${receipt.path.length} siblings`);
  } catch (problem) {
    if (!(problem instanceof VerificationError)) throw problem;
    check("path", false, problem.message);
  }
  if (key && path) {
    const holds = await signed(key.raw, receipt.signature, signedMessage(receipt, path.root));
    check("signature", holds, holds ? `the key's over the root ${hex(path.root)}` : "it is not the key's over the root that leaf and path lead to");
  } else {
    check("signature", null, key ? "there is no root" : "the key is not known");
  }
  if (asked) check("mode", asked.mode === receipt.requested, `asked ${asked.mode}, the receipt says ${receipt.requested}`);
  else check("mode", null, "the request is not at hand");
  const saltIsOne = salt !== undefined && salt.length === 16;
  const digest = (name, digestOf, wanted, what) => {
    if (salt !== undefined && !saltIsOne) check(name, false, "the salt has 16 bytes");
    else if (!digestOf || !saltIsOne) check(name, null, `${what} or salt is not at hand`);
    else {
      const holds = equal(salted(salt, digestOf()), wanted);
      check(name, holds, holds ? `the ${what} is the one that was signed` : `the ${what} is not the one that was signed`);
    }
  };
  digest("request", asked && (() => requestDigest(asked)), receipt.requestDigest, "request");
  digest("answer", answered && (() => answerDigest(answered.outputs)), receipt.answerDigest, "answer");
  if (asked || answered) check("model", ...modelCheck(receipt, asked, answered));
  else check("model", null, "neither request nor answer is at hand");
  return { checks, receipt, path };
}

function modelCheck(receipt, asked, answered) {
  if (asked && asked.model !== receipt.modelName) return [false, `asked ${asked.model}, the receipt is of ${receipt.modelName}`];
  if (asked && /^[0-9]+\.[0-9]{2}$/.test(asked.version) && asked.version !== receipt.modelVersion) {
    return [false, `asked version ${asked.version}, the receipt is of ${receipt.modelVersion}`];
  }
  if (answered) {
    const shown = `${answered.model} ${answered.version}, request ${answered.requestId}`;
    const said = `${receipt.modelName} ${receipt.modelVersion}, request ${receipt.requestId}`;
    if (shown !== said) return [false, `the answer shows ${shown}, the receipt says ${said}`];
  }
  return [true, `${receipt.modelName} ${receipt.modelVersion}`];
}

/**
 * As {@link checkReceipt}, but throws at the first check that fails, and (with `complete`) at one whose input is missing.
 *
 * @param {Parameters<typeof checkReceipt>[0]} given
 * @param {{complete?: boolean}} [how]
 * @returns {Promise<import("./receipt.js").Receipt>}
 * @throws {VerificationError}
 */
export async function verifyReceipt(given, how = {}) {
  const { checks, receipt } = await checkReceipt(given);
  for (const each of checks) {
    const missing = each.passed === null && how.complete && each.name !== "network";
    if (each.passed === false || missing) throw new VerificationError(each.name, each.sentence);
  }
  return receipt;
}

/**
 * What an exchange in JSON (docs/receipt.md, "From JSON") holds.
 *
 * @param {string} source text of `{"model", "version", "request", "response"}`
 * @returns {{receipt: Uint8Array, salt: Uint8Array, asked: Asked, answered: Answered}}
 */
export function readExchange(source) {
  const { model, version, request, response } = parseExact(source);
  return {
    receipt: fromBase64(response.parameters.candor_receipt),
    salt: fromBase64(response.parameters.candor_salt),
    asked: {
      model,
      version: version ?? "",
      mode: request.parameters?.verification ?? "vanilla",
      inputs: request.inputs.map(fromJson),
      outputs: (request.outputs ?? []).map((each) => each.name),
    },
    answered: {
      model: response.model_name,
      version: response.model_version,
      requestId: response.parameters.candor_request_id,
      outputs: response.outputs.map(fromJson),
    },
  };
}
