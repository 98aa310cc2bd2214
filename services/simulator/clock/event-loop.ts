/** A call that is due. */
export interface Timer {
  readonly atMs: number;
  readonly order: number;
  /** Undefined: cancelled, or run already. */
  run: (() => void) | undefined;
}

/** Virtual time: calls run in order of time, of equal times in the order in which they were asked for. */
export interface EventLoop {
  /** The virtual clock, milliseconds. */
  now(): number;
  /** Runs a call at a time, or now if that has passed. */
  at(atMs: number, run: () => void): Timer;
  cancel(timer: Timer): void;
  /** Runs calls until `isDone` or nothing is left. */
  run(isDone: () => boolean): void;
}

/** A loop whose clock starts at `startMs`. */
export function createEventLoop(startMs: number): EventLoop {
  const heap: Timer[] = [];
  let nowMs = startMs;
  let order = 0;
  return {
    now: () => nowMs,
    at(atMs, run) {
      const timer = { atMs: Math.max(atMs, nowMs), order: order++, run };
      push(heap, timer);
      return timer;
    },
    cancel: (timer) => {
      timer.run = undefined;
    },
    run(isDone) {
      while (!isDone()) {
        const timer = pop(heap);
        if (timer === undefined) return;
        const { run } = timer;
        if (run === undefined) continue;
        timer.run = undefined;
        nowMs = timer.atMs;
        run();
      }
    },
  };
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  sink(heap, last);
  return first;
}

/** Puts a timer in at the top and lets it down to its place. */
function sink(heap: Timer[], timer: Timer): void {
  let at = 0;
  for (;;) {
    const childAt = earlierChild(heap, at);
    const child = heap[childAt];
    if (child === undefined || !isBefore(child, timer)) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = timer;
}

function earlierChild(heap: readonly Timer[], at: number): number {
  const leftAt = 2 * at + 1;
  const left = heap[leftAt];
  const right = heap[leftAt + 1];
  return left !== undefined && right !== undefined && isBefore(right, left) ? leftAt + 1 : leftAt;
}
