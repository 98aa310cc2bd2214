import { ERROR_CATALOGUE, type ErrorCode } from "./catalogue.js";

/** A field that is wrong, and how to mend it. */
export interface FieldViolation {
  /** Path of the field, for example `data.size_bytes`. */
  readonly field: string;
  /** What is wrong and what to do, naming the value. */
  readonly description: string;
}

/** Facts that travel with an error across processes. */
export interface ErrorDetails {
  readonly violations?: readonly FieldViolation[];
  /** Advised delay before another try, milliseconds. */
  readonly retryAfterMs?: number;
  /** Short facts a caller may branch on. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Encoded straightline.v1.DecisionTrace of a refused placement. */
  readonly trace?: Uint8Array;
}

/**
 * The one error class. `message` is safe to show to any client and never repeats the cause; the cause is for the log.
 */
export class StraightLineError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "StraightLineError";
    this.code = code;
    this.details = options.details ?? {};
  }

  /** HTTP status of the code. */
  get httpStatus(): number {
    return ERROR_CATALOGUE[this.code].http;
  }

  /** The funnel: anything thrown becomes a StraightLineError; an unknown one becomes INTERNAL with a fixed text. */
  static from(thrown: unknown): StraightLineError {
    if (thrown instanceof StraightLineError) return thrown;
    return new StraightLineError("INTERNAL", "internal error", { cause: thrown });
  }
}

/** INVALID_REQUEST for one field: "<field>: <description>". */
export function invalidField(field: string, description: string): StraightLineError {
  return invalidRequest([{ field, description }]);
}

/** INVALID_REQUEST for all faults at once. */
export function invalidRequest(violations: readonly FieldViolation[]): StraightLineError {
  const message = violations.map((v) => `${v.field}: ${v.description}`).join("; ");
  return new StraightLineError("INVALID_REQUEST", message, { details: { violations } });
}

/** The messages of an error and its causes, outermost first, at most ten: for logs. */
export function causeChain(error: unknown): string[] {
  const chain: string[] = [];
  for (let next: unknown = error; next !== undefined && next !== null && chain.length < 10; ) {
    chain.push(next instanceof Error ? next.message : String(next));
    next = next instanceof Error ? next.cause : undefined;
  }
  return chain;
}

/** The system error code (ENOENT, EADDRINUSE ...) of a Node error, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
