import type { ArrivalReport, ArrivalReport__Output } from "../../../proto/gen/straightline/v1/ArrivalReport.js";

/** How often applications are asked for, over all replicas of placement. */
export interface Arrivals {
  /** Counts one arrival at this replica. */
  count(application: string): void;
  /** What has arrived here since the last call, for the other replicas and for `take`; undefined: nothing to tell. */
  report(replica: string, waiting: ReadonlyMap<string, number>): ArrivalReport | undefined;
  /** Takes a replica's report in, one's own like any other. */
  take(report: ArrivalReport__Output): void;
  /** Over the last two seconds. */
  perSecond(application: string): number;
  /** Requests that wait for capacity now. */
  waiting(application: string): number;
}

/** Long enough to smooth, short enough to see a burst before a start has ended. */
const WINDOW_MS = 2000;

interface Heard {
  readonly replica: string;
  readonly atMs: number;
  readonly count: number;
  readonly waiting: number;
}

/** Nothing has arrived yet. */
export function createArrivals(now: () => number): Arrivals {
  let own = new Map<string, number>();
  const heard = new Map<string, Heard[]>();
  const recent = (application: string): readonly Heard[] => {
    const kept = (heard.get(application) ?? []).filter(({ atMs }) => now() - atMs < WINDOW_MS);
    if (kept.length === 0) heard.delete(application);
    else heard.set(application, kept);
    return kept;
  };
  return {
    count: (application) => void own.set(application, (own.get(application) ?? 0) + 1),
    report(replica, waiting) {
      const names = [...new Set([...own.keys(), ...waiting.keys()])];
      if (names.length === 0) return undefined;
      const applications = names.map((application) => ({
        application,
        count: own.get(application) ?? 0,
        waiting: waiting.get(application) ?? 0,
      }));
      own = new Map();
      return { replica, applications };
    },
    take({ replica, applications }) {
      for (const { application, count, waiting } of applications) {
        heard.set(application, [...recent(application), { replica, atMs: now(), count, waiting }]);
      }
    },
    perSecond: (application) => (recent(application).reduce((sum, { count }) => sum + count, 0) * 1000) / WINDOW_MS,
    waiting(application) {
      const latest = new Map(recent(application).map(({ replica, waiting }) => [replica, waiting]));
      return [...latest.values()].reduce((sum, count) => sum + count, 0);
    },
  };
}
