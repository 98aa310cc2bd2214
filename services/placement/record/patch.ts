import type { Candidate, InstanceView } from "../scheduler/index.js";
import type { CandidatePatch, Patch } from "./format.js";

/** What leads from one candidate to another; undefined: nothing. */
export function patchOf(before: Candidate, after: Candidate): CandidatePatch | undefined {
  if (before === after) return undefined;
  const node = before.node === after.node ? undefined : changesOf(before.node, after.node);
  const instance = before.instance === after.instance ? undefined : changesOf(trim(before.instance), trim(after.instance));
  if (node === undefined && instance === undefined) return undefined;
  return { ...(node === undefined ? {} : { node }), ...(instance === undefined ? {} : { instance }) };
}

/** The candidate that a patch leads to. */
export function patched({ node, instance }: Candidate, patch: CandidatePatch): Candidate {
  return { node: apply(node, patch.node), instance: apply(instance, patch.instance) };
}

/** Telemetry's sketches have more in them than a decision reads. */
export function trim(view: InstanceView): InstanceView {
  const { serviceTime, coldStart } = view;
  return {
    ...view,
    serviceTime: { count: serviceTime.count, sumMs: serviceTime.sumMs },
    coldStart: { count: coldStart.count, sumMs: coldStart.sumMs },
  };
}

function changesOf(before: object, after: object): Patch | undefined {
  const old = before as Record<string, unknown>;
  const changes: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(after)) {
    if (!isSame(old[key], value)) changes[key] = value ?? null;
  }
  for (const key of Object.keys(before)) {
    if (!(key in after) && old[key] !== undefined) changes[key] = null;
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** Fields are numbers, words, or small flat objects. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

function apply<View extends object>(view: View, patch: Patch | undefined): View {
  if (patch === undefined) return view;
  return { ...view, ...Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, value ?? undefined])) };
}
