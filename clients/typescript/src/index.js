export { CandorClient } from "./client.js";
export { CandorError, ProofError, RefusedError, VerificationError, WaitError } from "./errors.js";
export { foldPath, parseReceipt, signedMessage } from "./receipt.js";
export { signedBy, typedRequest } from "./signing.js";
export { Trust } from "./trust.js";
export { checkReceipt, readExchange, verifyReceipt } from "./verify.js";
export { base64, fromBase64, fromHex, hex } from "./bytes.js";
