import type { ApplicationRecord__Output } from "../../../../proto/gen/straightline/v1/ApplicationRecord.js";
import { type Logger, traceFields } from "../../../common/observe/index.js";
import type { DesiredState } from "../../desired/index.js";
import { type ReconcileLoop, startReconcileLoop } from "../../reconcile-loop.js";
import type { Arrivals, Fleet, Mirror, Schedule } from "../../state/index.js";
import { unlessOvertaken } from "../../unless-overtaken.js";
import type { Lease } from "../lease.js";
import { type Autoscaler, createAutoscaler } from "./autoscaler.js";

/** What autoscaling works on. */
export interface AutoscaleOptions {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly desired: Pick<DesiredState, "replace">;
  readonly fleet: Fleet;
  readonly arrivals: Arrivals;
  /** It acts only while this is held, and remembers only from then on. */
  readonly lease: Pick<Lease, "isHeld">;
  readonly log: Logger;
  readonly now: () => number;
  readonly schedule: Schedule;
}

/** So long a request that waits for a first instance waits for its start to be asked for, at most. */
const PERIOD_MS = 500;

/** Starts to let the forms that ask for it follow the load. */
export function startAutoscaling(options: AutoscaleOptions): ReconcileLoop {
  const { schedule, log } = options;
  let autoscaler: Autoscaler | undefined;
  const round = async (): Promise<void> => {
    if (!options.lease.isHeld() || !options.applications.isCurrent()) {
      autoscaler = undefined;
      return;
    }
    autoscaler ??= createAutoscaler(options.arrivals, options.now);
    await scaleAll(autoscaler, options);
  };
  return startReconcileLoop({ what: "capacity", round, settleMs: PERIOD_MS, periodMs: PERIOD_MS, schedule, log });
}

async function scaleAll(autoscaler: Autoscaler, { applications, desired, fleet, lease, log }: AutoscaleOptions): Promise<void> {
  const nodes = fleet.nodes();
  autoscaler.retain(new Set(applications.entries.keys()));
  for (const entry of [...applications.entries.values()]) {
    const scaled = autoscaler.scale(entry.value, nodes);
    if (scaled === undefined) continue;
    await unlessOvertaken(lease, async () => {
      await desired.replace(entry, { ...entry.value, scaled });
      log.info({ ...traceFields(entry.value.traceparent), application: entry.key, scaled }, "scaled");
    });
  }
}
