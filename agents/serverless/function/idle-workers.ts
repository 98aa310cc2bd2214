/** Workers that wait for work, each with a term after which it may go. */
export interface IdleWorkers<W> {
  readonly size: number;
  all(): readonly W[];
  /** Adds one whose term begins now. */
  add(worker: W): void;
  /** Takes the one used last, so that the others grow old. */
  take(): W | undefined;
  /** Takes the one that has been idle for longest, if its term is over. */
  takeExpired(): W | undefined;
  /** Takes every one for which the test holds. */
  takeAll(test: (worker: W) => boolean): W[];
}

interface Idle<W> {
  readonly worker: W;
  readonly timer: NodeJS.Timeout;
  isExpired: boolean;
}

/** None. `onExpired` is called whenever a term is over. */
export function createIdleWorkers<W>(termMs: number, onExpired: () => void): IdleWorkers<W> {
  /** In the order in which they were used. */
  let idle: Idle<W>[] = [];
  const taken = (one: Idle<W> | undefined): W | undefined => {
    clearTimeout(one?.timer);
    return one?.worker;
  };
  return {
    get size() {
      return idle.length;
    },
    all: () => idle.map(({ worker }) => worker),
    add(worker) {
      const timer = setTimeout(() => {
        one.isExpired = true;
        onExpired();
      }, termMs);
      const one = { worker, timer, isExpired: false };
      idle.push(one);
    },
    take: () => taken(idle.pop()),
    takeExpired: () => (idle[0]?.isExpired === true ? taken(idle.shift()) : undefined),
    takeAll(test) {
      const gone = idle.filter(({ worker }) => test(worker));
      idle = idle.filter((one) => !gone.includes(one));
      return gone.map((one) => taken(one) as W);
    },
  };
}
