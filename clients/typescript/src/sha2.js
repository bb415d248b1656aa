/** SHA-256 and SHA-512 (FIPS 180-4): in plain JavaScript, since pages that are not served over TLS have no Web Cryptography. */

/** The largest r with r^degree <= n. */
function root(n, degree) {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(n.toString(2).length / Number(degree)) + 1);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= n) low = middle;
    else high = middle;
  }
  return low;
}

const primes = [];
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);

const MASK = (1n << 64n) - 1n;
/** The first 64 bits of the fractions of the primes' cube roots; SHA-256 takes the first 32 of each. */
const ROUND = primes.map((p) => root(BigInt(p) << 192n, 3n) & MASK);
const START = primes.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n) & MASK);
const ROUND_32 = Int32Array.from(ROUND.slice(0, 64), (k) => Number(BigInt.asIntN(32, k >> 32n)));
const START_32 = Int32Array.from(START, (h) => Number(BigInt.asIntN(32, h >> 32n)));

function padded(message, block) {
  const lengthBytes = block / 8;
  const whole = new Uint8Array(Math.ceil((message.length + 1 + lengthBytes) / block) * block);
  whole.set(message);
  whole[message.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(message.length) * 8n);
  return whole;
}

/** @param {Uint8Array[]} parts are hashed as one @returns {Uint8Array} 32 bytes */
export function sha256(...parts) {
  let message = parts[0];
  if (parts.length !== 1) {
    message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      message.set(part, at);
      at += part.length;
    }
  }
  const whole = padded(message, 64);
  const view = new DataView(whole.buffer);
  const state = START_32.slice();
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < whole.length; at += 64) {
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      w[t] = w[t - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[t - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND_32[t] + w[t]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] += value));
  }
  const out = new Uint8Array(32);
  state.forEach((value, i) => new DataView(out.buffer).setInt32(4 * i, value));
  return out;
}

/** For the short messages of signatures. @param {Uint8Array} message @returns {Uint8Array} 64 bytes */
export function sha512(message) {
  const whole = padded(message, 128);
  const view = new DataView(whole.buffer);
  const state = START.slice();
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & MASK;
  for (let at = 0; at < whole.length; at += 128) {
    const w = [];
    for (let t = 0; t < 16; t++) w.push(view.getBigUint64(at + 8 * t));
    for (let t = 16; t < 80; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      w.push((w[t - 16] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + w[t - 7] + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))) & MASK);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t++) {
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + ROUND[t] + w[t];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + one) & MASK;
      d = c;
      c = b;
      b = a;
      a = (one + two) & MASK;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = (state[i] + value) & MASK));
  }
  const out = new Uint8Array(64);
  state.forEach((value, i) => new DataView(out.buffer).setBigUint64(8 * i, value));
  return out;
}
