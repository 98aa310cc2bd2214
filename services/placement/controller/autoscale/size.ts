/** What capacity is sized for. */
export interface Demand {
  readonly perSecond: number;
  /** Mean time that one request holds a slot. */
  readonly serviceMs: number;
  /** Response time not to be exceeded on average; 0: none. */
  readonly objectiveMs: number;
}

/** Share of the slots that may be busy on average, so that requests that come together find one. */
export const MAX_UTILISATION = 0.7;
/** Waiting beyond this share of the service time is too much where no objective says more. */
const MAX_WAIT_SHARE = 0.1;
/** More slots than any application has. */
const MAX_SLOTS = 10_000;

/**
 * Slots that serve the demand. By Little's law as many are busy on average as requests come in the time of one; these are at most
 * MAX_UTILISATION of all, and, by Erlang's C formula, the mean wait leaves the objective, or is short.
 */
export function slotsFor({ perSecond, serviceMs, objectiveMs }: Demand): number {
  const busy = busySlots({ perSecond, serviceMs });
  if (busy === 0) return 0;
  const maxWaitMs = objectiveMs > serviceMs ? objectiveMs - serviceMs : serviceMs * MAX_WAIT_SHARE;
  let slots = Math.max(1, Math.ceil(busy / MAX_UTILISATION));
  while (slots < MAX_SLOTS && meanWaitMs(slots, busy, serviceMs) > maxWaitMs) slots += 1;
  return Math.min(slots, MAX_SLOTS);
}

/** Requests under way on average: Little's law. */
export function busySlots({ perSecond, serviceMs }: Pick<Demand, "perSecond" | "serviceMs">): number {
  return (perSecond * serviceMs) / 1000;
}

/** Mean wait before service, for arrivals at random and service times that scatter likewise; `busy` is below `slots`. */
function meanWaitMs(slots: number, busy: number, serviceMs: number): number {
  return (waitProbability(slots, busy) * serviceMs) / (slots - busy);
}

/** Erlang C, by the recursion of Erlang B, which neither overflows nor loses digits. */
function waitProbability(slots: number, busy: number): number {
  let blocked = 1;
  for (let n = 1; n <= slots; n++) blocked = (busy * blocked) / (n + busy * blocked);
  return blocked / (1 - (busy / slots) * (1 - blocked));
}
