import { ERROR_CATALOGUE, type ErrorCode, type StatusName, StraightLineError } from "../common/errors/index.js";

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
  /** Ctrl-C, or another signal, before it was done: the shell's own code for SIGINT. */
  interrupted: 130,
} as const;

const BY_STATUS: Partial<Record<StatusName, number>> = {
  INVALID_ARGUMENT: EXIT.usage,
  NOT_FOUND: EXIT.notFound,
  RESOURCE_EXHAUSTED: EXIT.noCapacity,
  FAILED_PRECONDITION: EXIT.neverFits,
  UNAVAILABLE: EXIT.unavailable,
  DEADLINE_EXCEEDED: EXIT.unavailable,
};

/** Faults that share a status with "could never fit". */
const BY_CODE: Partial<Record<ErrorCode, number>> = {
  CONFIG_INVALID: EXIT.usage,
  ARTIFACT_INVALID: EXIT.usage,
  INSECURE_LISTENER: EXIT.usage,
  PORT_IN_USE: EXIT.failure,
  COMPONENT_MISSING: EXIT.failure,
  START_FAILED: EXIT.failure,
  NO_EARLIER_REVISION: EXIT.failure,
};

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  const { code } = StraightLineError.from(error);
  return BY_CODE[code] ?? BY_STATUS[ERROR_CATALOGUE[code].status] ?? EXIT.failure;
}
