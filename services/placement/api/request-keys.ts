import type { PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";

/**
 * What makes two calls with one idempotency key the same request: everything that a placement depends on, but not how long the caller
 * will wait or what it wants shown, since a repeated call has less time left.
 */
export function requestFingerprint({ application, data, constraints, frequencyHint, policy }: PlaceRequest__Output): string {
  return stableJson({ application, data, constraints, frequencyHint, policy });
}

/** Requests with equal groups can be taken by the same instances, but for their size. */
export function waitGroup({ constraints, policy }: PlaceRequest__Output): string {
  return constraints === null ? policy : stableJson({ constraints, policy });
}

/** JSON with the keys of every object in order: maps come off the wire in any order. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
