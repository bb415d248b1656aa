// A dApp's call: the request is signed by a wallet (EIP-712), and the answer is used only once its receipt verifies.
//   node dapp.js NODE-URL TRUST-FILE PRIVATE-KEY
// The wallet's address is a caller of the node: candor keys api create NAME --address 0x... --file callers.keys
import { readFile } from "node:fs/promises";
import { keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { CandorClient, RefusedError, signedBy, Trust, VerificationError } from "../src/index.js";

const [url, trustFile, privateKey] = process.argv.slice(2);
const trust = Trust.parse(await readFile(trustFile, "utf8"));
const { network } = await (await fetch(`${url}/health`)).json();
// In a browser: createWalletClient({account, transport: custom(window.ethereum)}), and (typed) => wallet.signTypedData(typed) in place of the account's.
const account = privateKeyToAccount(privateKey);
const client = new CandorClient(url, { trust, sign: signedBy(account, { keccak256, network }) });

try {
  const image = new Float32Array(784).fill(0.5);
  const answer = await client.infer({ model: "mnist-mlp", inputs: [{ name: "image", datatype: "FP32", shape: [1, 784], data: image }] });
  const { block, height } = await client.waitForFinality(answer.requestId, { timeoutMs: 30_000, pollMs: 200 });
  console.log(`${account.address} asked; ${answer.model} ${answer.version} answered ${answer.requestId}`);
  console.log(`logits ${Array.from(answer.outputs[0].data, (each) => each.toFixed(2)).join(" ")}`);
  console.log(`receipt verified; final in block ${height}, ${block.slice(0, 16)}...`);
} catch (problem) {
  if (problem instanceof VerificationError) console.error(`do not use this answer: ${problem.check} failed`);
  else if (problem instanceof RefusedError) console.error(`refused: ${problem.code}`);
  throw problem;
}
