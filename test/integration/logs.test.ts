import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { LOG_FIELD } from "../../services/common/observe/index.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { type RealMesh, startRealMesh } from "../support/real-mesh.js";

const IMAGE = readFileSync(resolve("deploy/examples/text-orientation/images/region-based-0.png"));
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;
const DEPLOY_TRACE_ID = "1bf7651916cd43dd8448eb211c80319c";
const DEPLOY_TRACEPARENT = `00-${DEPLOY_TRACE_ID}-c7ad6b7169203331-00`;
/** What no log may hold, wherever a caller or an operator puts it. */
const SECRET = "s3cr3t-4711";

type Line = Readonly<Record<string, unknown>>;

function linesOf(log: string): Line[] {
  return log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

describe("logs", { skip: skipWithoutNats() }, () => {
  let mesh: RealMesh;
  before(async () => {
    mesh = await startRealMesh({ kinds: ["vm", "serverless"], env: { STRAIGHTLINE_LOG_LEVEL: "debug" } });
  });
  after(() => mesh?.[Symbol.asyncDispose]());

  const send = (application: string, body: string | typeof IMAGE): Promise<Response> =>
    fetch(`${mesh.gatewayUrl}/v2/models/${application}/infer?token=${SECRET}`, {
      method: "POST",
      body,
      headers: { "content-type": "image/png", authorization: `Bearer ${SECRET}`, traceparent: TRACEPARENT },
    });
  const lines = (): Line[] => mesh.processes.flatMap(({ log }) => linesOf(log()));

  it("are one JSON object an event, with the fields of log-fields.ts and no others", () => {
    const known = new Set(Object.keys(LOG_FIELD));
    const all = lines();
    assert.ok(all.length > 10, `${all.length} lines`);
    for (const line of all) {
      for (const field of ["level", "time", "process", "msg"]) assert.ok(field in line, `${field} in ${JSON.stringify(line)}`);
      assert.deepEqual(
        Object.keys(line).filter((field) => !known.has(field)),
        [],
        JSON.stringify(line),
      );
    }
    assert.deepEqual([...new Set(all.map(({ process }) => process))].sort(), [
      "agent-serverless",
      "agent-vm",
      "gateway",
      "placement",
    ]);
  });

  it("tie what fails to the caller's trace", async () => {
    assert.equal((await send("not-there", IMAGE)).status, 404);
    const line = await eventually(() => lines().find(({ process, trace_id }) => process === "gateway" && trace_id === TRACE_ID), {
      what: "the gateway's line",
    });
    assert.equal(line["code"], "UNKNOWN_APPLICATION");
    assert.match(String(line["span_id"]), /^[0-9a-f]{16}$/);
    assert.equal(line["path"], "/v2/models/not-there/infer");
  });

  it("tie what becomes of a deploy to its trace, although nothing is recorded", async () => {
    const { deployment, call } = mesh.api;
    const what = { what: "the application's lines" };
    const application = {
      ...{ name: "short-lived", artifact: { command: { argv: ["false"] } } },
      implementations: [{ kind: "NODE_KIND_VM" as const, replicas: 1, resources: { cpuMillicores: 10, memoryBytes: 2 ** 25 } }],
      rollout: { maxFailedStarts: 1 },
    };
    await call(deployment.deploy.bind(deployment), { application }, { traceparent: DEPLOY_TRACEPARENT });
    const told = (message: RegExp) =>
      lines().find(({ msg, trace_id }) => message.test(String(msg)) && trace_id === DEPLOY_TRACE_ID);
    await eventually(() => [/^assigned$/, /^instance failed: /, /^rollout judged$/].every(told), what);
    await call(deployment.undeploy.bind(deployment), { name: "short-lived" });
    await eventually(() => told(/^assignment removed$/), what);

    const sample = lines().filter(({ msg }) => msg === "instance ready" || msg === "worker ready");
    assert.equal(sample.length, 3);
    assert.equal(new Set(sample.map(({ trace_id }) => trace_id)).size, 1);
    const untied = lines().filter(
      (line) => ["application", "assignment", "instance"].some((field) => field in line) && !("trace_id" in line),
    );
    assert.deepEqual(untied, []);
  });

  it("tie a lease that ran out to the trace and the span of its decision", async () => {
    const { placement, call } = mesh.api;
    const traceId = "2bf7651916cd43dd8448eb211c80319c";
    const request = { application: mesh.application, deadlineMs: 300 };
    await call(placement.Place.bind(placement), request, { traceparent: `00-${traceId}-d7ad6b7169203331-00` });
    const line = await eventually(() => lines().find(({ msg }) => msg === "lease ran out without a report"), {
      what: "the line of the lease",
    });
    assert.deepEqual([line["trace_id"], line["span_id"]], [traceId, "d7ad6b7169203331"]);
  });

  it("hold no payload, no header and no query, of requests that succeed and that fail", async () => {
    assert.equal((await send(mesh.application, IMAGE)).status, 200);
    assert.ok((await send(mesh.application, `no image, but ${SECRET}`)).status >= 400);
    assert.equal((await send("not-there", SECRET)).status, 404);
    const text = mesh.processes.map(({ log }) => log()).join("");
    assert.ok(
      !text.includes(SECRET),
      text.split("\n").find((line) => line.includes(SECRET)),
    );
  });

  it("hold no credentials of the bus, also where it cannot be reached", async () => {
    const servers = `nats://operator:${SECRET}@127.0.0.1:1`;
    const args = ["--port", "0", "--metrics-port", "0", "--start-timeout", "1s", "--log-level", "debug"];
    const child = spawn(process.execPath, [resolve("dist/services/placement/main.js"), ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, STRAIGHTLINE_NATS_SERVERS: servers },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = await once(child, "close");
    assert.equal(code, 1);
    assert.equal(linesOf(output).at(-1)?.["code"], "BUS_UNAVAILABLE", output);
    assert.ok(!output.includes(SECRET), output);
  });
});
