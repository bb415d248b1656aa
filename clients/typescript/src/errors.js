/** What can go wrong, each kind a class of its own. */

/** Everything that this package throws on purpose. */
export class CandorError extends Error {
  /** @param {string} message a sentence that says what to change */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The node refused. `code` is stable; docs/grpc.md has the table. */
export class RefusedError extends CandorError {
  /**
   * @param {string} code such as `OVERLOADED`
   * @param {string} message the node's sentence
   * @param {{status?: number, retryAfterMs?: number | null, receipt?: string | null}} [more]
   */
  constructor(code, message, more = {}) {
    super(message);
    this.code = code;
    this.status = more.status ?? 0;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.receipt = more.receipt ?? null;
  }

  /** Whether the node said that a retry may help. */
  get retryable() {
    return this.retryAfterMs !== null;
  }
}

/** A check of a receipt failed: the answer is not to be used. `check` is a name of docs/receipt.md. */
export class VerificationError extends CandorError {
  /** @param {string} check @param {string} message */
  constructor(check, message) {
    super(`${check}: ${message}`);
    this.check = check;
  }
}

/** No proof came: `state` is how the job ended (`rejected`, `expired`, `cancelled`, `none`, `unknown`). */
export class ProofError extends CandorError {
  /** @param {string} state @param {string} message @param {unknown} status */
  constructor(state, message, status) {
    super(message);
    this.state = state;
    this.status = status;
  }
}

/** What was waited for did not come in the time given. */
export class WaitError extends CandorError {}
