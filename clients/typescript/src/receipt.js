/** Receipts: their bytes, and the root that leaf and path lead to (docs/receipt.md; RFC 9162, section 2.1.3). */
import { concat, hex, Reader, u32, utf8 } from "./bytes.js";
import { VerificationError } from "./errors.js";
import { sha256 } from "./sha2.js";
import { MODES } from "./tensors.js";

const LARGEST = 1399;
const LATEST = 253402300799999n;

function need(holds, check, sentence) {
  if (!holds) throw new VerificationError(check, sentence);
}

/**
 * A receipt's fields. Digests are bytes.
 * @typedef {ReturnType<typeof parseReceipt>} Receipt
 */

function uuid(bytes) {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function readLeaf(bytes) {
  const in_ = new Reader(bytes);
  const leafVersion = in_.u8();
  const network = in_.raw(32);
  const keyId = in_.raw(32);
  const partition = in_.u8();
  const requestId = `${partition}-${uuid(in_.raw(16))}`;
  const caller = in_.raw(32);
  const modelName = in_.text();
  const major = in_.u16();
  const minor = in_.u8();
  const contentId = in_.raw(32);
  const requestDigest = in_.raw(32);
  const answerDigest = in_.raw(32);
  const [requested, achieved, arithmetic] = in_.raw(3);
  const device = in_.text();
  const answeredAt = in_.i64();
  const cached = leafVersion === 2;
  need(!cached || in_.u8() === 1, "bytes", "a leaf of version 2 ends with the source 1, the response cache");
  in_.end();
  const named = utf8(modelName).length;
  need(named >= 1 && named <= 512, "bytes", "the model's name has 1 to 512 bytes");
  const placed = utf8(device).length;
  need(placed >= 1 && placed <= 64, "bytes", "the device has 1 to 64 bytes");
  need(major >= 1 && major <= 9999 && minor <= 99, "bytes", `${major}.${minor} is no version`);
  need(requested < 3 && achieved < 3 && arithmetic < 2, "bytes", "a mode or the arithmetic is none");
  need(answeredAt >= 0n && answeredAt <= LATEST, "bytes", "the time is none");
  return {
    leafVersion,
    network,
    keyId,
    partition,
    requestId,
    caller,
    modelName,
    modelVersion: `${major}.${String(minor).padStart(2, "0")}`,
    contentId,
    requestDigest,
    answerDigest,
    requested: MODES[requested],
    achieved: MODES[achieved],
    arithmetic: ["float", "exact"][arithmetic],
    device,
    answeredAt: Number(answeredAt),
    cached,
  };
}

/**
 * Reads a receipt, which has exactly one form.
 *
 * @param {Uint8Array} bytes
 * @throws {VerificationError} `version` or `bytes`
 */
export function parseReceipt(bytes) {
  need(bytes.length >= 10 && bytes.length <= LARGEST, "bytes", `a receipt has 10 to ${LARGEST} bytes, this has ${bytes.length}`);
  need(new TextDecoder("latin1").decode(bytes.subarray(0, 4)) === "CRCP", "bytes", "it does not begin with CRCP");
  need(bytes[4] === 1, "version", `receipts of version ${bytes[4]} are not known`);
  need(bytes[9] === 1 || bytes[9] === 2, "version", `leaves of version ${bytes[9]} are not known`);
  try {
    const in_ = new Reader(bytes.subarray(5));
    const leaf = in_.raw(in_.u32());
    const index = in_.u32();
    const size = in_.u32();
    const length = in_.u8();
    need(size >= 1 && size <= 65536 && index < 2 ** 31, "bytes", "the tree has 1 to 65536 leaves");
    need(length <= 16, "bytes", "a path has at most 16 digests");
    const path = Array.from({ length }, () => in_.raw(32));
    const signature = in_.raw(64);
    in_.end();
    return { ...readLeaf(leaf), leaf, index, size, path, signature };
  } catch (problem) {
    if (problem instanceof VerificationError) throw problem;
    throw new VerificationError("bytes", problem.message);
  }
}

/** @param {Uint8Array} leaf */
export function leafHash(leaf) {
  return sha256(Uint8Array.of(0), leaf);
}

/**
 * The root that a leaf and its path lead to, with each step on the way.
 *
 * @param {Receipt} receipt
 * @returns {{root: Uint8Array, steps: {sibling: Uint8Array, left: boolean, hash: Uint8Array}[]}}
 * @throws {VerificationError} `path`
 */
export function foldPath(receipt) {
  need(receipt.index < receipt.size, "path", `leaf ${receipt.index} is not in a tree of ${receipt.size}`);
  let fn = receipt.index;
  let sn = receipt.size - 1;
  let hash = leafHash(receipt.leaf);
  const steps = [];
  for (const sibling of receipt.path) {
    need(sn !== 0, "path", "it is longer than the tree is high");
    const left = fn % 2 === 1 || fn === sn;
    hash = left ? sha256(Uint8Array.of(1), sibling, hash) : sha256(Uint8Array.of(1), hash, sibling);
    if (left && fn % 2 === 0) {
      while (fn % 2 === 0 && fn !== 0) {
        fn >>= 1;
        sn >>= 1;
      }
    }
    steps.push({ sibling, left, hash });
    fn >>= 1;
    sn >>= 1;
  }
  need(sn === 0, "path", "it is shorter than the tree is high");
  return { root: hash, steps };
}

/** The 120 bytes that are signed for a batch. */
export function signedMessage(receipt, root) {
  return concat(utf8("candor-batch-v1\0"), receipt.network, root, u32(receipt.size), receipt.keyId);
}
