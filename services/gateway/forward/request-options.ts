import { KIND_TOKENS, type KindToken } from "../../common/bus/index.js";
import { type FieldViolation, invalidRequest } from "../../common/errors/index.js";
import { HEADER } from "../../common/observe/index.js";

/** Headers, or metadata keys, by which a client steers one request. */
export const CLIENT_HEADER = {
  policy: HEADER.policy,
  deadlineMs: HEADER.deadlineMs,
  frequencyHint: "straightline-frequency-hint",
  kinds: "straightline-kinds",
} as const;

/** What a client asked for one request. */
export interface RequestOptions {
  /** Empty: the configured policy. */
  readonly policy: string;
  /** Requests per second. */
  readonly frequencyHint: number | undefined;
  /** Empty: all. */
  readonly kinds: readonly KindToken[];
  readonly deadlineMs: number | undefined;
}

/** A deadline beyond a day is a mistake in its unit. */
const MAX_DEADLINE_MS = 86_400_000;
const MAX_FREQUENCY_PER_SECOND = 1e9;

/** Reads the headers through `get`; throws INVALID_REQUEST that names every wrong one. */
export function parseRequestOptions(get: (name: string) => string | undefined): RequestOptions {
  const violations: FieldViolation[] = [];
  const read = <T>(name: string, parse: (text: string) => T | undefined, wanted: string): T | undefined => {
    const text = get(name)?.trim();
    if (text === undefined || text === "") return undefined;
    const value = parse(text);
    if (value === undefined) violations.push({ field: name, description: `must be ${wanted}; got ${quote(text)}` });
    return value;
  };
  const options: RequestOptions = {
    policy: read(CLIENT_HEADER.policy, parsePolicy, "a policy's name of a-z, 0-9 and '-'") ?? "",
    frequencyHint: read(CLIENT_HEADER.frequencyHint, parseFrequency, "requests per second, 0 to 1e9"),
    kinds: read(CLIENT_HEADER.kinds, parseKinds, `a comma-separated list of ${KIND_TOKENS.join(", ")}`) ?? [],
    deadlineMs: read(CLIENT_HEADER.deadlineMs, parseDeadline, `milliseconds from now, 1 to ${MAX_DEADLINE_MS}`),
  };
  if (violations.length > 0) throw invalidRequest(violations);
  return options;
}

function parsePolicy(text: string): string | undefined {
  return /^[a-z0-9-]{1,63}$/.test(text) ? text : undefined;
}

function parseFrequency(text: string): number | undefined {
  return inRange(text, 0, MAX_FREQUENCY_PER_SECOND);
}

function parseDeadline(text: string): number | undefined {
  return inRange(text, 1, MAX_DEADLINE_MS);
}

function inRange(text: string, least: number, most: number): number | undefined {
  if (!/^\d+(\.\d+)?(e\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

function parseKinds(text: string): KindToken[] | undefined {
  const kinds = text.split(",").map((part) => KIND_TOKENS.find((token) => token === part.trim()));
  return kinds.includes(undefined) ? undefined : (kinds as KindToken[]);
}

/** Names the value in an error without repeating all of a long one. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
