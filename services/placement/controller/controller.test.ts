import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment, Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job, Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import { telemetry } from "../../../test/support/telemetry-builders.js";
import { type Bucket, type Entry, telemetrySubject } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import { createLogger, passThroughTracing } from "../../common/observe/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { createFleet, createReservations, type Mirror } from "../state/index.js";
import { startController } from "./controller.js";

const codec = messageCodec<ApplicationRecord, ApplicationRecord__Output>("ApplicationRecord");
const jobCodec = messageCodec<Job, Job__Output>("Job");

function application(replicas: number, generation = 1): ApplicationRecord__Output {
  const implementations = [{ kind: "NODE_KIND_VM" as const, replicas }];
  return record({ spec: { name: "app", implementations }, generation });
}

function record(fields: ApplicationRecord): ApplicationRecord__Output {
  return codec.decode(codec.encode(fields));
}

/** A mirror that the test fills. */
function fakeMirror<T>(): Mirror<T> & { current: boolean; readonly entries: Map<string, Entry<T>> } {
  const entries = new Map<string, Entry<T>>();
  const mirror = {
    entries,
    current: true,
    isCurrent: () => mirror.current,
    note: (entry: Entry<T>) => void entries.set(entry.key, entry),
    forget: (key: string) => void entries.delete(key),
    ready: Promise.resolve(),
    close: () => undefined,
  };
  return mirror;
}

/** A controller over an application with a node n1; the test lets time pass by `pass`. */
function setUp(replicas: number) {
  const timers: { delayMs: number; run: () => void; isOn: boolean }[] = [];
  const fault: { code: "CONFLICT" | "BUS_UNAVAILABLE" | undefined } = { code: undefined };
  const lease = { held: true, writesLeft: Number.POSITIVE_INFINITY };
  const writes: string[] = [];
  const applications = fakeMirror<ApplicationRecord__Output>();
  const assignments = fakeMirror<Assignment__Output>();
  const jobs = fakeMirror<Job__Output>();
  const now = (): number => 0;
  const fleet = createFleet(
    now,
    { suspectTicks: 3, lostTicks: 10 },
    createReservations(now, () => undefined),
  );
  fleet.accept(telemetrySubject("vm", "n1"), telemetry("n1", "vm"));
  const write = async (what: string, key: string): Promise<number> => {
    if (fault.code !== undefined) throw new StraightLineError(fault.code, "fault of the test");
    return writes.push(`${what} ${key}`);
  };
  const warm: number[] = [];
  const bucket: Pick<Bucket<Assignment, Assignment__Output>, "create" | "update" | "remove"> = {
    create: (key) => write("create", key),
    update(key, { warmWorkers = 0 }) {
      warm.push(warmWorkers);
      return write("update", key);
    },
    remove: async (key) => void (await write("remove", key)),
  };
  const deploy = (count: number, generation = 1) =>
    applications.note({ key: "app", value: application(count, generation), revision: generation });
  deploy(replicas);
  const controller = startController({
    ...{ applications, assignments, jobs, fleet, now },
    lease: { isHeld: () => lease.held && writes.length < lease.writesLeft },
    desired: {
      async replace({ key }, value) {
        applications.note({ key, value, revision: await write("judge", key) });
      },
    },
    assignmentBucket: bucket as Bucket<Assignment, Assignment__Output>,
    log: createLogger("test", "silent"),
    tracing: passThroughTracing(),
    schedule(delayMs, run) {
      const timer = { delayMs, run, isOn: true };
      timers.push(timer);
      return () => (timer.isOn = false);
    },
  });
  /** Fires the one timer that is on, and waits for its round; gives its delay. */
  const pass = async (): Promise<number> => {
    const due = timers.filter(({ isOn }) => isOn);
    assert.equal(due.length, 1, "one timer at a time");
    const [timer] = due as [(typeof timers)[number]];
    timer.isOn = false;
    timer.run();
    await new Promise((resolve) => setImmediate(resolve));
    return timer.delayMs;
  };
  return { controller, pass, deploy, writes, fault, lease, applications, assignments, jobs, fleet, timers, warm };
}

describe("the controller", () => {
  it("assigns soon after it starts, then looks every five seconds, and writes no more than there is to do", async () => {
    const { pass, writes } = setUp(2);
    assert.equal(await pass(), 50);
    assert.deepEqual(writes, ["create n1.app.0", "create n1.app.1"]);
    assert.equal(await pass(), 5000);
    assert.equal(writes.length, 2);
  });

  it("follows a poke soon, many of them in one round", async () => {
    const { controller, pass, writes, deploy } = setUp(1);
    await pass();
    deploy(1, 2);
    for (let i = 0; i < 10; i++) controller.poke();
    assert.equal(await pass(), 50);
    assert.deepEqual(writes, ["create n1.app.0", "update n1.app.0"]);
    assert.equal(await pass(), 5000);
  });

  it("looks again soon when it is poked during a round", async () => {
    const { controller, pass, timers } = setUp(1);
    const round = pass();
    controller.poke();
    await round;
    assert.deepEqual(
      timers.filter(({ isOn }) => isOn).map(({ delayMs }) => delayMs),
      [50],
    );
  });

  it("concludes nothing from what has not been read yet", async () => {
    const { pass, writes, applications, assignments } = setUp(1);
    await pass();
    applications.entries.clear();
    applications.current = false;
    await pass();
    assert.deepEqual(writes, ["create n1.app.0"], "what is not read is not undeployed");
    applications.current = true;
    assignments.current = false;
    await pass();
    assert.equal(writes.length, 1);
    assignments.current = true;
    await pass();
    assert.deepEqual(writes, ["create n1.app.0", "remove n1.app.0"]);
  });

  it("leaves what another writer changed to the next round, and goes on", async () => {
    const { pass, writes, fault } = setUp(2);
    fault.code = "CONFLICT";
    await pass();
    assert.deepEqual(writes, []);
    fault.code = undefined;
    await pass();
    assert.deepEqual(writes, ["create n1.app.0", "create n1.app.1"]);
  });

  it("tries again when NATS is away", async () => {
    const { pass, writes, fault } = setUp(1);
    fault.code = "BUS_UNAVAILABLE";
    await pass();
    await pass();
    fault.code = undefined;
    await pass();
    assert.deepEqual(writes, ["create n1.app.0"]);
  });

  it("writes nothing while another holds the lease", async () => {
    const { pass, writes, lease } = setUp(1);
    lease.held = false;
    await pass();
    assert.deepEqual(writes, []);
    lease.held = true;
    await pass();
    assert.deepEqual(writes, ["create n1.app.0"]);
  });

  it("ends its round where it loses the lease; whoever leads next does the rest, and nothing twice", async () => {
    const { pass, writes, lease } = setUp(3);
    lease.writesLeft = 1;
    await pass();
    assert.deepEqual(writes, ["create n1.app.0"]);
    lease.writesLeft = Number.POSITIVE_INFINITY;
    await pass();
    assert.deepEqual(writes, ["create n1.app.0", "create n1.app.1", "create n1.app.2"]);
  });

  it("gives a node's memory to a stage of a job or to an instance, not to both", async () => {
    const { pass, writes, jobs, fleet, applications } = setUp(0);
    const MIB = 1024 ** 2;
    const resources = { cpuMillicores: 100, memoryBytes: 600 * MIB };
    const capacity = { cpuMillicores: 4000, memoryBytes: 1000 * MIB };
    fleet.accept(telemetrySubject("vm", "n1"), telemetry("n1", "vm", { sequence: 2, capacity }));
    const implementations = [{ kind: "NODE_KIND_VM" as const, replicas: 1, resources }];
    applications.note({ key: "app", value: record({ spec: { name: "app", implementations }, generation: 1 }), revision: 1 });
    const job = (finishedAtMs: number): Job__Output =>
      jobCodec.decode(
        jobCodec.encode({
          spec: { name: "train", stages: [{ name: "fit", resources }] },
          stages: [{ attempts: [{ nodeId: "n1", finishedAtMs }] }],
        }),
      );
    jobs.note({ key: "j", value: job(0), revision: 1 });
    await pass();
    assert.deepEqual(writes, []);
    jobs.note({ key: "j", value: job(1), revision: 2 });
    await pass();
    assert.deepEqual(writes, ["create n1.app.0"]);
  });

  it("tells functions how many workers to keep warm, with the assignment and by itself, and writes a number once", async () => {
    const { pass, writes, fleet, applications, warm } = setUp(0);
    fleet.accept(telemetrySubject("serverless", "f1"), telemetry("f1", "serverless"));
    const kind = "NODE_KIND_SERVERLESS" as const;
    const implementations = [{ kind, replicas: 1, concurrency: 8 }];
    const keep = (warmWorkers: number, generation: number): void => {
      const value = record({ spec: { name: "app", implementations }, generation, scaled: [{ kind, warmWorkers }] });
      applications.note({ key: "app", value, revision: 1 });
    };
    keep(0, 1);
    await pass();
    keep(3, 1);
    await pass();
    await pass();
    assert.deepEqual(writes, ["create f1.app.0", "update f1.app.0"]);
    keep(5, 2);
    await pass();
    await pass();
    assert.deepEqual(warm, [3, 5], "a new generation begins with them");
    assert.equal(writes.length, 3);
  });

  it("gives each instance GPUs of its own, by number, and its successor the same", async () => {
    const { pass, fleet, applications, assignments } = setUp(0);
    const capacity = { cpuMillicores: 4000, memoryBytes: 1000, gpuCount: 4 };
    fleet.accept(telemetrySubject("vm", "n1"), telemetry("n1", "vm", { sequence: 2, capacity }));
    const ask = (generation: number, replicas: number): void => {
      const resources = { cpuMillicores: 100, memoryBytes: 10, gpus: 2 };
      const implementations = [{ kind: "NODE_KIND_VM" as const, replicas, resources }];
      applications.note({
        key: "app",
        value: record({ spec: { name: "app", implementations }, generation }),
        revision: generation,
      });
    };
    const given = (): (readonly number[])[] => [...assignments.entries.values()].map(({ value }) => value.gpuDevices);
    ask(1, 2);
    await pass();
    assert.deepEqual(given(), [
      [0, 1],
      [2, 3],
    ]);
    ask(2, 2);
    await pass();
    assert.deepEqual(given(), [
      [0, 1],
      [2, 3],
    ]);
  });

  it("begins no round after it has been stopped", async () => {
    const { controller, timers } = setUp(1);
    await controller.stop();
    controller.poke();
    assert.deepEqual(
      timers.filter(({ isOn }) => isOn),
      [],
    );
  });
});
