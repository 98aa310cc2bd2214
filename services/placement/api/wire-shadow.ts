import type { GetShadowResponse } from "../../../proto/gen/straightline/v1/GetShadowResponse.js";
import type { NodeKind } from "../../../proto/gen/straightline/v1/NodeKind.js";
import { kindToWire } from "../../common/bus/index.js";
import type { Shadow, Target } from "../shadow/index.js";

/** A shadow's figures as the wire has them; without a shadow its policy is empty. */
export function shadowToWire(shadow: Shadow | undefined): GetShadowResponse {
  if (shadow === undefined) return {};
  const { activeMs, shadowMs, moves, ...counts } = shadow.figures();
  return {
    policy: shadow.policy,
    ...counts,
    ...shadow.missed(),
    activePredictedMs: activeMs,
    shadowPredictedMs: shadowMs,
    moves: moves.map((move) => ({
      active: targetToWire(move.active),
      shadow: targetToWire(move.shadow),
      decisions: move.decisions,
      activePredictedMs: move.activeMs,
      shadowPredictedMs: move.shadowMs,
    })),
  };
}

function targetToWire(target: Target): NodeKind {
  return target === "refused" ? "NODE_KIND_UNSPECIFIED" : kindToWire(target);
}
