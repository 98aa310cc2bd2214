/** Workers that wait for work, each with a term after which it ends unless it is wanted. */
export interface IdleWorkers<W> {
  readonly size: number;
  all(): readonly W[];
  /** Adds one whose term begins now; one that has not served yet may go before, as soon as it is not wanted any more. */
  add(worker: W, hasServed: boolean): void;
  /** Takes the one used last, so that the others grow old. */
  take(): W | undefined;
  /** Takes the one that has been idle for longest among those that may go. */
  takeSpare(): W | undefined;
  /** Takes every one for which the test holds. */
  takeAll(test: (worker: W) => boolean): W[];
}

interface Idle<W> {
  readonly worker: W;
  readonly timer: NodeJS.Timeout;
  mayGo: boolean;
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
    add(worker, hasServed) {
      const timer = setTimeout(() => {
        one.mayGo = true;
        onExpired();
      }, termMs);
      const one = { worker, timer, mayGo: !hasServed };
      idle.push(one);
    },
    take: () => taken(idle.pop()),
    takeSpare() {
      const at = idle.findIndex(({ mayGo }) => mayGo);
      return at < 0 ? undefined : taken(idle.splice(at, 1)[0]);
    },
    takeAll(test) {
      const gone = idle.filter(({ worker }) => test(worker));
      idle = idle.filter((one) => !gone.includes(one));
      return gone.map((one) => taken(one) as W);
    },
  };
}
