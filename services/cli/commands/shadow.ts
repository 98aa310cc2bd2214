import type { GetShadowResponse__Output } from "../../../proto/gen/straightline/v1/GetShadowResponse.js";
import { formatTable, shortEnum } from "../output.js";
import { type CommandContext, show } from "./context.js";

/** `straightline shadow`: how the shadow policy compares with the active one. */
export async function shadow(context: CommandContext): Promise<void> {
  const { placement, call } = context.api;
  show(context, await call(placement.getShadow.bind(placement), {}), formatShadow);
}

function formatShadow(figures: GetShadowResponse__Output): string {
  if (figures.policy === "") return "No policy runs in shadow; start placement with --shadow POLICY.";
  const { policy, compared, sameInstance, sameKind, skipped, failed } = figures;
  const lines = [
    `shadow     ${policy}: ${compared} decisions compared, ${skipped} skipped for want of time, ${failed} failed`,
    `agreement  ${percent(sameInstance, compared)} same instance, ${percent(sameKind, compared)} same kind`,
    `predicted  ${figures.activePredictedMs.toFixed(1)} ms active, ${figures.shadowPredictedMs.toFixed(1)} ms shadow (mean where both place and predict)`,
  ];
  const rows = figures.moves.map((move) => [
    target(move.active),
    target(move.shadow),
    String(move.decisions),
    move.activePredictedMs.toFixed(1),
    move.shadowPredictedMs.toFixed(1),
  ]);
  return `${lines.join("\n")}\n\n${formatTable(["ACTIVE", "SHADOW", "DECISIONS", "ACTIVE MS", "SHADOW MS"], rows)}`;
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? "0.0" : ((100 * part) / whole).toFixed(1)}%`;
}

function target(kind: string): string {
  return kind === "NODE_KIND_UNSPECIFIED" ? "refused" : shortEnum(kind, "NODE_KIND_");
}
