/** Bytes: hexadecimal, base64, and the writer and reader of the canonical forms of docs/receipt.md (big-endian integers, lengths in front). */

const UTF8 = new TextEncoder();
const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return UTF8.encode(text);
}

/** @param {Uint8Array} bytes @returns {string} throws where they are no UTF-8 */
export function textOf(bytes) {
  return STRICT_UTF8.decode(bytes);
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  let out = "";
  for (const each of bytes) out += each.toString(16).padStart(2, "0");
  return out;
}

/** @param {string} text */
export function fromHex(text) {
  if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw new RangeError("these are no hexadecimal digits");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** Base64 with padding, or base64url without. @param {string} text */
export function fromBase64(text) {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  const padded = standard + "=".repeat((4 - (standard.length % 4)) % 4);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(padded) || padded.length % 4 !== 0) throw new RangeError("this is no base64");
  const bytes = Uint8Array.from(atob(padded), (each) => each.charCodeAt(0));
  if (base64(bytes) !== padded) throw new RangeError("this is base64 with bits that mean nothing");
  return bytes;
}

/** @param {Uint8Array[]} parts */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

/** @param {number} value */
export function u32(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** @param {number | bigint} value */
export function i64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}

/** Text with its length in two bytes. @param {string} value */
export function text(value) {
  const bytes = utf8(value);
  if (bytes.length > 0xffff || /\p{Surrogate}/u.test(value)) throw new RangeError("this text has no canonical form");
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes);
}

/** Reads a canonical form front to back; throws a RangeError where it ends too early. */
export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  /** @param {number} count */
  raw(count) {
    if (this.at + count > this.bytes.length) throw new RangeError("it ends too early");
    const part = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return part;
  }

  u8() {
    return this.raw(1)[0];
  }

  u16() {
    return this.u8() * 256 + this.u8();
  }

  u32() {
    this.raw(4);
    return this.view.getUint32(this.at - 4);
  }

  i64() {
    this.raw(8);
    return this.view.getBigInt64(this.at - 8);
  }

  text() {
    return textOf(this.raw(this.u16()));
  }

  end() {
    if (this.at !== this.bytes.length) throw new RangeError(`${this.bytes.length - this.at} bytes follow behind the end`);
  }
}
