// Uses the declared types as an application would; compiled strictly by scripts/clients/own, never run.
import { CandorClient, checkReceipt, ProofError, RefusedError, signedBy, Trust, VerificationError, WaitError } from "../index.js";
import type { Answer, Mode, Receipt, TensorInput } from "../index.js";

export async function ask(url: string, trustFile: string, mode: Mode): Promise<Receipt> {
  const client = new CandorClient(url, { trust: Trust.parse(trustFile), apiKey: "key" });
  const image: TensorInput = { name: "image", datatype: "FP32", shape: [1, 784], data: new Float32Array(784) };
  let answer: Answer;
  try {
    answer = await client.infer({ model: "mnist-mlp", mode, inputs: [image], outputs: ["logits"], idempotencyKey: "order-17", encoding: "json" });
  } catch (problem) {
    if (problem instanceof RefusedError && problem.retryable) console.log(problem.code, problem.retryAfterMs);
    if (problem instanceof VerificationError) console.log(problem.check);
    if (problem instanceof ProofError || problem instanceof WaitError) console.log(problem.message);
    throw problem;
  }
  await client.waitForProof(answer.requestId, { timeoutMs: 1000, pollMs: 10 });
  const { checks } = await checkReceipt({ receipt: await client.receipt(answer.requestId), trust: client_trust(trustFile), asked: answer.asked, answered: answer.answered, salt: answer.salt });
  checks.filter((each) => each.passed === false).forEach((each) => console.log(each.name, each.sentence));
  const first: number[] = answer.outputs.map((each) => each.bytes.length);
  // @ts-expect-error: there is no such mode
  await client.infer({ model: "m", mode: "audit", inputs: [] });
  // @ts-expect-error: trust is not optional
  new CandorClient(url, {});
  return first.length > 0 ? answer.receipt : Promise.reject(new Error("nothing came"));
}

const client_trust = (source: string): Trust => Trust.pinned(source, { network: "00".repeat(32) });

export const wallet = (url: string, trust: Trust, address: string, signTypedData: (typed: unknown) => Promise<string>, keccak256: (bytes: Uint8Array) => string) =>
  new CandorClient(url, { trust, sign: signedBy({ address, signTypedData }, { keccak256, network: "00".repeat(32) }) });
