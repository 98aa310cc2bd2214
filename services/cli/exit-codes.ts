import { ERROR_CATALOGUE, type StatusName, StraightLineError } from "../common/errors/index.js";

/** Exit codes of every command, for scripts. */
export const EXIT = {
  ok: 0,
  failure: 1,
  /** Wrong arguments, or a request that was refused as malformed. */
  usage: 2,
  notFound: 3,
  /** Nothing is free now: try again. */
  noCapacity: 4,
  /** It could never fit: change the request or the fleet. */
  neverFits: 5,
  /** A service does not answer. */
  unavailable: 6,
} as const;

const BY_STATUS: Partial<Record<StatusName, number>> = {
  INVALID_ARGUMENT: EXIT.usage,
  NOT_FOUND: EXIT.notFound,
  RESOURCE_EXHAUSTED: EXIT.noCapacity,
  FAILED_PRECONDITION: EXIT.neverFits,
  UNAVAILABLE: EXIT.unavailable,
  DEADLINE_EXCEEDED: EXIT.unavailable,
};

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  return BY_STATUS[ERROR_CATALOGUE[StraightLineError.from(error).code].status] ?? EXIT.failure;
}
