import type { NodeKind__Output } from "../../../proto/gen/straightline/v1/NodeKind.js";
import type { PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import { KIND_TOKENS, kindFromWire } from "../../common/bus/index.js";
import { type FieldViolation, invalidRequest, StraightLineError } from "../../common/errors/index.js";
import type { PolicyRegistry } from "../policies/index.js";
import type { PlacementPolicy, RequestView } from "../scheduler/index.js";
import { applicationNameFault } from "./name-fault.js";

/** A PlaceRequest in the scheduler's terms. */
export interface PlaceCommand {
  readonly request: RequestView;
  readonly policy: PlacementPolicy;
  /** As asked; undefined: not asked. */
  readonly deadlineMs: number | undefined;
  readonly frequencyHint: number | undefined;
  readonly wire: PlaceRequest__Output;
}

const MAX_SIZE_BYTES = 1024 ** 4;
const MAX_KEY_LENGTH = 128;
/** Shares that are computed sum to 1 only nearly. */
const SUM_TOLERANCE = 1e-6;
/** More are not needed to steer a retry, and each is compared with every instance. */
const MAX_EXCLUDED = 256;

/**
 * Checks and translates. Throws INVALID_REQUEST with every fault at once, each with field, value and remedy, or UNKNOWN_POLICY where
 * that is the only one.
 */
export function readPlaceRequest(wire: PlaceRequest__Output, policies: PolicyRegistry, defaultPolicy: string): PlaceCommand {
  const faults = [
    ...applicationNameFault("application", wire.application),
    ...dataFaults(wire.data),
    ...deadlineFaults(wire.deadlineMs),
    ...constraintFaults(wire.constraints),
    ...hintFaults(wire.frequencyHint),
    ...keyFaults(wire.idempotencyKey),
    ...retryFaults(wire.retryOf),
  ];
  const policy = findPolicy(wire.policy === "" ? defaultPolicy : wire.policy, policies, faults);
  return {
    request: {
      application: wire.application,
      sizeBytes: wire.data?.sizeBytes ?? 0,
      constraints: {
        kinds: (wire.constraints?.kinds ?? []).flatMap((kind) => kindFromWire(kind) ?? []),
        nodeLabels: wire.constraints?.nodeLabels ?? {},
        zones: wire.constraints?.zones ?? [],
        excludedInstanceIds: wire.constraints?.excludedInstanceIds ?? [],
      },
      ...localityOf(wire.data),
    },
    policy,
    deadlineMs: wire.deadlineMs > 0 ? wire.deadlineMs : undefined,
    frequencyHint: wire.frequencyHint,
    wire,
  };
}

/** Left out where it says nothing. */
function localityOf(data: PlaceRequest__Output["data"]): Pick<PlaceCommand["request"], "locality"> {
  return data === null || Object.keys(data.locality).length === 0 ? {} : { locality: data.locality };
}

function findPolicy(name: string, policies: PolicyRegistry, faults: readonly FieldViolation[]): PlacementPolicy {
  try {
    const policy = policies.get(name);
    if (faults.length > 0) throw invalidRequest(faults);
    return policy;
  } catch (error) {
    if (!(error instanceof StraightLineError) || error.code !== "UNKNOWN_POLICY" || faults.length === 0) throw error;
    throw invalidRequest([...faults, { field: "policy", description: error.message.replace(/^policy: /, "") }]);
  }
}

function dataFaults(data: PlaceRequest__Output["data"]): FieldViolation[] {
  if (data === null) return [];
  const faults: FieldViolation[] = [];
  const { sizeBytes, locality } = data;
  if (!(sizeBytes >= 0 && sizeBytes <= MAX_SIZE_BYTES)) {
    faults.push({
      field: "data.size_bytes",
      description: `must be 0 to ${MAX_SIZE_BYTES} (1 TiB); got ${sizeBytes}; give the body's length`,
    });
  }
  const shares = Object.entries(locality);
  for (const [place, share] of shares) {
    if (share >= 0 && share <= 1) continue;
    const field = `data.locality[${JSON.stringify(place)}]`;
    faults.push({ field, description: `must be 0 to 1; got ${share}; give the share of the data at that place` });
  }
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (sum > 1 + SUM_TOLERANCE) {
    faults.push({ field: "data.locality", description: `shares must sum to at most 1; got ${sum}; divide each by the sum` });
  }
  return faults;
}

function deadlineFaults(deadlineMs: number): FieldViolation[] {
  if (deadlineMs >= 0) return [];
  const description = `is in the past (${deadlineMs} ms); give the time left, above 0, or 0 for the default`;
  return [{ field: "deadline_ms", description }];
}

function constraintFaults(constraints: PlaceRequest__Output["constraints"]): FieldViolation[] {
  if (constraints === null) return [];
  const faults = constraints.kinds.flatMap((kind, at) => kindFault(`constraints.kinds[${at}]`, kind));
  const excluded = constraints.excludedInstanceIds.length;
  if (excluded > MAX_EXCLUDED) {
    faults.push({
      field: "constraints.excluded_instance_ids",
      description: `must be at most ${MAX_EXCLUDED}; got ${excluded}; name only those that have just failed`,
    });
  }
  return faults;
}

/** The fault of a kind that is not one of the three. */
export function kindFault(field: string, kind: NodeKind__Output): FieldViolation[] {
  if (kindFromWire(kind) !== undefined) return [];
  const known = KIND_TOKENS.map((token) => `NODE_KIND_${token.toUpperCase()}`).join(", ");
  return [{ field, description: `must be one of ${known}; got ${kind}` }];
}

function hintFaults(hint: number | undefined): FieldViolation[] {
  if (hint === undefined || (hint >= 0 && Number.isFinite(hint))) return [];
  const description = `must be 0 or more requests per second; got ${hint}; leave it out to have it measured`;
  return [{ field: "frequency_hint", description }];
}

function keyFaults(key: string): FieldViolation[] {
  if (key.length <= MAX_KEY_LENGTH) return [];
  const description = `must be at most ${MAX_KEY_LENGTH} characters; got ${key.length}; use a hash of it`;
  return [{ field: "idempotency_key", description }];
}

function retryFaults(placementId: string): FieldViolation[] {
  if (placementId.length <= MAX_KEY_LENGTH) return [];
  const description = `must be at most ${MAX_KEY_LENGTH} characters; got ${placementId.length}; give the failed placement's id`;
  return [{ field: "retry_of", description }];
}
