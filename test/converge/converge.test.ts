import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import { BUCKET, type BusConnection, openBucket } from "../../services/common/bus/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { testBus, testDirectory } from "../support/agent-harness.js";
import { testEngine } from "../support/docker-engine.js";
import { eventually } from "../support/eventually.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { type MeshProcess, type MeshProcesses, startMeshProcesses } from "../support/mesh-processes.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { differenceOf } from "./compare.js";
import { containersOf, removeContainersOf } from "./containers.js";
import { createOperator, type Operator } from "./operator.js";
import { type Act, applicationOf, type Blow, kindOf, roundOf, type Wanted } from "./scenario.js";

/** STRAIGHTLINE_CONVERGE_SEEDS=7,20 runs these alone; each changes what the next one finds. */
const SEEDS =
  process.env["STRAIGHTLINE_CONVERGE_SEEDS"]?.split(",").map(Number) ?? Array.from({ length: 100 }, (_, at) => at + 1);
const CONVERGE_MS = 60_000;
/** What is right must still be right a moment later. */
const STABLE_MS = 300;
const SIZE = { placements: 2, vmAgents: 2 } as const;

const engine = await testEngine();
const containerAgent =
  engine.type === "engine" ? { nodeId: `container-${process.pid}`, socketPath: engine.socketPath } : undefined;
const cast = { ...SIZE, withContainers: containerAgent !== undefined };

describe("after a kill at any moment, desired = actual", { skip: skipWithoutNats() }, () => {
  const ends: AsyncDisposable[] = [];
  let mesh: MeshProcesses;
  let bus: BusConnection;
  let operator: Operator;
  let artifact: Awaited<ReturnType<typeof storeGracefulBundle>>;
  const wanted = new Map<string, Wanted>();
  /** What was desired of an application at each of its generations that were ready. */
  const history = new Map<string, Map<number, Wanted>>();

  before(async () => {
    const directory = await testDirectory();
    ends.push(directory);
    mesh = await startMeshProcesses(directory.path, { ...SIZE, ...(containerAgent && { containerAgent }) });
    ends.push(mesh);
    const connection = await testBus(mesh.nats.config);
    ends.push(connection);
    bus = connection;
    artifact = await storeGracefulBundle(bus);
    operator = createOperator(mesh.addresses);
  });
  after(async () => {
    operator?.[Symbol.dispose]();
    for (const end of ends.reverse()) await end[Symbol.asyncDispose]();
    if (containerAgent !== undefined) await removeContainersOf(containerAgent);
    if (engine.type === "engine") await engine.stop();
  });

  for (const seed of SEEDS) {
    it(`seed ${seed}`, { timeout: 3 * CONVERGE_MS }, async (t) => {
      const { act, blow } = roundOf(seed, wanted, cast);
      t.diagnostic(
        `${act.type} ${act.name}; ${blow.victim} ${blow.index} is killed after ${blow.afterMs} ms for ${blow.downMs} ms`,
      );
      await Promise.all([perform(act), strike(blow)]);
      const startMs = performance.now();
      await converged();
      t.diagnostic(`converged in ${Math.round(performance.now() - startMs)} ms`);
    });
  }

  async function perform(act: Act): Promise<void> {
    const known = wanted.get(act.name);
    switch (act.type) {
      case "deploy":
        wanted.set(act.name, act.wanted);
        return operator.deploy(applicationOf(act.name, act.wanted, artifact));
      case "scale":
        wanted.set(act.name, act.wanted);
        return operator.scale(act.name, kindOf(act.name), act.wanted.replicas);
      case "deploy-broken":
        assert.ok(known !== undefined);
        return operator.deploy(applicationOf(act.name, known, artifact, true));
      case "undeploy":
        wanted.delete(act.name);
        history.delete(act.name);
        return operator.undeploy(act.name);
      case "rollback":
        return rollback(act.name);
    }
  }

  async function rollback(name: string): Promise<void> {
    const status = (await seen())[0]?.find(({ spec }) => spec?.name === name);
    const [generation] = status?.rollbackGenerations ?? [];
    const before = history.get(name)?.get(generation ?? 0);
    if (generation === undefined || before === undefined) return;
    wanted.set(name, before);
    await operator.rollback(name, generation);
  }

  async function strike({ victim, index, afterMs, downMs }: Blow): Promise<void> {
    await delay(afterMs);
    if (victim === "nats") {
      await mesh.nats.stop("crash");
      await delay(downMs);
      return mesh.nats.start();
    }
    const one = (victim === "placement" ? mesh.placements : mesh.agents)[index] as MeshProcess;
    await one.kill();
    await delay(downMs);
    await one.start();
  }

  function seen() {
    return operator.lists().catch(() => []);
  }

  function replicasOf(kind: string): number {
    const ofKind = [...wanted].filter(([name]) => kindOf(name) === kind);
    return ofKind.reduce((sum, [, { replicas }]) => sum + replicas, 0);
  }

  /** In what the mesh differs from what is desired: seen by each replica, in the bucket, among the machine's processes and the engine's containers. */
  async function difference(): Promise<string | undefined> {
    const lists = await seen();
    if (lists.length === 0) return "a replica does not answer";
    const told = lists.map((list) => differenceOf(wanted, list)).find((found) => found !== undefined);
    if (told !== undefined) return told;
    const [processes, containers] = [replicasOf("NODE_KIND_VM"), replicasOf("NODE_KIND_CONTAINER")];
    const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
    const bucket = await openBucket(bus, BUCKET.assignments, codec, () => undefined).catch(() => undefined);
    const assigned = (await bucket?.entries().catch(() => undefined))?.length;
    if (assigned !== processes + containers) return `${assigned} assignments, not ${processes + containers}`;
    const running = mesh.workloads();
    if (running !== processes) return `${running} processes, not ${processes}`;
    const found = containerAgent === undefined ? 0 : await containersOf(containerAgent);
    return found === containers ? undefined : `${found} containers, not ${containers}`;
  }

  async function converged(): Promise<void> {
    let last = "nothing seen";
    const isRight = async (): Promise<boolean> => {
      const found = await difference();
      last = found ?? "it did not last";
      return found === undefined;
    };
    try {
      await eventually(
        async () => {
          if (!(await isRight())) return false;
          await delay(STABLE_MS);
          return isRight();
        },
        { what: "desired = actual", timeoutMs: CONVERGE_MS, pollMs: 100 },
      );
    } catch (error) {
      throw new Error(`not converged: ${last}`, { cause: error });
    }
    for (const { spec, generation } of (await seen())[0] ?? []) {
      const name = spec?.name ?? "";
      const form = spec?.implementations[0];
      const version = form?.environment["VERSION"] ?? "";
      history.set(name, (history.get(name) ?? new Map()).set(generation, { version, replicas: form?.replicas ?? 0 }));
    }
  }
});
