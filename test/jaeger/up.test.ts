import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import Docker from "dockerode";
import { pack } from "tar-stream";
import {
  createCommandRunner,
  ensureJaeger,
  JAEGER_IMAGE,
  type JaegerSearch,
  type TraceTarget,
} from "../../services/cli/provision/index.js";
import { createTracing } from "../../services/common/observe/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { childOf } from "../support/child-of.js";
import { testEngine } from "../support/docker-engine.js";
import { endChild } from "../support/end-child.js";
import { eventually } from "../support/eventually.js";
import { findJaeger, readTrace, skipWithoutJaeger } from "../support/jaeger.js";
import { skipWithoutNats } from "../support/nats-server.js";

const execute = promisify(execFile);
const CLI = resolve("dist/services/cli/main.js");

const engine = await testEngine();
const skip = engine.type === "none" ? engine.skip : skipWithoutNats() || skipWithoutJaeger();

describe("a Jaeger for those who have none running", { skip }, () => {
  const socketPath = engine.type === "engine" ? engine.socketPath : "";
  const docker = new Docker({ host: "", socketPath });
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "straightline-jaeger-"));
    await symlink(await realpath(findJaeger() as string), join(folder, "jaeger"));
  });
  after(async () => {
    // A test that has failed may have left its mesh running.
    await Promise.all(started.map(endChild));
    await rm(folder, { recursive: true, force: true });
    if (engine.type === "engine") await engine.stop();
  });

  const env = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` });
  const search = (changes: Partial<JaegerSearch> = {}): JaegerSearch => ({
    ...{ otlpEndpoint: "", jaegerUrl: "", binary: "", engineSocket: () => Promise.resolve(socketPath), mayPull: false },
    configFile: resolve("deploy/jaeger/jaeger.yaml"),
    signal: new AbortController().signal,
    runner: createCommandRunner({ PATH: "/nowhere" }),
    env: process.env,
    print: () => undefined,
    ...changes,
  });

  it("is told how to get in one line where there is neither a program nor an image", async () => {
    const target = await ensureJaeger(search());
    assert.equal(target.otlpEndpoint, "");
    assert.match(target.told, /^not recorded \(.*pulling is switched off\); get one: docker run .*jaegertracing\/jaeger/);
    assert.equal(target.told.includes("\n"), false);
  });

  it("a stop ends a pull at once", async () => {
    const stop = new AbortController();
    const seeking = ensureJaeger(search({ mayPull: true, signal: stop.signal, print: () => setImmediate(() => stop.abort()) }));
    assert.equal((await seeking).otlpEndpoint, "");
  });

  it("is the official image, where the engine has it, and is gone with stop", async () => {
    await importAsOfficial(docker, join(folder, "jaeger"));
    const target = await ensureJaeger(search());
    assert.match(target.told, /jaegertracing\/jaeger/);
    await assertTakesTraces(target);
    await target.stop();
    assert.deepEqual(await docker.listContainers({ all: true, filters: { ancestor: [JAEGER_IMAGE] } }), []);
  });

  it("is one that runs already rather than a new one", async () => {
    const first = await ensureJaeger(search({ binary: join(folder, "jaeger") }));
    await assertTakesTraces(first);
    const second = await ensureJaeger(search({ otlpEndpoint: first.otlpEndpoint, jaegerUrl: `${first.jaegerUrl}/` }));
    assert.deepEqual([second.otlpEndpoint, second.jaegerUrl], [first.otlpEndpoint, first.jaegerUrl]);
    await first.stop();
  });

  it("`up` starts the one on PATH, links each request to its trace, `explain` and `deploy` do too, and Ctrl-C ends it", async () => {
    const ports = await meshPorts();
    const placement = ports[1];
    const up = startUp(["--no-install", "--docker-socket", socketPath, ...ports], env());
    await eventually(() => up.output().includes("Ctrl-C stops everything") || up.child.exitCode !== null, {
      what: "the hints",
      timeoutMs: 180_000,
    });
    const { output } = up;
    assert.equal(up.child.exitCode, null, output());
    const jaegerUrl = /Traces {4}(http:\S+) \(.*jaeger\)/.exec(output())?.[1] ?? "";
    assert.notEqual(jaegerUrl, "", output());
    const requests = requestLines(output());
    assert.ok(requests.length > 200);
    const links = requests.map((line) => /http:\S+\/trace\/([0-9a-f]{32})\n$/.exec(line));
    assert.ok(links.every((link) => link !== null));
    const traceId = links.at(0)?.[1] ?? "";
    const spans = await readTrace(jaegerUrl, traceId);
    assert.ok(spans.some(({ name }) => name === "model.run"));

    const explainCommand = /explain (\S+)/.exec(output())?.[1] ?? "";
    const args = [CLI, "explain", explainCommand, "--placement", `127.0.0.1:${placement}`, "--jaeger-url", jaegerUrl];
    const explained = await execute(process.execPath, args);
    assert.match(explained.stdout, new RegExp(`trace {6}${jaegerUrl}/trace/${traceId}`));

    const nats = /NATS +(\S+)/.exec(output())?.[1] ?? "";
    const manifest = ["deploy", "deploy/examples/text-orientation/app.yaml", "--nats", nats];
    const deployed = await execute(process.execPath, [CLI, ...manifest, ...args.slice(3)]);
    const deployTrace = new RegExp(`trace ${jaegerUrl}/trace/([0-9a-f]{32})`).exec(deployed.stderr)?.[1] ?? "";
    assert.ok(
      (await readTrace(jaegerUrl, deployTrace)).some(({ name }) => name === "deployment.deploy"),
      deployed.stderr,
    );

    up.child.kill("SIGINT");
    if (up.child.exitCode === null) await once(up.child, "exit");
    assert.equal(up.child.exitCode, 0, output());
    await assert.rejects(fetch(jaegerUrl), "Jaeger has ended");
  });

  it("`up --demo` starts it as well, and says that the links end with it", async () => {
    const up = startUp(["--demo", "--no-install", "--docker-socket", socketPath, ...(await meshPorts())], env());
    const { output } = up;
    const firstLink = (): RegExpExecArray | null => /(http:\S+)\/trace\/([0-9a-f]{32})\n/.exec(requestLines(output())[0] ?? "");
    await eventually(() => firstLink() !== null || up.child.exitCode !== null, { what: "a request", timeoutMs: 180_000 });
    const [, jaegerUrl = "", traceId = ""] = firstLink() ?? [];
    await eventually(async () => (await readTrace(jaegerUrl, traceId)).some(({ name }) => name === "model.run"), {
      what: `the trace of the first request; ${output()}`,
    });
    if (up.child.exitCode === null) await once(up.child, "exit");
    assert.equal(up.child.exitCode, 0, output());
    assert.match(output(), /Jaeger ends here, and the links with it/);
    await assert.rejects(fetch(jaegerUrl), "Jaeger has ended");
  });

  it("`up` says once that it has died, and goes on", async () => {
    const up = startUp(["--no-install", "--docker-socket", socketPath, ...(await meshPorts())], env());
    const { output } = up;
    const tellings = (): number =>
      output().match(/^Traces {4}http:\S+ takes traces no more, .*; stop and start `up` again.*$/gm)?.length ?? 0;
    await eventually(() => requestLines(output()).length > 0 || up.child.exitCode !== null, {
      what: "a request",
      timeoutMs: 180_000,
    });
    assert.equal(tellings(), 0, output());
    process.kill(childOf(up.child, join(folder, "jaeger")), "SIGKILL");
    await eventually(() => tellings() === 1, { what: "the telling" });
    const seen = requestLines(output()).length;
    await eventually(() => requestLines(output()).length > seen, { what: "further requests" });
    assert.equal(tellings(), 1);
    up.child.kill("SIGINT");
    if (up.child.exitCode === null) await once(up.child, "exit");
    assert.equal(up.child.exitCode, 0, output());
  });
});

async function meshPorts(): Promise<string[]> {
  const [placement, http, grpc] = (await freePorts("127.0.0.1", 3)) as [number, number, number];
  return ["--placement-port", String(placement), "--http-port", String(http), "--grpc-port", String(grpc)];
}

/** The whole lines, with their ends, that tell of requests. */
function requestLines(output: string): string[] {
  return output.match(/^\d+ +[\d.]+ [KM]?i?B.*\n/gm) ?? [];
}

/** A span that is sent comes back. */
async function assertTakesTraces({ otlpEndpoint, jaegerUrl }: TraceTarget): Promise<void> {
  const tracing = await createTracing({ resource: { "service.name": "test" }, otlpEndpoint, sampleRatio: 1 });
  const span = tracing.start("hello");
  span.end();
  await tracing.shutdown();
  await eventually(async () => (await readTrace(jaegerUrl, span.traceId)).length === 1, { what: "the span" });
}

/** The program with its libraries as the image that cannot be pulled everywhere. */
async function importAsOfficial(docker: Docker, program: string): Promise<void> {
  const { stdout } = await execute("ldd", [await realpath(program)]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] as string);
  const tar = pack();
  for (const path of [program, ...libraries]) {
    const name = path === program ? "cmd/jaeger" : path.slice(1);
    tar.entry({ name, mode: 0o755 }, await readFile(path));
  }
  tar.entry({ name: "tmp", type: "directory", mode: 0o1777 });
  tar.finalize();
  const [repo, tag] = JAEGER_IMAGE.split(":");
  const progress = await docker.importImage(Readable.from(tar), { repo, tag, changes: ['ENTRYPOINT ["/cmd/jaeger"]'] });
  await new Promise<void>((done, reject) => {
    docker.modem.followProgress(progress, (error) => (error === null ? done() : reject(error)));
  });
}

const started: ChildProcess[] = [];

function startUp(args: readonly string[], env: NodeJS.ProcessEnv): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [CLI, "up", ...args], { stdio: ["ignore", "pipe", "pipe"], detached: true, env });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}
