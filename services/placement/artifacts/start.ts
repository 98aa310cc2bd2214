import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StoredArtifacts } from "../../common/bus/index.js";
import type { Logger } from "../../common/observe/index.js";
import { type ReconcileLoop, startReconcileLoop } from "../reconcile-loop.js";
import type { Mirror, Schedule } from "../state/index.js";
import { unlessOvertaken } from "../unless-overtaken.js";
import { digestsInUse } from "./in-use.js";
import { createUnneededWatch, type UnneededWatch } from "./unneeded.js";

/** What clearing up works on. */
export interface ArtifactCleanupOptions {
  readonly stored: StoredArtifacts;
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly jobs: Mirror<Job__Output>;
  /** It acts only while this is held, and remembers only from then on. */
  readonly lease: { isHeld(): boolean };
  /** So long nothing must have needed an artifact. */
  readonly graceMs: number;
  readonly log: Logger;
  readonly now: () => number;
  readonly schedule: Schedule;
}

/** Rounds in one grace period: what is due goes at most a quarter of it late. */
const ROUNDS = 4;
const MIN_PERIOD_MS = 100;
const MAX_PERIOD_MS = 600_000;

/** Starts to remove artifacts that nothing needs any more. */
export function startArtifactCleanup(options: ArtifactCleanupOptions): ReconcileLoop {
  const { lease, graceMs, now, log, schedule } = options;
  const periodMs = Math.min(MAX_PERIOD_MS, Math.max(MIN_PERIOD_MS, graceMs / ROUNDS));
  let watch: UnneededWatch | undefined;
  const round = async (): Promise<void> => {
    if (!lease.isHeld() || !isCurrent(options)) {
      watch = undefined;
      return;
    }
    watch ??= createUnneededWatch(graceMs, now);
    await cleanUp(watch, options);
  };
  return startReconcileLoop({ what: "artifacts", round, settleMs: periodMs, periodMs, schedule, log });
}

/** What has not been read yet must not pass for absent. */
function isCurrent({ applications, assignments, jobs }: ArtifactCleanupOptions): boolean {
  return [applications, assignments, jobs].every((mirror) => mirror.isCurrent());
}

async function cleanUp(watch: UnneededWatch, options: ArtifactCleanupOptions): Promise<void> {
  const { stored, lease, log } = options;
  for (const item of watch.due(await stored.list(), needed(options))) {
    // Removing takes a while, in which an application may have come; one that stores it again is seen by the store itself.
    if (!isCurrent(options) || needed(options).has(item.key)) continue;
    await unlessOvertaken(lease, async () => {
      await stored.remove(item);
      log.info(
        { key: item.key },
        item.type === "artifact" ? "artifact removed: nothing needs it" : "remains of an artifact removed",
      );
    });
  }
}

function needed({ applications, assignments, jobs }: ArtifactCleanupOptions): ReadonlySet<string> {
  return digestsInUse({ applications: valuesOf(applications), assignments: valuesOf(assignments), jobs: valuesOf(jobs) });
}

function valuesOf<T>({ entries }: Mirror<T>): T[] {
  return [...entries.values()].map(({ value }) => value);
}
