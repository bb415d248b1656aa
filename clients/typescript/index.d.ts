/** Calls a Candor node and verifies each answer's receipt before handing it out. docs/clients.md has the guide. */

export type Mode = "vanilla" | "tee" | "zkml";

export type Datatype =
  | "BOOL" | "UINT8" | "UINT16" | "UINT32" | "UINT64" | "INT8" | "INT16" | "INT32" | "INT64"
  | "FP16" | "FP32" | "FP64" | "BF16" | "BYTES";

export interface Tensor {
  name: string;
  datatype: Datatype;
  shape: number[];
  /** Little-endian elements in row-major order. */
  bytes: Uint8Array;
}

export interface TensorInput {
  name: string;
  datatype: Datatype;
  shape: number[];
  /** A typed array of the datatype, nested arrays, or (FP16, BF16) bytes. */
  data: ArrayBufferView | readonly unknown[];
}

export interface InferCall {
  model: string;
  /** A version such as `1.00` or an alias; none lets the node choose. */
  version?: string;
  mode?: Mode;
  inputs: TensorInput[];
  /** Names of outputs; none stands for all. */
  outputs?: string[];
  encoding?: "binary" | "json";
  /** A retry under it gets the same answer. */
  idempotencyKey?: string;
  parameters?: Record<string, unknown>;
  signal?: AbortSignal;
}

export interface Receipt {
  leafVersion: number;
  network: Uint8Array;
  keyId: Uint8Array;
  partition: number;
  requestId: string;
  caller: Uint8Array;
  modelName: string;
  modelVersion: string;
  contentId: Uint8Array;
  requestDigest: Uint8Array;
  answerDigest: Uint8Array;
  requested: Mode;
  achieved: Mode;
  arithmetic: "float" | "exact";
  device: string;
  /** Milliseconds since 1970-01-01 UTC, by the executor's clock. */
  answeredAt: number;
  cached: boolean;
  leaf: Uint8Array;
  index: number;
  size: number;
  path: Uint8Array[];
  signature: Uint8Array;
}

export interface Asked { model: string; version: string; mode: Mode; inputs: Tensor[]; outputs: string[] }
export interface Answered { model: string; version: string; requestId: string; outputs: Tensor[] }

export interface Answer {
  requestId: string;
  model: string;
  version: string;
  outputs: (Tensor & { data: ArrayBufferView | Uint8Array[] })[];
  receipt: Receipt;
  receiptBytes: Uint8Array;
  salt: Uint8Array;
  asked: Asked;
  answered: Answered;
  replayed: boolean;
  /** `Server-Timing`, milliseconds. */
  timing: string;
}

export class CandorError extends Error {}
export class RefusedError extends CandorError {
  constructor(code: string, message: string, more?: { status?: number; retryAfterMs?: number | null; receipt?: string | null });
  /** Stable; docs/grpc.md has the table. */
  code: string;
  status: number;
  retryAfterMs: number | null;
  receipt: string | null;
  get retryable(): boolean;
}
export class VerificationError extends CandorError {
  constructor(check: string, message: string);
  /** A name of docs/receipt.md, "Verification". */
  check: string;
}
export class ProofError extends CandorError {
  constructor(state: string, message: string, status: unknown);
  state: string;
  status: unknown;
}
export class WaitError extends CandorError {}

export class Trust {
  readonly network: string | null;
  readonly keys: Map<string, { raw: Uint8Array; role: string; notBefore: number | null; notAfter: number | null; revokedAt: number | null; note: string }>;
  static parse(source: string): Trust;
  static pinned(publicKey: string, more?: { network?: string }): Trust;
}

export interface Check { name: string; passed: boolean | null; sentence: string }
export interface Given { receipt: Uint8Array; trust: Trust; asked?: Asked; answered?: Answered; salt?: Uint8Array }
export function checkReceipt(given: Given): Promise<{ checks: Check[]; receipt: Receipt | null; path: { root: Uint8Array; steps: { sibling: Uint8Array; left: boolean; hash: Uint8Array }[] } | null }>;
export function verifyReceipt(given: Given, how?: { complete?: boolean }): Promise<Receipt>;
export function readExchange(source: string): { receipt: Uint8Array; salt: Uint8Array; asked: Asked; answered: Answered };
export function parseReceipt(bytes: Uint8Array): Receipt;
export function foldPath(receipt: Receipt): { root: Uint8Array; steps: { sibling: Uint8Array; left: boolean; hash: Uint8Array }[] };
export function signedMessage(receipt: Receipt, root: Uint8Array): Uint8Array;

export type Sign = (request: { method: string; target: string; body: Uint8Array }) => Promise<Record<string, string>>;
export interface TypedDataAccount { address: string; signTypedData: (typed: any) => Promise<string> }
export function signedBy(account: TypedDataAccount, how: { keccak256: (bytes: Uint8Array) => string; network: string; validitySeconds?: number }): Sign;
export function typedRequest(request: { network: string; method: string; target: string; bodyHash: string; nonce: string; deadline: bigint }): any;

export interface Wait { timeoutMs?: number; pollMs?: number; signal?: AbortSignal; onPoll?: (found: unknown) => void }

export class CandorClient {
  constructor(url: string, options: { trust: Trust; apiKey?: string; sign?: Sign; fetch?: typeof fetch });
  infer(asked: InferCall): Promise<Answer>;
  status(requestId: string, options?: { signal?: AbortSignal }): Promise<any>;
  receipt(requestId: string, options?: { signal?: AbortSignal }): Promise<Uint8Array>;
  finality(requestId: string, options?: { signal?: AbortSignal }): Promise<any>;
  file(requestId: string, part: "statement" | "proof" | "lineage", options?: { signal?: AbortSignal }): Promise<Uint8Array>;
  escalate(answer: Answer, how?: { deadlineMs?: number; privateInput?: boolean; signal?: AbortSignal }): Promise<any>;
  cancel(requestId: string, options?: { signal?: AbortSignal }): Promise<any>;
  models(options?: { signal?: AbortSignal }): Promise<any[]>;
  modes(model: string, version?: string, options?: { signal?: AbortSignal }): Promise<any>;
  stats(options?: { signal?: AbortSignal }): Promise<any>;
  waitForProof(requestId: string, how?: Wait): Promise<any>;
  waitForFinality(requestId: string, how?: Wait): Promise<any>;
  waitForSettlement(requestId: string, how?: Wait): Promise<any>;
}

export function hex(bytes: Uint8Array): string;
export function fromHex(text: string): Uint8Array;
export function base64(bytes: Uint8Array): string;
export function fromBase64(text: string): Uint8Array;
