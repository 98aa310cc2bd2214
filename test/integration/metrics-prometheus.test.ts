import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual, promisify } from "node:util";
import { exportMetrics, METRIC, processResource, prometheusName } from "../../services/common/observe/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { observeCertificates } from "../../services/common/rpc/index.js";
import { testLog } from "../support/agent-harness.js";
import { skipWithoutOpenssl } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { callFront, startFrontUnderTest } from "../support/front-harness.js";
import { inferByGrpc } from "../support/infer-by-grpc.js";
import { shellStage } from "../support/job-harness.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { GRAFANA, skipWithoutPrometheus, startPrometheus, type TestPrometheus } from "../support/prometheus.js";
import { type MeshProcess, type RealMesh, startRealMesh } from "../support/real-mesh.js";
import { type SpanCollector, startSpanCollector } from "../support/span-collector.js";

const run = promisify(execFile);
const IMAGE = readFileSync(resolve("deploy/examples/text-orientation/images/region-based-0.png"));
/** More than the VM has slots, so that some wait. */
const BURST = 8;
/** So that there is a cost, and a policy in shadow. */
const ENVIRONMENT = { STRAIGHTLINE_AGENT_PRICE_PER_REQUEST: "0.000001", STRAIGHTLINE_PLACEMENT_SHADOW: "least-outstanding" };
const VERSION = (JSON.parse(readFileSync(resolve("package.json"), "utf8")) as { version: string }).version;

/** The metrics that each process shows; together all there are. */
const SHOWN: Readonly<Record<string, readonly (keyof typeof METRIC)[]>> = {
  placement: [
    ...(["rpcDuration", "decisions", "decideDuration", "waitDuration", "waiting", "decisionAge", "frequency"] as const),
    ...([
      "reports",
      "responseDuration",
      "predictionError",
      "predictionRatio",
      "coldStarts",
      "coldStartDuration",
      "cost",
    ] as const),
    ...(["reservations", "reservationLeaks", "leasesExpired"] as const),
    ...(["nodes", "nodeAgeMax", "instances", "slots", "telemetryDropped"] as const),
    ...(["shadowDecisions", "shadowAgreed", "shadowPredicted", "shadowPredictedDecisions"] as const),
    ...(["jobs", "jobsWaiting", "jobsFinished", "jobDuration", "jobAttemptDuration", "jobRetries"] as const),
  ],
  gateway: ["httpDuration", "rpcDuration", "gatewayActive", "gatewayAttempts", "gatewayReportsDropped"],
  "agent-vm": ["agentConnected", "agentInstances", "agentStartDuration", "agentPublished"],
  "agent-serverless": [
    ...(["agentConnected", "agentInstances", "agentStartDuration", "agentPublished"] as const),
    ...(["functionInvocations", "functionErrors", "functionTimeouts", "functionColdStarts"] as const),
    ...(["functionDuration", "functionInitDuration"] as const),
  ],
  "instance-vm": ["modelDuration", "modelActive", "modelQueued"],
};
const SHOWN_BY_ALL = ["processUptime", "processCpuTime", "processMemory", "eventLoopUtilization"] as const;
/** Counted only when something goes wrong, which it does not here. */
const SHOWN_AFTER_FAULTS: readonly (keyof typeof METRIC)[] = ["shadowMissed", "agentFailures"];
/** Of certificates and fronts, which a mesh on loopback has none of; the dashboard's are those of a front beside it. */
const SHOWN_BEYOND_LOOPBACK: readonly (keyof typeof METRIC)[] = [
  "certificateExpiry",
  ...(["frontConnections", "frontActive", "frontRequests"] as const),
];

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

/** Each query of the dashboard, with Grafana's variables filled in. */
function dashboardQueries(): { title: string; expr: string }[] {
  const { panels } = JSON.parse(readFileSync(join(GRAFANA, "straightline.json"), "utf8")) as Dashboard;
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expr: expr.replaceAll("$__rate_interval", "30s").replaceAll("$application", ".*") })),
  );
}

describe("dashboard and alerts", { skip: skipWithoutPrometheus() || skipWithoutNats() || skipWithoutOpenssl() }, () => {
  let collector: SpanCollector;
  let mesh: RealMesh;
  let prometheus: TestPrometheus;
  let traffic: { stop(): Promise<void> };
  let jobs: { stop(): Promise<void> };
  let front: MeasuredFront;
  before(async () => {
    collector = await startSpanCollector();
    const env = { ...ENVIRONMENT, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    mesh = await startRealMesh({ kinds: ["vm", "serverless"], env, instanceMetrics: true });
    front = await startMeasuredFront();
    prometheus = await startPrometheus([...mesh.processes, front]);
    traffic = startTraffic(mesh);
    jobs = startJobs(mesh);
  });
  after(async () => {
    await jobs?.stop();
    await traffic?.stop();
    await prometheus?.[Symbol.asyncDispose]();
    await front?.[Symbol.asyncDispose]();
    await mesh?.[Symbol.asyncDispose]();
    await collector?.[Symbol.asyncDispose]();
  });

  it("Prometheus reaches every process, and promtool finds no fault with what they show", async () => {
    await eventually(async () => Object.values(await prometheus.targets()).every((health) => health === "up"), {
      what: "all targets to be up",
    });
    for (const process of mesh.processes) {
      assert.equal(await checkMetrics(await metricsOf(process)), "", process.name);
    }
  });

  it("each process shows what it can know, and no metric is shown by none", async () => {
    for (const process of mesh.processes) {
      const wanted = [...SHOWN_BY_ALL, ...(SHOWN[process.name] ?? [])].map((key) => `# TYPE ${prometheusName(METRIC[key])} `);
      const missing = async (): Promise<string[]> => {
        const text = await metricsOf(process);
        return wanted.filter((line) => !text.includes(line));
      };
      await eventually(async () => (await missing()).length === 0, {
        what: `${process.name} to show ${wanted.join(", ")}`,
        pollMs: 250,
      }).catch(async (cause: unknown) => assert.fail(`${process.name} does not show ${await missing()}: ${String(cause)}`));
    }
    const shown = new Set([...SHOWN_BY_ALL, ...SHOWN_AFTER_FAULTS, ...SHOWN_BEYOND_LOOPBACK, ...Object.values(SHOWN).flat()]);
    assert.deepEqual(
      Object.keys(METRIC).filter((key) => !shown.has(key as keyof typeof METRIC)),
      [],
    );
  });

  it("each says who it is by OpenTelemetry's conventions, in metrics and in traces alike", async () => {
    const told = await Promise.all(mesh.processes.map(async (process) => targetInfo(await metricsOf(process))));
    for (const { service_name: service, service_namespace, service_version } of told) {
      assert.deepEqual([service_namespace, service_version], ["straightline", VERSION], service);
    }
    const ids = told.map(({ service_instance_id }) => service_instance_id);
    assert.equal(new Set(ids).size, told.length, ids.join(", "));
    assert.deepEqual([ids[2], ids[3]], ["vm-1", "serverless-1"], "an agent is its node");
    assert.match(ids[4] ?? "", new RegExp(`^${mesh.application}-`), "a model server is its instance");
    for (const metrics of told) {
      const service = metrics["service_name"] ?? "";
      const sent = (): unknown[] => collector.ofService(service).map(({ resource }) => underscored(resource));
      const isSent = (): boolean => sent().some((resource) => isDeepStrictEqual(resource, metrics));
      await eventually(async () => isSent(), { what: `a span of ${service} with the same resource` });
    }
  });

  it("every query of the dashboard has an answer from a mesh at work", async () => {
    const queries = dashboardQueries();
    assert.ok(queries.length >= 40, `${queries.length} queries`);
    for (const { title, expr } of queries) {
      await eventually(async () => (await prometheus.query(expr)).length > 0, {
        what: `an answer to "${title}": ${expr}`,
        pollMs: 250,
      });
    }
  });

  it("every metric that the dashboard and the alerts name is one of the catalogue", () => {
    const known = new Set(
      Object.values(METRIC).flatMap((metric) => {
        const name = prometheusName(metric);
        return metric.type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
      }),
    );
    const texts = [...dashboardQueries().map(({ expr }) => expr), readFileSync(join(GRAFANA, "alerts.yml"), "utf8")];
    const named = texts.flatMap((text) =>
      [...text.matchAll(/\b(?:straightline|http|rpc|process|nodejs)_[a-z_]+(?=[{[) ])/g)].map(([name]) => name),
    );
    assert.ok(named.length >= 40);
    const labels = new Set(Object.values(METRIC).flatMap((metric) => metric.labels.map((label) => label.replaceAll(".", "_"))));
    assert.deepEqual(
      [...new Set(named)].filter((name) => !known.has(name) && !labels.has(name)),
      [],
    );
  });

  it("every alert rule is evaluated without a fault, and none of a critical kind fires on a sound mesh", async () => {
    const rules = await eventually(
      async () => {
        const all = await prometheus.rules();
        return all.every(({ health }) => health !== "unknown") ? all : undefined;
      },
      { what: "all rules to be evaluated" },
    );
    assert.ok(rules.length >= 10);
    assert.deepEqual(
      rules.filter(({ health }) => health !== "ok").map(({ name, lastError }) => [name, lastError]),
      [],
    );
    assert.deepEqual(
      rules.filter(({ name, state }) => name === "StraightLineSlotLeak" && state !== "inactive"),
      [],
    );
  });

  it("promtool takes the configuration, the rules and their tests", async () => {
    for (const args of [
      ["check", "config", "prometheus.yml"],
      ["check", "rules", "alerts.yml"],
      ["test", "rules", "alerts.test.yml"],
    ]) {
      await run("promtool", args, { cwd: GRAFANA });
    }
  });
});

async function metricsOf({ metricsPort }: MeshProcess): Promise<string> {
  return (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
}

/** Labels of target_info, which tells the resource. */
function targetInfo(text: string): Readonly<Record<string, string>> {
  const labels = /^target_info\{(.*)\} 1$/m.exec(text)?.[1] ?? "";
  return Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

/** As Prometheus writes names. */
function underscored(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.replaceAll(".", "_"), value]));
}

/** What promtool says against the text; empty: nothing. */
async function checkMetrics(text: string): Promise<string> {
  const child = spawn("promtool", ["check", "metrics"], { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(text);
  await once(child, "close");
  return output;
}

/** One job after the other, each of which needs a second attempt. */
function startJobs({ api }: RealMesh): { stop(): Promise<void> } {
  const stage = shellStage("train", 'test "$STRAIGHTLINE_ATTEMPT" = 2', { retries: 1 });
  return repeat(async () => {
    const { job } = await api.call(api.jobs.submit.bind(api.jobs), { spec: { name: "flaky", stages: [stage] } });
    const hasEnded = async (): Promise<boolean> => {
      const found = await api.call(api.jobs.get.bind(api.jobs), { jobId: job?.jobId ?? "" });
      return (found.job?.finishedAtMs ?? 0) > 0;
    };
    await eventually(hasEnded, { what: "the job's end", pollMs: 250 });
  });
}

/** Requests of every form all the time, one client that never reports, and one that asks for what is not there. */
function startTraffic(mesh: RealMesh): { stop(): Promise<void> } {
  const infer = async (application: string, kinds: string): Promise<void> => {
    const headers = { "content-type": "image/png", "straightline-kinds": kinds };
    const answer = await fetch(`${mesh.gatewayUrl}/v2/models/${application}/infer`, { method: "POST", body: IMAGE, headers });
    await answer.arrayBuffer();
  };
  const round = async (): Promise<void> => {
    const placement = mesh.api.placement.Place.bind(mesh.api.placement);
    const forgotten = {
      application: mesh.application,
      deadlineMs: 500,
      constraints: { kinds: ["NODE_KIND_SERVERLESS" as const] },
    };
    await mesh.api.call(placement, forgotten);
    await infer("not-there", "");
    await infer(mesh.application, "serverless");
    await inferByGrpc(mesh.gatewayGrpcAddress, IMAGE);
    await Promise.all(Array.from({ length: BURST }, () => infer(mesh.application, "vm")));
  };
  return repeat(round);
}

type MeasuredFront = Pick<MeshProcess, "name" | "metricsPort"> & AsyncDisposable;

/** A front that is called all the time: by a gateway, by one who may not, and by one who speaks no TLS. */
async function startMeasuredFront(): Promise<MeasuredFront> {
  const sut = await startFrontUnderTest();
  const { metrics, gateway, port } = sut;
  observeCertificates(metrics, { front: gateway.certFile });
  const [metricsPort] = (await freePorts("127.0.0.1", 1)) as [number];
  const resource = processResource({ serviceName: "agent", version: VERSION, instanceId: "front" });
  const endMetrics = await exportMetrics({
    metrics,
    resource,
    port: metricsPort,
    otlpEndpoint: "",
    intervalMs: 1000,
    log: testLog,
  });
  const headers = { "straightline-instance": "one" };
  const traffic = repeat(async () => {
    await callFront(sut, gateway, { headers });
    await callFront(sut, undefined, { headers });
    const plain = connect(port, "127.0.0.1", () => plain.end("no TLS"));
    plain.on("error", () => undefined);
    await once(plain, "close");
    await delay(100);
  });
  const end = async (): Promise<void> => {
    await traffic.stop();
    await endMetrics();
    await sut[Symbol.asyncDispose]();
  };
  return { name: "front", metricsPort, [Symbol.asyncDispose]: end };
}

/** Again and again until it is stopped. */
function repeat(round: () => Promise<void>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = (async () => {
    // A refusal while the mesh is full says nothing here; what counts is what Prometheus sees.
    while (!stopping.signal.aborted) await round().catch(() => undefined);
  })();
  return {
    async stop() {
      stopping.abort();
      await work;
    },
  };
}
