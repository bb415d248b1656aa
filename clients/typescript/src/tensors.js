/** Tensors: their elements as little-endian bytes, their canonical form, and the digests of requests and answers (docs/receipt.md, "Digests"). */
import { concat, fromBase64, i64, text, u32, utf8 } from "./bytes.js";
import { NumberText } from "./json.js";
import { sha256 } from "./sha2.js";

/** Code and bytes of an element of each datatype; BYTES has elements of any size. */
export const DATATYPES = {
  BOOL: { code: 1, size: 1, array: Uint8Array },
  UINT8: { code: 2, size: 1, array: Uint8Array, low: 0n, high: 0xffn },
  UINT16: { code: 3, size: 2, array: Uint16Array, low: 0n, high: 0xffffn },
  UINT32: { code: 4, size: 4, array: Uint32Array, low: 0n, high: 0xffffffffn },
  UINT64: { code: 5, size: 8, array: BigUint64Array, low: 0n, high: 2n ** 64n - 1n },
  INT8: { code: 6, size: 1, array: Int8Array, low: -0x80n, high: 0x7fn },
  INT16: { code: 7, size: 2, array: Int16Array, low: -0x8000n, high: 0x7fffn },
  INT32: { code: 8, size: 4, array: Int32Array, low: -0x80000000n, high: 0x7fffffffn },
  INT64: { code: 9, size: 8, array: BigInt64Array, low: -(2n ** 63n), high: 2n ** 63n - 1n },
  FP16: { code: 10, size: 2, array: Uint16Array, infinity: 0x7c00, nan: 0x7e00 },
  FP32: { code: 11, size: 4, array: Float32Array, infinity: 0x7f800000, nan: 0x7fc00000 },
  FP64: { code: 12, size: 8, array: Float64Array, infinity: 0x7ff0000000000000n, nan: 0x7ff8000000000000n },
  BF16: { code: 13, size: 2, array: Uint16Array, infinity: 0x7f80, nan: 0x7fc0 },
  BYTES: { code: 14, size: 0, array: null },
};

/** Numbers of the modes in digests. */
export const MODES = ["vanilla", "tee", "zkml"];

const NOT_FINITE = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

/** Compares a decimal with a finite double, exactly. */
function compare(decimal, double) {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?$/.exec(decimal);
  let left = BigInt(sign + whole + fraction);
  const ten = Number(exponent) - fraction.length;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & (2n ** 52n - 1n)) | (biased === 0 ? 0n : 2n ** 52n);
  let right = double < 0 ? -mantissa : mantissa;
  const two = (biased === 0 ? 1 : biased) - 1075;
  if (ten > 0) left *= 10n ** BigInt(ten);
  else right *= 10n ** BigInt(-ten);
  if (two > 0) right *= 2n ** BigInt(two);
  else left *= 2n ** BigInt(-two);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The FP32 next to `value` towards `target`. */
function neighbour(value, target) {
  const view = new DataView(new ArrayBuffer(4));
  if (value === 0) {
    view.setUint32(0, target < 0 ? 0x80000001 : 1);
    return view.getFloat32(0);
  }
  if (!Number.isFinite(value)) return value > 0 ? 3.4028234663852886e38 : -3.4028234663852886e38;
  view.setFloat32(0, value);
  view.setUint32(0, view.getUint32(0) + (Math.abs(target) > Math.abs(value) ? 1 : -1));
  return view.getFloat32(0);
}

/** A decimal rounded to FP32 once: by way of FP64 that goes wrong only where the FP64 lies halfway between two. */
export function roundToFp32(decimal) {
  const double = Number(decimal);
  const near = Math.fround(double);
  if (near === double || !Number.isFinite(double)) return near;
  const other = neighbour(near, double);
  const halfway = Number.isFinite(near) ? Math.abs(double - near) === Math.abs(other - double) : Math.abs(double) === 3.4028235677973366e38;
  if (!halfway) return near;
  const side = compare(decimal, double);
  if (side === 0) return near;
  const [low, high] = near < other ? [near, other] : [other, near];
  return side > 0 ? high : low;
}

/** One element of a tensor in JSON, as the typed array of its datatype takes it. */
function element(datatype, value) {
  const type = DATATYPES[datatype];
  const written = value instanceof NumberText ? value.text : typeof value === "number" || typeof value === "bigint" ? String(value) : null;
  if (datatype === "BOOL") {
    if (value === true || written === "1") return 1;
    if (value === false || written === "0") return 0;
  } else if (datatype === "FP32" || datatype === "FP64") {
    if (typeof value === "string" && value in NOT_FINITE) return NOT_FINITE[value];
    if (typeof value === "number" && !Number.isFinite(value)) return value;
    if (Object.is(value, -0)) return -0;
    if (written !== null) {
      const number = datatype === "FP32" ? roundToFp32(written) : Number(written);
      if (Number.isFinite(number)) return number;
      throw new RangeError(`${written} is too large for ${datatype}`);
    }
  } else if (type.low !== undefined && written !== null && /^-?[0-9]+$/.test(written)) {
    const number = BigInt(written);
    if (number >= type.low && number <= type.high) return type.size === 8 ? number : Number(number);
  }
  throw new RangeError(`${written ?? JSON.stringify(value)} is no ${datatype}`);
}

function packStrings(strings) {
  const parts = [];
  for (const each of strings) {
    const bytes = typeof each === "string" ? utf8(each) : each;
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length, true);
    parts.push(length, bytes);
  }
  return concat(...parts);
}

/** The host's byte order is little-endian on everything that runs a browser or Node today; the others are refused rather than served wrong. */
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) throw new Error("this package needs a little-endian machine");

/**
 * The elements as bytes.
 *
 * @param {string} datatype of the Open Inference Protocol
 * @param {any} data nested arrays, a typed array of the datatype, or (for FP16 and BF16) its bytes
 * @returns {Uint8Array}
 */
export function pack(datatype, data) {
  const type = DATATYPES[datatype];
  if (!type) throw new RangeError(`"${datatype}" is no datatype; these are: ${Object.keys(DATATYPES).join(", ")}`);
  if (ArrayBuffer.isView(data)) {
    if (type.array && data instanceof type.array) return new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
    if (data instanceof Uint8Array && (datatype === "FP16" || datatype === "BF16")) return data.slice();
    data = Array.from(data);
  }
  const flat = Array.isArray(data) ? data.flat(16) : [data];
  if (datatype === "BYTES") return packStrings(flat);
  if (datatype === "FP16" || datatype === "BF16") throw new RangeError(`${datatype} has no form in JSON; give its bytes`);
  return new Uint8Array(type.array.from(flat, (value) => element(datatype, value)).buffer);
}

/** The elements of bytes: a typed array, or for BYTES an array of byte strings. */
export function unpack(datatype, bytes) {
  const type = DATATYPES[datatype];
  if (type?.array) return new type.array(bytes.slice().buffer);
  const elements = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + (at + 4 <= bytes.length ? view.getUint32(at, true) : Infinity);
    if (end > bytes.length) throw new RangeError("an element of BYTES ends too early");
    elements.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return elements;
}

/** The elements as JSON has them. */
export function toJsonText(datatype, bytes) {
  if (datatype === "BYTES") return JSON.stringify(unpack(datatype, bytes).map((each) => new TextDecoder("utf-8", { fatal: true }).decode(each)));
  const one = (value) => {
    if (typeof value === "bigint") return value.toString();
    if (!Number.isFinite(value)) return `"${value}"`;
    return Object.is(value, -0) ? "-0.0" : String(value);
  };
  return `[${Array.from(unpack(datatype, bytes), one).join(",")}]`;
}

/** With every NaN as the quiet one without sign and payload, because JSON carries none. */
function withoutPayloads(datatype, bytes) {
  const type = DATATYPES[datatype];
  if (type.nan === undefined) return bytes;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at < copy.length; at += type.size) {
    if (type.size === 2) {
      if ((view.getUint16(at, true) & 0x7fff) > type.infinity) view.setUint16(at, type.nan, true);
    } else if (type.size === 4) {
      if ((view.getUint32(at, true) & 0x7fffffff) > type.infinity) view.setUint32(at, type.nan, true);
    } else if ((view.getBigUint64(at, true) & 0x7fffffffffffffffn) > type.infinity) {
      view.setBigUint64(at, type.nan, true);
    }
  }
  return copy;
}

/**
 * A tensor.
 * @typedef {{name: string, datatype: string, shape: number[], bytes: Uint8Array}} Tensor
 */

/** A tensor out of JSON: with `data`, or with `raw` in base64 where it went over the wire in binary form. @returns {Tensor} */
export function fromJson(json) {
  const shape = json.shape.map(Number);
  const bytes = json.raw !== undefined ? fromBase64(json.raw) : pack(json.datatype, json.data);
  return checked({ name: json.name, datatype: json.datatype, shape, bytes });
}

/** Throws where bytes and shape do not fit. @param {Tensor} tensor */
export function checked(tensor) {
  const type = DATATYPES[tensor.datatype];
  const count = tensor.shape.reduce((product, each) => product * each, 1);
  const have = tensor.datatype === "BYTES" ? unpack("BYTES", tensor.bytes).length : tensor.bytes.length / (type?.size ?? NaN);
  if (have !== count || !tensor.shape.every((each) => Number.isSafeInteger(each) && each >= 0)) {
    throw new RangeError(`${tensor.name}: ${have} elements of ${tensor.datatype} do not fit the shape [${tensor.shape}]`);
  }
  return tensor;
}

/** @param {Tensor} tensor */
export function canonical(tensor) {
  return concat(
    text(tensor.name),
    Uint8Array.of(DATATYPES[tensor.datatype].code, tensor.shape.length),
    ...tensor.shape.map(i64),
    u32(tensor.bytes.length),
    withoutPayloads(tensor.datatype, tensor.bytes),
  );
}

function byName(a, b) {
  const [left, right] = [utf8(a.name), utf8(b.name)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) if (left[i] !== right[i]) return left[i] - right[i];
  return left.length - right.length;
}

/**
 * Digest of a request, without salt.
 *
 * @param {{model: string, version: string, mode: string, inputs: Tensor[], outputs: string[]}} request as asked; no outputs stand for all
 */
export function requestDigest(request) {
  const mode = MODES.indexOf(request.mode);
  if (mode < 0) throw new RangeError(`"${request.mode}" is no mode; these are: ${MODES.join(", ")}`);
  return sha256(
    utf8("candor-request-v1\0"),
    text(request.model),
    text(request.version),
    Uint8Array.of(mode),
    u32(request.inputs.length),
    ...[...request.inputs].sort(byName).map(canonical),
    u32(request.outputs.length),
    ...request.outputs.map(text),
  );
}

/** Digest of an answer, without salt. @param {Tensor[]} outputs in the order of the answer */
export function answerDigest(outputs) {
  return sha256(utf8("candor-answer-v1\0"), u32(outputs.length), ...outputs.map(canonical));
}

/** @param {Uint8Array} salt 16 bytes @param {Uint8Array} digest */
export function salted(salt, digest) {
  return sha256(utf8("candor-salted-v1\0"), salt, digest);
}
