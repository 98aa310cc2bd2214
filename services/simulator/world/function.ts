import type { EventLoop, Job } from "../clock/index.js";
import { instanceTelemetry } from "./instance-telemetry.js";
import { createRecentSketch, createRecentTotals } from "./recent-totals.js";
import type { InstanceSettings, SimInstance, SimNode, Task } from "./types.js";
import { createWorkerPool } from "./worker-pool.js";

/** A function: each request has a worker for itself, which is started when none is idle; there is no queue beyond the limit. */
export function createFunction(loop: EventLoop, node: SimNode, settings: InstanceSettings): SimInstance {
  const incoming = new Set<Task>();
  const running = new Map<Task, Job>();
  const bill = { requests: 0, usedMs: 0, coldStarts: 0 };
  let counters = createCounters(loop);
  const serve = (task: Task, coldStartMs: number): void => {
    const startedMs = loop.now();
    const job = node.cpu.add(task.workMs, () => {
      running.delete(task);
      const usedMs = loop.now() - startedMs;
      bill.requests += 1;
      bill.usedMs += Math.ceil(usedMs);
      counters.served += 1;
      counters.serviceTime.record(usedMs);
      pool.release();
      task.onServed(usedMs, coldStartMs);
    });
    running.set(task, job);
  };
  const onStarted = (startMs: number): void => {
    bill.coldStarts += 1;
    counters.started += 1;
    counters.coldStart.record(startMs);
  };
  const pool = createWorkerPool(loop, node, settings, { onWorker: serve, onStarted });
  return {
    settings,
    node,
    bill,
    expect: (task) => incoming.add(task),
    arrive(task) {
      incoming.delete(task);
      const taken = pool.acquire(task);
      if (!taken) counters.throttled += 1;
      return taken;
    },
    abandon(task) {
      incoming.delete(task);
      pool.forget(task);
    },
    hasBegun: (task) => running.has(task),
    crash() {
      for (const job of running.values()) node.cpu.remove(job);
      for (const tasks of [incoming, running]) tasks.clear();
      pool.clear();
      counters = createCounters(loop);
    },
    foresee: (task, delayMs) => delayMs + pool.coldFor(task, incoming.size) + task.workMs / node.cpu.rateOfNext(),
    tell(cpuMillicores) {
      const { idle, busy, starting, waiting } = pool.counts();
      return instanceTelemetry(settings, {
        inFlight: busy + waiting,
        queued: waiting,
        servedCount: counters.served,
        cpuMillicores,
        memoryBytes: (idle + busy) * settings.form.memoryBytes,
        serviceTime: counters.serviceTime.toData(),
        coldStart: counters.coldStart.toData(),
        function: {
          idleWorkers: idle,
          busyWorkers: busy,
          startingWorkers: starting,
          keepAliveMs: settings.keepAliveMs,
          coldStartCount: counters.started,
          throttledCount: counters.throttled,
          billedMs: bill.usedMs,
        },
      });
    },
    get runningCount() {
      return running.size;
    },
  };
}

function createCounters({ now }: EventLoop) {
  return {
    ...{ served: 0, started: 0, throttled: 0 },
    serviceTime: createRecentTotals(now),
    coldStart: createRecentSketch(now),
  };
}
