import assert from "node:assert/strict";
import { credentials } from "@grpc/grpc-js";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { DeploymentServiceClient } from "../../proto/gen/straightline/v1/DeploymentService.js";
import type { FleetServiceClient } from "../../proto/gen/straightline/v1/FleetService.js";
import type { InstanceTelemetry } from "../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { JobServiceClient } from "../../proto/gen/straightline/v1/JobService.js";
import type { Placement__Output } from "../../proto/gen/straightline/v1/Placement.js";
import type { PlacementServiceClient } from "../../proto/gen/straightline/v1/PlacementService.js";
import type { PlaceRequest } from "../../proto/gen/straightline/v1/PlaceRequest.js";
import type { TelemetrySnapshot } from "../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { type BusConnection, type KindToken, telemetrySubject } from "../../services/common/bus/index.js";
import type { NatsConfig } from "../../services/common/config/index.js";
import { type ErrorCode, StraightLineError } from "../../services/common/errors/index.js";
import { createMetrics, type Metrics, passThroughTracing, type Tracing } from "../../services/common/observe/index.js";
import { callUnary, type UnaryMethod } from "../../services/common/rpc/index.js";
import { straightlineServices } from "../../services/common/wire/index.js";
import { loadPlacementConfig, startPlacement } from "../../services/placement/index.js";
import { testBus, testLog } from "./agent-harness.js";
import { eventually } from "./eventually.js";
import { encodeTelemetry, telemetryInstance } from "./telemetry-builders.js";

/** A placement service that serves in this process, with clients. */
export interface TestPlacement extends AsyncDisposable {
  readonly port: number;
  readonly metrics: Metrics;
  readonly placements: PlacementServiceClient;
  readonly fleet: FleetServiceClient;
  readonly deployments: DeploymentServiceClient;
  readonly jobs: JobServiceClient;
  /** Its clock, moved forward by this many milliseconds. */
  advance(ms: number): void;
  place(request: PlaceRequest, timeoutMs?: number): Promise<Placement__Output>;
  report(placementId: string, outcome?: "OUTCOME_OK" | "OUTCOME_INSTANCE_ERROR" | "OUTCOME_THROTTLED"): Promise<void>;
  deploy(application?: Application): Promise<void>;
  stop(): Promise<void>;
}

/** What differs from a plain one. */
export interface TestPlacementOptions {
  readonly args?: readonly string[];
  readonly tracing?: Tracing;
}

/** Starts placement under the policy straightline; F is 10/s and D 128 KiB unless `args` say otherwise. */
export async function startTestPlacement(nats: NatsConfig, options: TestPlacementOptions = {}): Promise<TestPlacement> {
  const args = options.args ?? [];
  // An argument given twice is refused.
  const defaults = Object.entries({ "--policy": "straightline", "--f": "10", "--d": "128KiB" });
  const policy = defaults.flatMap(([name, value]) => (args.includes(name) ? [] : [name, value]));
  const common = ["--port", "0", "--nats", nats.servers, "--start-timeout", "10s", "--stop-timeout", "4s"];
  const clock = { offsetMs: 0 };
  const metrics = createMetrics();
  const { port, stopSteps } = await startPlacement({
    config: loadPlacementConfig({ env: {}, args: [...common, ...policy, ...args] }),
    log: testLog,
    tracing: options.tracing ?? passThroughTracing(),
    metrics,
    now: () => performance.timeOrigin + performance.now() + clock.offsetMs,
  });
  const clients = connectClients(port);
  const { placements, deployments } = clients;
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      for (const step of stopSteps) await step.run();
      for (const client of Object.values(clients)) client.close();
    })();
    return stopped;
  };
  return {
    port,
    metrics,
    ...clients,
    advance: (ms) => {
      clock.offsetMs += ms;
    },
    async place(request, timeoutMs = 5000) {
      const { placement } = await call(placements.Place.bind(placements), { application: "app", ...request }, timeoutMs);
      if (placement === null) throw new Error("an answer without a placement");
      return placement;
    },
    async report(placementId, outcome = "OUTCOME_OK") {
      await call(placements.Report.bind(placements), { placementId, outcome });
    },
    async deploy(application = testApplication()) {
      await call(deployments.Deploy.bind(deployments), { application });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function connectClients(port: number) {
  const { PlacementService, FleetService, DeploymentService, JobService } = straightlineServices();
  const address = `127.0.0.1:${port}`;
  return {
    placements: new PlacementService(address, credentials.createInsecure()),
    fleet: new FleetService(address, credentials.createInsecure()),
    deployments: new DeploymentService(address, credentials.createInsecure()),
    jobs: new JobService(address, credentials.createInsecure()),
  };
}

/** Calls a client's method. */
export function call<Req, Res>(method: UnaryMethod<Req, Res>, request: Req, timeoutMs = 5000): Promise<Res> {
  return callUnary(method, request, { timeoutMs });
}

const RESOURCES = { cpuMillicores: 100, memoryBytes: 1024 ** 2 };

/** The application `app`, one replica in each of the forms. */
export function testApplication(
  kinds: readonly KindToken[] = ["vm", "container", "serverless"],
  changes: Application = {},
): Application {
  const form = (kind: KindToken) => ({
    kind: `NODE_KIND_${kind.toUpperCase()}` as "NODE_KIND_VM",
    resources: RESOURCES,
    replicas: 1,
  });
  return {
    name: "app",
    artifact: { bundle: { digest: `sha256:${"0".repeat(64)}`, sizeBytes: 1 } },
    implementations: kinds.map(form),
    timeoutMs: 10_000,
    ...changes,
  };
}

/** A past decision, whole. */
export function explain({ placements }: TestPlacement, placementId: string) {
  return call(placements.Explain.bind(placements), { placementId });
}

/** For assert.rejects: a StraightLineError with this code that passes `check`. */
export function withCode(code: ErrorCode, check: (error: StraightLineError) => void = () => undefined) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof StraightLineError, String(error));
    assert.equal(error.code, code, error.message);
    check(error);
    return true;
  };
}

/** A node that a test speaks for. */
export interface TestNode {
  readonly nodeId: string;
  /** Publishes a snapshot with these instances. */
  tell(instances: readonly InstanceTelemetry[], changes?: TelemetrySnapshot): void;
}

/** Speaks for a node on the bus. */
export function testNode(bus: BusConnection, nodeId: string, kind: KindToken): TestNode {
  let sequence = 0;
  return {
    nodeId,
    tell(instances, changes = {}) {
      sequence += 1;
      bus.publish(
        telemetrySubject(kind, nodeId),
        encodeTelemetry(nodeId, kind, { sequence, instances: [...instances], ...changes }),
      );
    },
  };
}

/** One node and one idle instance of each kind, told to placement and seen by it. */
export async function tellTrio(
  bus: BusConnection,
  placement: TestPlacement,
  changes: InstanceTelemetry = {},
): Promise<TestNode[]> {
  const nodes = (["vm", "container", "serverless"] as const).map((kind) => testNode(bus, `${kind}-1`, kind));
  for (const node of nodes) node.tell([telemetryInstance(`${node.nodeId}-a`, changes)]);
  await nodesSeen(placement, nodes.length);
  return nodes;
}

/** Waits until placement knows so many nodes. */
export async function nodesSeen(placement: TestPlacement, count: number): Promise<void> {
  const list = placement.fleet.ListNodes.bind(placement.fleet);
  await eventually(async () => (await call(list, {})).nodes.filter(({ telemetry }) => telemetry !== null).length >= count, {
    what: `${count} nodes`,
  });
}

/** Moves placement's clock by so much, in steps in which `speak` has the nodes speak that are not silent; `witness` is one of them. */
export async function passTime(placement: TestPlacement, ms: number, witness: string, speak: () => void): Promise<void> {
  const getNode = placement.fleet.GetNode.bind(placement.fleet);
  const stepMs = 2000;
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    placement.advance(stepMs);
    speak();
    await eventually(async () => ((await call(getNode, { nodeId: witness })).node?.telemetryAgeMs ?? stepMs) < stepMs, {
      what: `a word of ${witness}`,
    });
  }
}

/** Placement with the application `app` and one instance of each kind, and the bus that they are told on. */
export interface TestMesh extends AsyncDisposable {
  readonly bus: BusConnection;
  readonly placement: TestPlacement;
  readonly nodes: readonly TestNode[];
}

/** Starts one; what was started ends again when a later step fails. */
export async function startTestMesh(nats: NatsConfig, args: readonly string[] = []): Promise<TestMesh> {
  const started: AsyncDisposable[] = [];
  const end = async (): Promise<void> => {
    for (const part of started.reverse()) await part[Symbol.asyncDispose]();
  };
  try {
    const bus = await testBus(nats);
    started.push(bus);
    const placement = await startTestPlacement(nats, { args });
    started.push(placement);
    await placement.deploy();
    return { bus, placement, nodes: await tellTrio(bus, placement), [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
