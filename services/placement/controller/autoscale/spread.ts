import type { NodeKind } from "../../scheduler/index.js";

/** A warm form (processes, containers) as far as scaling depends on it. */
export interface WarmForm {
  readonly kind: NodeKind;
  readonly concurrency: number;
  readonly min: number;
  /** Equal to min: it does not follow the load. */
  readonly max: number;
}

/**
 * Instances of each form that give the slots: the first form as far as it may, the next what is left. Every form has its least, and what no
 * form may give is left to functions, or to waiting.
 */
export function spreadSlots(slots: number, forms: readonly WarmForm[]): ReadonlyMap<NodeKind, number> {
  let left = slots - forms.reduce((sum, { min, concurrency }) => sum + min * concurrency, 0);
  const counts = new Map<NodeKind, number>();
  for (const { kind, concurrency, min, max } of forms) {
    const more = Math.min(max - min, Math.max(0, Math.ceil(left / concurrency)));
    counts.set(kind, min + more);
    left -= more * concurrency;
  }
  return counts;
}
