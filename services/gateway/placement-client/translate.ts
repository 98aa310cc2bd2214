import type { PlaceFailure__Output } from "../../../proto/gen/straightline/v1/PlaceFailure.js";
import type { Placement__Output } from "../../../proto/gen/straightline/v1/Placement.js";
import type { PlaceRequest } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import { kindFromWire, kindToWire } from "../../common/bus/index.js";
import { ERROR_CATALOGUE, type ErrorCode, StraightLineError } from "../../common/errors/index.js";
import { predictedMs } from "../../common/wire/index.js";
import type { Placement, PlaceQuery } from "./types.js";

/** A query as the wire has it. */
export function toPlaceRequest(query: PlaceQuery): PlaceRequest {
  return {
    application: query.application,
    data: { sizeBytes: query.sizeBytes, contentType: query.contentType },
    // A remainder below one millisecond must not become 0, which means "no deadline".
    deadlineMs: Math.ceil(query.deadlineMs),
    constraints: { kinds: query.kinds.map(kindToWire), excludedInstanceIds: [...query.excludedInstanceIds] },
    policy: query.policy,
    wait: query.wait,
    dryRun: query.dryRun,
    retryOf: query.retryOf,
    ...(query.frequencyHint === undefined ? {} : { frequencyHint: query.frequencyHint }),
  };
}

/** The wire's placement as the gateway has it. */
export function fromPlacement(wire: Placement__Output): Placement {
  return {
    placementId: wire.placementId,
    nodeId: wire.nodeId,
    kind: kindFromWire(wire.kind),
    instanceId: wire.instanceId,
    httpEndpoint: wire.httpEndpoint,
    grpcEndpoint: wire.grpcEndpoint,
    reason: wire.reason,
    policy: wire.policy,
    frequency: wire.frequency,
    predictedMs: predictedMs(wire.predicted),
    idempotent: wire.idempotent,
    deadlineMs: wire.deadlineMs,
  };
}

/** A refusal as an error; a reason that this version does not know becomes PLACEMENT_UNAVAILABLE. */
export function fromFailure(failure: PlaceFailure__Output): StraightLineError {
  const code: ErrorCode = isErrorCode(failure.reason) ? failure.reason : "PLACEMENT_UNAVAILABLE";
  return new StraightLineError(code, failure.message, {
    details: failure.retryAfterMs > 0 ? { retryAfterMs: failure.retryAfterMs } : {},
  });
}

function isErrorCode(reason: string): reason is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, reason);
}
