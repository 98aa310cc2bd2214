import type { EventLoop, Job } from "../clock/index.js";
import { instanceTelemetry } from "./instance-telemetry.js";
import { createRecentTotals } from "./recent-totals.js";
import type { InstanceSettings, SimInstance, SimNode, Task } from "./types.js";

/** A process or container: `concurrency` slots, and a queue behind them that is first come first served. */
export function createServer(loop: EventLoop, node: SimNode, settings: InstanceSettings): SimInstance {
  const incoming = new Set<Task>();
  const queue = new Set<Task>();
  const running = new Map<Task, Job>();
  const bill = { requests: 0, usedMs: 0, coldStarts: 0 };
  let served = 0;
  let serviceTime = createRecentTotals(loop.now);
  const start = (task: Task): void => {
    const startedMs = loop.now();
    const job = node.cpu.add(task.workMs, () => {
      running.delete(task);
      const usedMs = loop.now() - startedMs;
      served += 1;
      bill.requests += 1;
      bill.usedMs += usedMs;
      serviceTime.record(usedMs);
      startNext();
      task.onServed(usedMs, 0);
    });
    running.set(task, job);
  };
  const startNext = (): void => {
    const [task] = queue;
    if (task === undefined) return;
    queue.delete(task);
    start(task);
  };
  return {
    settings,
    node,
    bill,
    expect: (task) => incoming.add(task),
    arrive(task) {
      incoming.delete(task);
      if (running.size + queue.size >= settings.concurrency + settings.queue) return false;
      if (running.size < settings.concurrency) start(task);
      else queue.add(task);
      return true;
    },
    abandon(task) {
      incoming.delete(task);
      queue.delete(task);
    },
    hasBegun: (task) => running.has(task),
    crash() {
      for (const job of running.values()) node.cpu.remove(job);
      for (const tasks of [incoming, queue, running]) tasks.clear();
      served = 0;
      serviceTime = createRecentTotals(loop.now);
    },
    foresee(task, delayMs) {
      const ahead = queue.size + incoming.size;
      if (running.size + ahead >= settings.concurrency + settings.queue) return Number.POSITIVE_INFINITY;
      const rate = node.cpu.rateOfNext();
      const ends = [...running.values()].map((job) => node.cpu.left(job) / rate);
      for (const other of [...queue, ...incoming]) ends.push(slotFreeIn(ends, settings.concurrency) + other.workMs / rate);
      return Math.max(delayMs, slotFreeIn(ends, settings.concurrency)) + task.workMs / rate;
    },
    tell: (cpuMillicores) =>
      instanceTelemetry(settings, {
        inFlight: running.size,
        queued: queue.size,
        servedCount: served,
        cpuMillicores,
        memoryBytes: settings.form.memoryBytes,
        serviceTime: serviceTime.toData(),
        coldStart: null,
        function: null,
      }),
    get runningCount() {
      return running.size;
    },
  };
}

/** When one of `slots` is free, where these end in whatever order, the last ones having waited for the first. */
function slotFreeIn(ends: readonly number[], slots: number): number {
  if (ends.length < slots) return 0;
  return [...ends].sort((a, b) => b - a)[slots - 1] ?? 0;
}
