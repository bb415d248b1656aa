/** Whom one trusts: a trust file (docs/receipt.md, "The trust file") or a single pinned key. The key never comes out of a receipt or an answer. */
import { equal, fromBase64, fromHex, hex } from "./bytes.js";
import { isKey } from "./ed25519.js";
import { CandorError } from "./errors.js";
import { parseExact } from "./json.js";
import { sha256 } from "./sha2.js";

const LARGEST = 1 << 20;
const MOST_KEYS = 1000;
const FIELDS = new Set(["key_id", "public_key", "role", "not_before", "not_after", "revoked_at", "note"]);
const SPKI = fromHex("302a300506032b6570032100");
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/;

function need(holds, sentence) {
  if (!holds) throw new CandorError(`trust file: ${sentence}`);
}

function rawKey(text) {
  const pem = /^\s*-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----\s*$/.exec(text);
  if (!pem) return fromBase64(text);
  const spki = fromBase64(pem[1].replace(/\s/g, ""));
  need(equal(spki.subarray(0, SPKI.length), SPKI), "this PEM is of no Ed25519 key");
  return spki.subarray(SPKI.length);
}

function time(text) {
  if (text === undefined) return null;
  const millis = typeof text === "string" && TIME.test(text) ? Date.parse(text) : NaN;
  need(Number.isFinite(millis), `${JSON.stringify(text)} is no time in UTC with at most milliseconds`);
  return millis;
}

/** Keys by id, and perhaps the network that they are trusted in. */
export class Trust {
  /**
   * @param {string | null} network 64 hexadecimal digits
   * @param {Map<string, {raw: Uint8Array, role: string, notBefore: number | null, notAfter: number | null, revokedAt: number | null, note: string}>} keys
   */
  constructor(network, keys) {
    this.network = network;
    this.keys = keys;
  }

  /** Reads the text of a trust file. @param {string} source @throws {CandorError} */
  static parse(source) {
    need(source.length <= LARGEST, "it has more than 1 MiB");
    let json;
    try {
      json = parseExact(source);
    } catch (problem) {
      throw new CandorError(`trust file: ${problem.message}`);
    }
    need(json?.format === "candor-trust-v1", 'its "format" is not candor-trust-v1');
    need(Object.keys(json).every((each) => ["format", "network", "keys"].includes(each)), "it has a field that is not known");
    need(json.network === undefined || /^[0-9a-f]{64}$/.test(json.network), '"network" is no digest');
    need(Array.isArray(json.keys) && json.keys.length <= MOST_KEYS, `"keys" is no list of at most ${MOST_KEYS}`);
    const keys = new Map();
    for (const each of json.keys) {
      need(typeof each === "object" && each !== null && Object.keys(each).every((field) => FIELDS.has(field)), "a key has a field that is not known");
      need(each.role === "executor" || each.role === "validator", `"${each.role}" is no role`);
      let raw;
      try {
        raw = rawKey(String(each.public_key));
      } catch (problem) {
        throw problem instanceof CandorError ? problem : new CandorError(`trust file: ${problem.message}`);
      }
      need(isKey(raw), "a public key is not the canonical encoding of a point of prime order");
      need(hex(sha256(raw)) === each.key_id, `"${each.key_id}" is not SHA-256 of its public key`);
      need(!keys.has(each.key_id), `the key ${each.key_id} appears twice`);
      keys.set(each.key_id, {
        raw,
        role: each.role,
        notBefore: time(each.not_before),
        notAfter: time(each.not_after),
        revokedAt: time(each.revoked_at),
        note: String(each.note ?? ""),
      });
    }
    return new Trust(json.network ?? null, keys);
  }

  /**
   * Trusts one executor.
   *
   * @param {string} publicKey base64 of the raw 32 bytes, or a PEM
   * @param {{network?: string}} [more] the network's digest, if only its receipts shall do
   */
  static pinned(publicKey, more = {}) {
    const raw = rawKey(publicKey);
    need(isKey(raw), "the pinned key is not the canonical encoding of a point of prime order");
    const key = { raw, role: "executor", notBefore: null, notAfter: null, revokedAt: null, note: "pinned" };
    return new Trust(more.network ?? null, new Map([[hex(sha256(raw)), key]]));
  }
}
