/**
 * Ed25519 (RFC 8032): by Web Cryptography where it is there, in plain JavaScript elsewhere. Beyond the RFC, keys and R must be canonical encodings of points
 * of prime order, as docs/receipt.md demands, so that every verifier agrees.
 */
import { equal } from "./bytes.js";
import { sha512 } from "./sha2.js";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (n) => ((n % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
}

const inverse = (n) => power(n, P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const NEUTRAL = [0n, 1n, 1n, 0n];

/** The sum of two points (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z. */
function add(a, b) {
  const e = mod((a[1] - a[0]) * (b[1] - b[0]));
  const f = mod((a[1] + a[0]) * (b[1] + b[0]));
  const g = mod(2n * a[3] * b[3] * D);
  const h = mod(2n * a[2] * b[2]);
  return [mod((f - e) * (h - g)), mod((h + g) * (f + e)), mod((h - g) * (h + g)), mod((f - e) * (f + e))];
}

function times(n, point) {
  let result = NEUTRAL;
  for (let k = n, p = point; k > 0n; k >>= 1n, p = add(p, p)) if (k & 1n) result = add(result, p);
  return result;
}

const same = (a, b) => mod(a[0] * b[2] - b[0] * a[2]) === 0n && mod(a[1] * b[2] - b[1] * a[2]) === 0n;

function number(littleEndian) {
  return littleEndian.reduceRight((sum, each) => (sum << 8n) | BigInt(each), 0n);
}

/** The point of prime order with this canonical encoding, or null. */
function decode(bytes) {
  const whole = number(bytes);
  const y = whole & (2n ** 255n - 1n);
  const sign = whole >> 255n;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if ((x * x) % P !== square) x = (x * ROOT_OF_MINUS_ONE) % P;
  if (y >= P || (x * x) % P !== square || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = P - x;
  const point = [x, y, 1n, (x * y) % P];
  return same(times(L, point), NEUTRAL) && !same(point, NEUTRAL) ? point : null;
}

const BASE_BYTES = new Uint8Array(32).fill(0x66);
BASE_BYTES[0] = 0x58;
const BASE = decode(BASE_BYTES);

/** Whether these bytes are a key. @param {Uint8Array} raw */
export function isKey(raw) {
  return raw.length === 32 && decode(raw) !== null;
}

/** As {@link verify}, without Web Cryptography. */
export function verifyPlain(key, signature, message) {
  if (signature.length !== 64 || key.length !== 32) return false;
  const point = decode(key);
  const r = decode(signature.subarray(0, 32));
  const s = number(signature.subarray(32));
  if (point === null || r === null || s >= L) return false;
  const hashed = new Uint8Array(64 + message.length);
  hashed.set(signature.subarray(0, 32));
  hashed.set(key, 32);
  hashed.set(message, 64);
  const k = number(sha512(hashed)) % L;
  return same(times(s, BASE), add(r, times(k, point)));
}

/** @type {Map<string, Promise<CryptoKey | null>>} */
const imported = new Map();

function importKey(subtle, key) {
  const name = key.join();
  if (!imported.has(name)) {
    if (imported.size >= 64) imported.clear();
    imported.set(name, subtle.importKey("raw", key, "Ed25519", false, ["verify"]).catch(() => null));
  }
  return imported.get(name);
}

const known = new Map();

/** {@link isKey}, remembered: a trust file's keys are looked at with every receipt. */
function isKnownKey(key) {
  const name = key.join();
  if (!known.has(name)) {
    if (known.size >= 64) known.clear();
    known.set(name, isKey(key));
  }
  return known.get(name);
}

/**
 * Whether `signature` is `key`'s over `message`.
 *
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} signature 64 bytes
 * @param {Uint8Array} message
 * @returns {Promise<boolean>}
 */
export async function verify(key, signature, message) {
  const subtle = globalThis.crypto?.subtle;
  const native = subtle && key.length === 32 ? await importKey(subtle, key) : null;
  if (!native) return verifyPlain(key, signature, message);
  if (signature.length !== 64 || !isKnownKey(key) || number(signature.subarray(32)) >= L) return false;
  // It computes R without the cofactor and compares bytes, so R has prime order if the key has, or is neutral.
  const neutral = new Uint8Array(32);
  neutral[0] = 1;
  if (equal(signature.subarray(0, 32), neutral)) return false;
  return subtle.verify("Ed25519", native, signature, message);
}
