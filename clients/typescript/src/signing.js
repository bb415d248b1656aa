/** Requests signed by a wallet (docs/security.md, "Signed requests"): EIP-712, with whatever signs typed data, such as an account of viem. */
import { hex } from "./bytes.js";

/**
 * Headers for one request.
 * @typedef {(request: {method: string, target: string, body: Uint8Array}) => Promise<Record<string, string>>} Sign
 */

/** The typed data of a request. */
export function typedRequest({ network, method, target, bodyHash, nonce, deadline }) {
  return {
    domain: { name: "Candor", version: "1", salt: network },
    types: {
      EIP712Domain: [
        { name: "name", type: "string" },
        { name: "version", type: "string" },
        { name: "salt", type: "bytes32" },
      ],
      CandorRequest: [
        { name: "method", type: "string" },
        { name: "target", type: "string" },
        { name: "body", type: "bytes32" },
        { name: "nonce", type: "bytes32" },
        { name: "deadline", type: "uint64" },
      ],
    },
    primaryType: "CandorRequest",
    message: { method, target, body: bodyHash, nonce, deadline },
  };
}

/**
 * Signs each request of a client by an account.
 *
 * @param {{address: string, signTypedData: (typed: any) => Promise<string>}} account of viem, or anything like it
 * @param {{keccak256: (bytes: Uint8Array) => string, network: string, validitySeconds?: number}} how `keccak256` as viem has it; `network` of `/health`
 * @returns {Sign}
 */
export function signedBy(account, { keccak256, network, validitySeconds = 60 }) {
  const salt = network.startsWith("0x") ? network : `0x${network}`;
  return async ({ method, target, body }) => {
    const nonce = `0x${hex(crypto.getRandomValues(new Uint8Array(32)))}`;
    const deadline = BigInt(Math.floor(Date.now() / 1000) + validitySeconds);
    const signature = await account.signTypedData(typedRequest({ network: salt, method, target, bodyHash: keccak256(body), nonce, deadline }));
    return {
      "Candor-Signer": account.address.toLowerCase(),
      "Candor-Signature-Scheme": "eip-712",
      "Candor-Signature": signature,
      "Candor-Nonce": nonce,
      "Candor-Deadline": String(deadline),
    };
  };
}
