import assert from "node:assert/strict";
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { Job__Output } from "../../proto/gen/straightline/v1/Job.js";
import { freePorts } from "../../services/common/ports/index.js";
import { testEngine } from "../support/docker-engine.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { type CliResult, runCli } from "../support/run-cli.js";

const execute = promisify(execFile);
const CLI = resolve("dist/services/cli/main.js");
const EXAMPLE = resolve("deploy/examples/digits");
/** As app.yaml names it. */
const BUNDLE = resolve("dist/bundles/digits.tgz");
/** The first job makes a virtual environment first. */
const COMMAND_MS = 300_000;

const engine = await testEngine();
const skip = engine.type === "none" ? engine.skip : skipWithoutNats();

/** The way of the example's README, step by step: train on real images, judge, quantise, deploy in three forms, classify what was held out. */
describe("the example digits, from images to answers", { skip }, () => {
  let up: ChildProcess;
  let output = "";
  let http = 0;
  let directory: string;
  let jobId = "";

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "straightline-digits-"));
    const [placement = 0, httpPort = 0, grpc = 0] = await freePorts("127.0.0.1", 3);
    http = httpPort;
    const socketPath = engine.type === "engine" ? engine.socketPath : "";
    const ports = ["--placement-port", placement, "--http-port", http, "--grpc-port", grpc].map(String);
    const args = [CLI, "up", "--no-install", "--docker-socket", socketPath, ...ports];
    up = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [up.stdout, up.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await eventually(() => output.includes("Ctrl-C stops everything") || up.exitCode !== null, {
      what: "the mesh",
      timeoutMs: 180_000,
    });
    assert.equal(up.exitCode, null, output);
    const nats = /nats:\/\/[\w.:]+/.exec(output)?.[0] ?? "";
    // As the README has it; commands inherit them.
    Object.assign(process.env, { STRAIGHTLINE_PLACEMENT: `127.0.0.1:${placement}`, STRAIGHTLINE_NATS_SERVERS: nats });
  });
  after(async () => {
    up.kill("SIGINT");
    if (up.exitCode === null) await once(up, "exit");
    if (engine.type === "engine") await engine.stop();
    rmSync(directory, { recursive: true, force: true });
    rmSync(BUNDLE, { force: true });
  });

  const straightline = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr }: CliResult = await runCli(args, COMMAND_MS);
    assert.equal(code, 0, `straightline ${args.join(" ")}: ${stderr}${stdout}`);
    return stdout;
  };
  const getJob = async (): Promise<Job__Output> => JSON.parse(await straightline("job", "get", jobId, "--json"));

  test("the job trains, passes its gates, and tells accuracy and size before and after", async () => {
    const lines = (await straightline("job", "submit", join(EXAMPLE, "train.yaml"))).split("\n");
    assert.ok(lines.includes("data | 1077 images to train, 360 to validate, 360 held out"), lines.join("\n"));
    assert.ok(lines.some((line) => /^train \| Iteration 1, loss = \d/.test(line)));
    assert.ok(lines.some((line) => /^compress \| after \(int8\) +0\.\d{4} +\d+$/.test(line)));
    jobId = /^(digits-[0-9a-f]{16}) {2}succeeded$/m.exec(lines.join("\n"))?.[1] ?? "";
    const job = await getJob();
    const metrics: Record<string, number> = Object.assign({}, ...job.stages.map((stage) => stage.metrics));
    const { accuracy = 0, accuracy_before: before = 0, accuracy_after: after = 0, bytes_before = 0, bytes_after = 0 } = metrics;
    assert.ok(accuracy >= 0.95 && before >= 0.95 && after >= 0.95, JSON.stringify(metrics));
    assert.ok(before - after <= 0.01, JSON.stringify(metrics));
    assert.ok(bytes_after < bytes_before / 2, JSON.stringify(metrics));
    const list = await straightline("job", "list");
    assert.match(list, new RegExp(`${jobId} +succeeded +4/4`));
    const logs = await straightline("job", "logs", jobId, "--stage", "verify");
    assert.match(logs, /^accuracy on 360 images: 0\.\d{4}\n$/);
  });

  test("what it made is deployed in three forms, and classifies what was held out, in each of them alike", async () => {
    await straightline("job", "fetch", jobId, "bundle", "--output", BUNDLE);
    await straightline("deploy", join(EXAMPLE, "app.yaml"));
    const heldout = join(directory, "heldout");
    mkdirSync(heldout);
    await straightline("job", "fetch", jobId, "heldout", "--output", `${heldout}.tgz`);
    execFileSync("tar", ["-xzf", `${heldout}.tgz`, "-C", heldout]);
    const classify = [join(EXAMPLE, "classify.py"), heldout, `http://127.0.0.1:${http}`];
    const { stdout } = await execute("python3", classify, { timeout: COMMAND_MS });
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/ +/));
    const compress = (await getJob()).stages.find(({ name }) => name === "compress");
    const accuracy = compress?.metrics["accuracy_after"]?.toFixed(4);
    assert.deepEqual(
      rows.slice(1).map(([kind, images, , rest]) => [kind, images, rest]),
      ["vm", "container", "serverless"].map((kind) => [kind, "360", accuracy]),
      "as accurate as the job has measured it, in every form",
    );
  });

  test("a job that asks for the impossible ends by a cancel, with exit codes for scripts", async () => {
    const wrong = await runCli(["job", "submit", join(EXAMPLE, "app.yaml")], COMMAND_MS);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /app\.yaml:\d+:\d+: artifact: is no known key/);
    assert.equal((await runCli(["job", "get", "digits-00000000"])).code, 3);
    const again = await straightline("job", "submit", join(EXAMPLE, "train.yaml"), "--no-wait");
    const id = again.trim();
    await straightline("job", "cancel", id);
    const watched = await runCli(["job", "watch", id]);
    assert.equal(watched.code, 1);
    assert.match(watched.stdout, new RegExp(`${id} {2}cancelled`));
  });
});
