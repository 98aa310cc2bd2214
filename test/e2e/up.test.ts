import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { credentials, loadPackageDefinition, Metadata } from "@grpc/grpc-js";
import Docker from "dockerode";
import type { ProtoGrpcType as InferenceTypes } from "../../proto/gen/grpc_service.js";
import type { RequestRow, Summary } from "../../services/cli/up/traffic.js";
import { KIND_TOKENS } from "../../services/common/bus/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { loadProto } from "../../services/common/wire/index.js";
import { testDirectory } from "../support/agent-harness.js";
import { childOf } from "../support/child-of.js";
import { testEngine } from "../support/docker-engine.js";
import { endChild } from "../support/end-child.js";
import { eventually } from "../support/eventually.js";
import { inCi } from "../support/in-ci.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { runReferenceClient } from "../support/reference-client.js";
import { type CollectedSpan, type SpanCollector, startSpanCollector } from "../support/span-collector.js";

const CLI = resolve("dist/services/cli/main.js");
const IMAGE = resolve("deploy/examples/text-orientation/images/region-based-0.png");
const F = 10;
const D = 128 * 1024;

const engine = await testEngine();
const skip = engine.type === "none" ? engine.skip : skipWithoutNats();
const socketPath = engine.type === "none" ? "" : engine.socketPath;

/** Names of the mesh's containers, running or not. */
async function containers(): Promise<string[]> {
  const all = await new Docker({ socketPath }).listContainers({ all: true, filters: { label: ["straightline.node"] } });
  return all.flatMap((container) => container.Names);
}

/** The whole way, as a newcomer types it, on a real NATS, a real engine, real processes and real images. */
describe("straightline up", { skip }, () => {
  let collector: SpanCollector;
  let ports: Ports;
  before(async () => {
    [collector, ports] = await Promise.all([startSpanCollector(), meshPorts()]);
  });
  // A test that has failed may have left its mesh running.
  const started: ChildProcess[] = [];
  const startUp = (stderr: "pipe" | "ignore" = "pipe"): ChildProcess => {
    const up = spawn(process.execPath, [CLI, ...upArguments()], { stdio: ["ignore", "pipe", stderr], detached: true });
    started.push(up);
    return up;
  };
  const startUntilEngine = async () => {
    const up = startUp();
    let output = "";
    for (const stream of [up.stdout, up.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await eventually(() => output.includes("Engine"), { what: "the start" });
    return { up, output: () => output };
  };
  after(async () => {
    await Promise.all(started.map(endChild));
    if (engine.type === "engine") await engine.stop();
    await collector[Symbol.asyncDispose]();
  });

  const upArguments = (...extra: string[]): string[] => [
    ...["up", "--no-install", "--docker-socket", socketPath, "--otlp-endpoint", collector.endpoint],
    ...["--placement-port", String(ports.placement), "--http-port", String(ports.http), "--grpc-port", String(ports.grpc)],
    ...extra,
  ];

  test("--demo --json places every image by the algorithm, on all three forms, in unbroken traces, and leaves nothing", async () => {
    const before = leftovers();
    const { code, lines, errors } = await runToEnd(upArguments("--demo", "--json"));
    assert.equal(code, 0, errors);
    const rows = lines.slice(0, -1).map((line) => JSON.parse(line) as RequestRow);
    const summary = JSON.parse(lines.at(-1) ?? "") as Summary;
    assert.deepEqual(Object.keys(summary), ["requests", "failed", "byKind", "p50Ms", "p95Ms"]);
    assert.ok(summary.requests >= 200, `${summary.requests} requests`);
    assert.equal(summary.failed, 0);
    assert.equal(rows.length, summary.requests);
    for (const kind of ["vm", "container", "serverless"] as const) {
      assert.equal(summary.byKind[kind], rows.filter((row) => row.kind === kind).length);
      assert.ok(summary.byKind[kind] > 0, `no request went to ${kind}`);
    }
    for (const row of rows) assertFollowsAlgorithm(row);
    for (const kind of ["vm", "container", "serverless"]) assertUnbrokenTrace(collector, rows, kind);
    assert.deepEqual(leftovers(before), [], "nothing is left in the temporary folder");
    assert.deepEqual(await containers(), [], "no container is left");
  });

  test("--demo --app deploys an application of the user's instead; what is wrong with its manifest is told before the start", async () => {
    const manifest = resolve("deploy/examples/text-orientation/app.yaml");
    const { code, lines, errors } = await runToEnd(upArguments("--demo", "--json", "--app", manifest));
    assert.equal(code, 0, errors);
    const status = JSON.parse(lines.join("\n")) as { implementations: { kind: string; ready: number }[]; spec: { name: string } };
    assert.equal(status.spec.name, "text-orientation");
    assert.ok(status.implementations.length === 3 && status.implementations.every(({ ready }) => ready >= 1), lines.join("\n"));
    const wrong = await runToEnd(upArguments("--app", resolve("deploy/examples/digits/train.yaml")));
    assert.equal(wrong.code, 2);
    assert.match(wrong.errors + wrong.lines.join("\n"), /train\.yaml:\d+:\d+: /);
    assert.doesNotMatch(wrong.errors + wrong.lines.join("\n"), /NATS/);
  });

  test("--demo --app of an application that is not ready in time says why, and its logs stay", async () => {
    const before = leftovers();
    await using folder = await testDirectory();
    const manifest = join(folder.path, "app.yaml");
    await writeFile(
      manifest,
      `name: mute
artifact: { command: { argv: [sleep, "600"] } }
readyPath: /ready
implementations: [{ kind: vm, resources: { cpu: 100m, memory: 64MiB } }]
`,
    );
    const { code, lines, errors } = await runToEnd(upArguments("--demo", "--ready-timeout", "5s", "--app", manifest));
    assert.equal(code, 1, errors);
    const why = "it runs; nothing answers GET /ready yet";
    assert.match(errors, new RegExp(`not ready within 5000 ms: vm 0/1 \\(mute-0-1-[0-9a-f]+: ${why}\\)`));
    assert.doesNotMatch(errors, /it goes on/, "the mesh ends with the demonstration");
    assert.ok(lines.join("\n").includes(why), "the status says so too");
    removeKeptLogs(lines.join("\n"), before);
  });

  test("a Ctrl-C while it starts ends it with everything that it has started", async () => {
    const before = leftovers();
    const { up, output } = await startUntilEngine();
    const children = childrenOf(up.pid ?? 0);
    assert.ok(children.length >= 3, `${children.length} children`);
    const exited = once(up, "exit");
    up.kill("SIGINT");
    const [code] = await exited;
    assert.equal(code, 0, output());
    assert.deepEqual(children.filter(isAlive), [], "no process is left");
    assert.deepEqual(leftovers(before), [], "nothing is left in the temporary folder");
  });

  test("a part that ends by itself ends it with the others, and the logs stay where the start has said", async () => {
    const before = leftovers();
    const { up, output } = await startUntilEngine();
    const children = childrenOf(up.pid ?? 0);
    const exited = once(up, "close");
    process.kill(childOf(up, "services/gateway/main.js"), "SIGKILL");
    const [code] = await exited;
    assert.notEqual(code, 0);
    assert.match(output(), /gateway ended by itself \(SIGKILL\)/);
    assert.deepEqual(children.filter(isAlive), [], "no process is left");
    removeKeptLogs(output(), before);
  });

  test("a reader that goes away ends it with everything that it has started", async () => {
    const before = leftovers();
    const up = startUp("ignore");
    await once(up.stdout as NodeJS.ReadableStream, "data");
    up.stdout?.destroy();
    const [code] = (await once(up, "exit")) as [number];
    assert.equal(code, 0);
    assert.deepEqual(leftovers(before), [], "nothing is left in the temporary folder");
  });

  describe("while it is up", () => {
    let up: ChildProcess;
    let output = "";
    before(async () => {
      up = startUp();
      for (const stream of [up.stdout, up.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
      await eventually(() => output.includes("Ctrl-C stops everything") || up.exitCode !== null, {
        what: "the hints",
        timeoutMs: 180_000,
      });
      assert.equal(up.exitCode, null, output);
    });

    test("the printed commands work as printed", async () => {
      const printed = output.split("\n").filter((line) => /^ {2}(curl|node|grpcurl) /.test(line));
      assert.equal(printed.length, 6, output);
      const commands = printed.filter((line) => hasGrpcurl() || !line.includes("grpcurl"));
      for (const command of commands) {
        const { code, lines, errors } = await runShell(command);
        assert.equal(code, 0, `${command}\n${lines.join("\n")}\n${errors}`);
        assert.ok(lines.length > 0, command);
      }
    });

    test("every command gives JSON", async () => {
      const placement = ["--placement", `127.0.0.1:${ports.placement}`, "--json"];
      const run = async (...args: string[]) => {
        const { code, lines, errors } = await runToEnd([...args, ...placement]);
        assert.equal(code, 0, errors);
        return JSON.parse(lines.join("\n"));
      };
      const nodes = await run("nodes");
      assert.deepEqual(
        nodes.map((node: { nodeId: string }) => node.nodeId),
        ["container-1", "serverless-1", "vm-1"],
      );
      assert.equal((await run("apps"))[0].spec.name, "text-orientation");
      const placed = await run("place", "--app", "text-orientation", "--bytes", "2048", "--explain");
      assert.equal((await run("explain", placed.placementId)).placement.instanceId, placed.instanceId);
    });

    const REFUSED: readonly { what: string; args: string[]; code: number; says: RegExp }[] = [
      {
        what: "an unknown application",
        args: ["place", "--app", "nobody", "--bytes", "1"],
        code: 3,
        says: /UNKNOWN_APPLICATION.*nobody/,
      },
      { what: "a negative size", args: ["place", "--app", "text-orientation", "--bytes=-5"], code: 2, says: /size_bytes.*-5/ },
      {
        what: "a size that is no number",
        args: ["place", "--app", "text-orientation", "--bytes", "NaN"],
        code: 2,
        says: /--bytes.*NaN/,
      },
      {
        what: "an absurd size",
        args: ["place", "--app", "text-orientation", "--bytes", "9000000GiB"],
        code: 2,
        says: /size_bytes/,
      },
      {
        what: "an unknown policy",
        args: ["place", "--app", "text-orientation", "--bytes", "1", "--policy", "x"],
        code: 2,
        says: /UNKNOWN_POLICY.*straightline/,
      },
      { what: "an unknown placement", args: ["explain", "nothing"], code: 3, says: /UNKNOWN_PLACEMENT/ },
      { what: "an unknown command", args: ["nonsense"], code: 2, says: /unknown command/ },
    ];
    for (const { what, args, code, says } of REFUSED) {
      test(`${what} is refused with exit code ${code}`, async () => {
        const placement = args[0] === "nonsense" ? [] : ["--placement", `127.0.0.1:${ports.placement}`];
        const result = await runToEnd([...args, ...placement]);
        assert.equal(result.code, code, result.errors);
        assert.match(result.errors, says);
      });
    }

    test("an image that is not an image is the client's error, and says so", async () => {
      const answer = await fetch(`http://127.0.0.1:${ports.http}/v2/models/text-orientation/infer`, {
        method: "POST",
        headers: { "content-type": "image/png" },
        body: "this is no image",
      });
      assert.equal(answer.status, 400);
      assert.match(((await answer.json()) as { error: string }).error, /image/);
    });

    for (const kind of KIND_TOKENS) {
      test(`a request that may go to ${kind} alone is answered there, over HTTP and gRPC`, async () => {
        const image = await readFile(IMAGE);
        const answer = await fetch(`http://127.0.0.1:${ports.http}/v2/models/text-orientation/infer`, {
          method: "POST",
          headers: { "content-type": "image/png", "straightline-kinds": kind },
          body: image,
        });
        assert.equal(answer.status, 200, await answer.clone().text());
        assert.equal(answer.headers.get("straightline-kind"), kind);
        const overGrpc = await inferOverGrpc(`127.0.0.1:${ports.grpc}`, kind, image);
        assert.equal(overGrpc.kind, kind);
        assert.equal(overGrpc.label, "0");
      });
    }

    test("the protocol's reference client is content, over HTTP and gRPC", async (context) => {
      const addresses = { http: `127.0.0.1:${ports.http}`, grpc: `127.0.0.1:${ports.grpc}` };
      const checks = await runReferenceClient(context, addresses);
      if (checks === undefined) return;
      assert.deepEqual(checks.failed, {});
      assert.equal(checks.passed.length, 27);
    });

    test("a second up on the same ports says which port is taken", async () => {
      const { code, lines, errors } = await runToEnd(upArguments());
      assert.notEqual(code, 0);
      assert.match(lines.join("\n") + errors, new RegExp(`127.0.0.1:${ports.placement} is taken`));
    });

    test("Ctrl-C ends it with everything that it started", async () => {
      const children = childrenOf(up.pid ?? 0);
      assert.ok(children.length >= 5, `${children.length} children`);
      up.kill("SIGINT");
      up.kill("SIGINT");
      if (up.exitCode === null) await once(up, "exit");
      assert.equal(up.exitCode, 0, output);
      assert.deepEqual(children.filter(isAlive), [], "no process is left");
      assert.deepEqual(await containers(), [], "no container is left");
    });
  });
});

/** One inference by the typed protocol; resolves to the label and to the kind that the answer's metadata names. */
async function inferOverGrpc(address: string, kind: string, image: Buffer): Promise<{ label: string; kind: string }> {
  const { inference } = loadPackageDefinition(loadProto(["inference/grpc_service.proto"])) as unknown as InferenceTypes;
  const client = new inference.GRPCInferenceService(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("straightline-kinds", kind);
  const inputs = [{ name: "image", datatype: "BYTES", shape: [1], contents: { bytesContents: [image] } }];
  try {
    return await new Promise((resolvePromise, reject) => {
      let answeredBy = "";
      const call = client.ModelInfer(
        { modelName: "text-orientation", inputs },
        metadata,
        { deadline: Date.now() + 10_000 },
        (error, response) => {
          const index = response?.outputs.findIndex((output) => output.name === "label") ?? -1;
          const label = response?.outputs[index]?.contents?.bytesContents[0];
          if (error !== null) reject(error);
          else resolvePromise({ kind: answeredBy, label: label?.toString() ?? "" });
        },
      );
      call.on("metadata", (initial: Metadata) => {
        answeredBy = String(initial.get("straightline-kind")[0] ?? "");
      });
    });
  } finally {
    client.close();
  }
}

/** The placing algorithm again, from what is printed; a reason that names a full form excuses the next one in line. */
function assertFollowsAlgorithm({ frequency, bytes, kind, reason, request }: RequestRow): void {
  const order =
    frequency > F && bytes < D
      ? ["serverless", "vm", "container"]
      : bytes > D
        ? ["container", "vm", "serverless"]
        : ["vm", "container", "serverless"];
  const passedOver = order.slice(0, order.indexOf(kind));
  const where = `request ${request}: ${frequency}/s, ${bytes} bytes, ${kind}: ${reason}`;
  assert.ok(order.includes(kind), where);
  const named: Record<string, RegExp> = {
    vm: /VM has no|no VM instance/i,
    container: /container has no|no container instance/i,
    serverless: /serverless has no|no serverless instance/i,
  };
  for (const other of passedOver) assert.match(reason, named[other] ?? /never/, where);
}

/** gateway -> Place, and gateway -> instance -> model server, all in the trace that the answer names. */
function assertUnbrokenTrace(collector: SpanCollector, rows: readonly RequestRow[], kind: string): void {
  const row = rows.find((candidate) => candidate.kind === kind);
  const spans = collector.spans(row?.traceId ?? "");
  const one = (name: string): CollectedSpan => {
    const found = spans.find((span) => span.name === name);
    assert.ok(found, `${kind}: no span ${name} among ${spans.map((span) => span.name).join(", ")}`);
    return found;
  };
  const root = one("gateway.request");
  assert.equal(root.parentSpanId, "");
  const place = one("gateway.place");
  assert.equal(place.parentSpanId, root.spanId);
  assert.equal(one("placement.place").parentSpanId, place.spanId);
  const forward = one("gateway.forward");
  assert.equal(forward.parentSpanId, root.spanId);
  const infer = one("model.infer");
  const ancestors = new Set<string>();
  for (let span: CollectedSpan | undefined = infer; span !== undefined && ancestors.size < 10; ) {
    const parent: string = span.parentSpanId;
    ancestors.add(parent);
    span = spans.find((candidate) => candidate.spanId === parent);
  }
  assert.ok(ancestors.has(forward.spanId), `${kind}: model.infer does not descend from gateway.forward`);
}

/** A tool of the user's own: its absence is told, and in CI it must be there. */
function hasGrpcurl(): boolean {
  const found = spawnSync("grpcurl", ["-version"]).error === undefined;
  if (!found && inCi()) throw new Error("grpcurl is not on PATH");
  if (!found) console.error("\n*** SKIPPED: the printed grpcurl command, as grpcurl is not on PATH ***\n");
  return found;
}

interface Ports {
  readonly placement: number;
  readonly http: number;
  readonly grpc: number;
}

async function meshPorts(): Promise<Ports> {
  const [placement = 0, http = 0, grpc = 0] = await freePorts("127.0.0.1", 3);
  return { placement, http, grpc };
}

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

function runToEnd(args: readonly string[]): Promise<Ended> {
  return collect(spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
}

function runShell(command: string): Promise<Ended> {
  return collect(spawn("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] }));
}

async function collect(child: ChildProcess): Promise<Ended> {
  let out = "";
  let errors = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, lines: out.trimEnd().split("\n"), errors };
}

/** What `up` keeps in the temporary folder, beyond what was there `before`: others may use it too. */
function leftovers(before: readonly string[] = []): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("straightline-up-") && !before.includes(name));
}

/** The logs, and nothing but them, must be where the end says that they stay, which the start has said as well. */
function removeKeptLogs(output: string, before: readonly string[]): void {
  const [, logs = ""] = /^Logs {6}kept in (\S+)$/m.exec(output) ?? [];
  assert.ok(output.includes(`\nLogs      ${logs}\n`), output);
  assert.ok(readdirSync(logs).includes("gateway.log"));
  assert.deepEqual(
    leftovers(before).map((name) => join(tmpdir(), name)),
    [dirname(logs)],
  );
  assert.deepEqual(readdirSync(dirname(logs)), ["logs"]);
  rmSync(dirname(logs), { recursive: true });
}

/** Every descendant of a process, by /proc. */
function childrenOf(pid: number): number[] {
  const direct = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(join("/proc", String(pid), "stat"), "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(join("/proc", String(pid), "stat"), "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
}
