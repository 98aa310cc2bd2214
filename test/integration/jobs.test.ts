import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createAgent, unpackBundle } from "../../agents/common/index.js";
import { openArtifactStore } from "../../services/common/bus/index.js";
import { createMetrics, METRIC } from "../../services/common/observe/index.js";
import { agentConfig, startTestAgent, testBus, testDirectory, testLog, testVmDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { attemptsOf, getJob, jobEnded, jobWhen, shellStage, storeFolder, submitJob, watchJob } from "../support/job-harness.js";
import { series } from "../support/metric-series.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, withCode } from "../support/placement-harness.js";
import { runCli } from "../support/run-cli.js";
import { startSpanCollector, tracingTo } from "../support/span-collector.js";

/** A beat of the tests' agents is 100 ms: on a busy machine some are missed, and no stage is to run again for that. */
const PATIENT = { args: ["--lost-ticks", "600"] };
const options = { skip: skipWithoutNats() };

/** A real NATS, placement, and a vm agent on node-1, all of which end with the test. */
async function startJobMesh() {
  const nats = await startNatsServer();
  const directory = await testDirectory();
  const bus = await testBus(nats.config);
  const placement = await startTestPlacement(nats.config, PATIENT);
  const agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
  await nodesSeen(placement, 1);
  const end = async (): Promise<void> => {
    for (const part of [agent, placement, bus, directory, nats]) await part[Symbol.asyncDispose]();
  };
  return { nats, bus, placement, directory, [Symbol.asyncDispose]: end };
}

test("stages run in order, pass folders on by digest, write logs and metrics, and the job succeeds", options, async () => {
  await using mesh = await startJobMesh();
  const { bus, placement, directory } = mesh;
  const source = await storeFolder(bus, { "double.sh": 'echo "doubling in $PWD" >&2; cat "$1" "$1"' });
  const words = await storeFolder(bus, { "words.txt": "hello\n" });
  const stages = [
    shellStage("data", 'sh double.sh "$STRAIGHTLINE_INPUTS/words/words.txt" > "$STRAIGHTLINE_OUTPUTS/set/twice.txt"', {
      inputs: ["words"],
      outputs: ["set"],
    }),
    shellStage(
      "train",
      'echo "training $GREETING"; sleep 1; wc -l < "$STRAIGHTLINE_INPUTS/set/twice.txt" > "$STRAIGHTLINE_OUTPUTS/model/lines"; echo \'{"lines": 2}\' > "$STRAIGHTLINE_METRICS"',
      { inputs: ["set"], outputs: ["model"], environment: { GREETING: "well" }, gates: [{ metric: "lines", min: 2, max: 2 }] },
    ),
  ];
  const jobId = await submitJob(placement, stages, { source, artifacts: { words } });
  assert.match(jobId, /^job-[0-9a-f]{16}$/);
  const watched = await watchJob(placement, { jobId });
  const job = watched.jobs.at(-1);
  assert.equal(job?.state, "JOB_STATE_SUCCEEDED", job?.message);
  assert.ok(
    watched.jobs.some(({ stages: [, train] }) => train?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING"),
    "seen running",
  );
  assert.match(watched.logs["data.1"] ?? "", /^doubling in .*\/work\n$/);
  assert.equal(watched.logs["train.1"], "training well\n");
  assert.deepEqual(job.stages[1]?.metrics, { lines: 2 });
  assert.deepEqual(await artifactFile(mesh.bus, job.stages[1]?.artifacts["model"]?.digest ?? "", "lines"), "2");
  assert.deepEqual((await watchJob(placement, { jobId, snapshot: true })).logs, watched.logs, "the logs are kept");
  const rest = await watchJob(placement, { jobId, afterLogSequence: watched.lastSequence });
  assert.deepEqual(rest.logs, {}, "a client goes on where it was");
  await nothingLeft(directory.path);
});

test("a stage that fails is tried again, and the reason of its last failure is the job's", options, async () => {
  await using mesh = await startJobMesh();
  const fails = shellStage("flaky", 'echo "attempt $STRAIGHTLINE_ATTEMPT"; test "$STRAIGHTLINE_ATTEMPT" = 2', { retries: 1 });
  const flaky = await submitJob(mesh.placement, [fails]);
  const watched = await watchJob(mesh.placement, { jobId: flaky });
  assert.equal(watched.jobs.at(-1)?.state, "JOB_STATE_SUCCEEDED", watched.jobs.at(-1)?.message);
  assert.deepEqual(watched.logs, { "flaky.1": "attempt 1\n", "flaky.2": "attempt 2\n" });
  const { metrics } = mesh.placement;
  assert.equal(series(metrics, METRIC.jobs)["succeeded"], 1);
  assert.deepEqual(series(metrics, METRIC.jobsFinished), { succeeded: 1, failed: 0, cancelled: 0 });
  assert.deepEqual(series(metrics, METRIC.jobRetries), { "job/flaky/failed": 1 });
  assert.deepEqual(Object.keys(series(metrics, METRIC.jobAttemptDuration)), ["job/flaky/failed", "job/flaky/succeeded"]);

  const broken = await submitJob(mesh.placement, [
    shellStage("train", "echo no such thing as luck; exit 3"),
    shellStage("after", ":"),
  ]);
  const job = await jobEnded(mesh.placement, broken);
  assert.equal(job.state, "JOB_STATE_FAILED");
  assert.match(job.message, /^train: the process exited with code 3: no such thing as luck$/);
  assert.equal(job.stages[1]?.state, "JOB_STATE_PENDING");
  assert.equal(job.stages[1]?.attempts.length, 0);
});

test("what a stage owes and does not give fails it with the reason", options, async () => {
  await using mesh = await startJobMesh();
  const cases: [string, ReturnType<typeof shellStage>, RegExp][] = [
    [
      "a gate",
      shellStage("s", 'echo \'{"accuracy": 0.5}\' > "$STRAIGHTLINE_METRICS"', { gates: [{ metric: "accuracy", min: 0.9 }] }),
      /s: gate not passed: accuracy is 0.5, must be at least 0.9/,
    ],
    ["metrics", shellStage("s", 'echo nonsense > "$STRAIGHTLINE_METRICS"'), /one JSON object of numbers/],
    ["an output", shellStage("s", ":", { outputs: ["model"] }), /output model is empty/],
    ["an end", shellStage("s", "sleep 60", { timeoutMs: 1000 }), /took longer than its time of 1 s/],
    ["a program", shellStage("s", "", { command: ["no-such-program"] }), /code 127.*not found/],
    [
      "restraint",
      shellStage("s", "exec node -e 'const a=[];for(;;)a.push(Buffer.alloc(8e6,1))'"),
      /memory limit of 134217728 bytes/,
    ],
  ];
  const ids = await Promise.all(cases.map(([, stage]) => submitJob(mesh.placement, [stage])));
  for (const [at, [what, , says]] of cases.entries()) {
    const job = await jobEnded(mesh.placement, ids[at] as string);
    assert.equal(job.state, "JOB_STATE_FAILED", what);
    assert.match(job.message, says, what);
  }
  await nothingLeft(mesh.directory.path);
});

test("a cancelled job ends its program, and nothing of it is left", options, async () => {
  await using mesh = await startJobMesh();
  const { placement } = mesh;
  const jobId = await submitJob(placement, [shellStage("long", "echo $$; sleep 300")]);
  await jobWhen(placement, jobId, "the program", ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING");
  const pid = await eventually(async () => Number((await watchJob(placement, { jobId, snapshot: true })).logs["long.1"]), {
    what: "its pid",
  });
  assert.ok(existsSync(`/proc/${pid}`));
  const { job } = await call(placement.jobs.Cancel.bind(placement.jobs), { jobId });
  assert.equal(job?.state, "JOB_STATE_CANCELLED");
  assert.equal(series(placement.metrics, METRIC.jobsFinished)["cancelled"], 1);
  await eventually(() => !existsSync(`/proc/${pid}`), { what: "the end of the program" });
  await nothingLeft(mesh.directory.path);
  const again = await call(placement.jobs.Cancel.bind(placement.jobs), { jobId });
  assert.deepEqual(again.job, job, "cancelling twice changes nothing");
});

test("a stage outlives its agent: the next agent finds it and the job needs no second attempt", options, async () => {
  await using nats = await startNatsServer();
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(nats.config, PATIENT);
  const config = agentConfig(nats.config, directory.path, { onStop: "keep" });
  const first = await startTestAgent(config, testVmDriver(directory.path));
  await nodesSeen(placement, 1);
  const script = 'echo begun; while ! test -e "$GO"; do sleep 0.1; done; echo ended; echo x > "$STRAIGHTLINE_OUTPUTS/out/x"';
  const go = join(directory.path, "go");
  const jobId = await submitJob(placement, [shellStage("long", script, { environment: { GO: go }, outputs: ["out"] })]);
  await jobWhen(placement, jobId, "the program", ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING");
  await first.stop();
  await using _second = await startTestAgent(config, testVmDriver(directory.path));
  await writeFile(go, "");
  const job = await jobEnded(placement, jobId);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.message);
  assert.equal(job.stages[0]?.attempts.length, 1);
  assert.deepEqual((await watchJob(placement, { jobId, snapshot: true })).logs, { "long.1": "begun\nended\n" });
});

test("a stage whose node is lost goes to another node; the lost one ends its own when it is back", options, async () => {
  await using nats = await startNatsServer();
  await using here = await testDirectory();
  await using there = await testDirectory();
  const [one, two] = [here.path, there.path];
  await using placement = await startTestPlacement(nats.config);
  const config = agentConfig(nats.config, one, { nodeId: "node-1", onStop: "keep" });
  const first = await startTestAgent(config, testVmDriver(one));
  await nodesSeen(placement, 1);
  const jobId = await submitJob(placement, [shellStage("long", 'test "$STRAIGHTLINE_ATTEMPT" = 2 || { echo $$; sleep 300; }')]);
  await jobWhen(placement, jobId, "the program", ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING");
  const pid = await eventually(async () => Number((await watchJob(placement, { jobId, snapshot: true })).logs["long.1"]), {
    what: "its pid",
  });
  await using _other = await startTestAgent(agentConfig(nats.config, two, { nodeId: "node-2" }), testVmDriver(two));
  await first.stop();
  const job = await jobEnded(placement, jobId);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.message);
  assert.deepEqual(attemptsOf(job), [
    ["node-1", "ATTEMPT_STATE_LOST"],
    ["node-2", "ATTEMPT_STATE_SUCCEEDED"],
  ]);
  assert.ok(existsSync(`/proc/${pid}`), "nobody was there to end it");
  await using _back = await startTestAgent({ ...config, onStop: "stop" }, testVmDriver(one));
  await eventually(() => !existsSync(`/proc/${pid}`), { what: "the end of the orphan" });
  await nothingLeft(one);
});

test("NATS and placement may go and come back while a stage runs", options, async () => {
  await using mesh = await startJobMesh();
  const { nats, directory } = mesh;
  const go = join(directory.path, "go");
  const script = 'echo begun; while ! test -e "$GO"; do sleep 0.1; done; echo ended; echo x > "$STRAIGHTLINE_OUTPUTS/out/x"';
  const jobId = await submitJob(mesh.placement, [shellStage("long", script, { environment: { GO: go }, outputs: ["out"] })]);
  await jobWhen(mesh.placement, jobId, "the program", ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING");
  await mesh.placement.stop();
  await nats.stop("crash");
  await writeFile(go, "");
  await eventually(() => existsSync(join(directory.path, "state", "stages", `${jobId}-long-1`, "exit")), {
    what: "the program's end",
  });
  await nats.start();
  await using placement = await startTestPlacement(nats.config, PATIENT);
  const job = await jobEnded(placement, jobId);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.message);
  assert.equal(job.stages[0]?.attempts.length, 1);
  assert.deepEqual((await watchJob(placement, { jobId, snapshot: true })).logs, { "long.1": "begun\nended\n" });
});

test("of two replicas one decides, both answer, and when the one goes the other brings the job to its end", options, async () => {
  await using nats = await startNatsServer();
  await using directory = await testDirectory();
  const first = await startTestPlacement(nats.config, PATIENT);
  await using second = await startTestPlacement(nats.config, PATIENT);
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
  await nodesSeen(second, 1);
  const go = join(directory.path, "go");
  const waits = shellStage("one", 'while ! test -e "$GO"; do sleep 0.1; done; echo one', { environment: { GO: go } });
  const jobId = await submitJob(second, [waits, shellStage("two", "echo two")]);
  const watching = watchJob(second, { jobId });
  for (const placement of [first, second]) {
    await jobWhen(placement, jobId, "the program", ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING");
  }
  await first.stop();
  await writeFile(go, "");
  const { jobs, logs } = await watching;
  assert.equal(jobs.at(-1)?.state, "JOB_STATE_SUCCEEDED", jobs.at(-1)?.message);
  assert.deepEqual(logs, { "one.1": "one\n", "two.1": "two\n" });
  assert.deepEqual(
    jobs.at(-1)?.stages.map(({ attempts }) => attempts.length),
    [1, 1],
  );
});

test("a job is one trace: the submit, each attempt below it, and the program below that", options, async () => {
  await using nats = await startNatsServer();
  await using directory = await testDirectory();
  await using collector = await startSpanCollector();
  const tracing = await tracingTo(collector, "test");
  await using placement = await startTestPlacement(nats.config, { ...PATIENT, tracing });
  const common = { log: testLog, metrics: createMetrics(), now: Date.now, onFatal: assert.ifError };
  const config = agentConfig(nats.config, directory.path);
  const agent = createAgent({ ...common, config, tracing, driver: testVmDriver(directory.path) });
  await agent.start();
  const jobId = await submitJob(placement, [
    shellStage("s", 'echo "$TRACEPARENT"; test "$STRAIGHTLINE_ATTEMPT" = 2', { retries: 1 }),
  ]);
  const { logs } = await watchJob(placement, { jobId });
  await agent.stop();
  await tracing.shutdown();
  const [submitted] = collector.named("job.submit");
  const attempts = collector.named("agent.job.stage");
  assert.equal(attempts.length, 2);
  assert.equal(submitted?.attributes["rpc.response.status_code"], "OK");
  assert.equal(submitted?.attributes["straightline.job"], jobId);
  for (const attempt of attempts) {
    assert.deepEqual([attempt.traceId, attempt.parentSpanId], [submitted?.traceId, submitted?.spanId]);
    assert.equal(attempt.attributes["messaging.destination.name"], "job-runs");
    const number = attempt.attributes["straightline.job.attempt"];
    assert.equal(logs[`s.${number}`], `00-${attempt.traceId}-${attempt.spanId}-01\n`);
  }
});

test("a job that is wrong in many places is refused with all of them, and an unknown one is not found", options, async () => {
  await using nats = await startNatsServer();
  await using placement = await startTestPlacement(nats.config);
  const stages = [
    { name: "Data", command: [], kinds: ["NODE_KIND_SERVERLESS" as const], inputs: ["nothing"], retries: 11 },
    shellStage("two", ":", { outputs: ["a", "a"], gates: [{ metric: "m" }, { metric: "n", min: 2, max: 1 }] }),
  ];
  await assert.rejects(
    submitJob(placement, stages, { name: "UPPER" }),
    withCode("INVALID_REQUEST", ({ details }) => {
      const fields = (details.violations ?? []).map(({ field }) => field.replace("spec.", "")).sort();
      assert.deepEqual(fields, [
        "name",
        "stages[0].command",
        "stages[0].inputs",
        "stages[0].kinds",
        "stages[0].name",
        "stages[0].resources.cpu_millicores",
        "stages[0].resources.memory_bytes",
        "stages[0].retries",
        "stages[1].gates[0]",
        "stages[1].gates[1].max",
        "stages[1].outputs",
      ]);
    }),
  );
  const huge = shellStage("huge", `: ${"x".repeat(300_000)}`);
  await assert.rejects(
    submitJob(placement, [huge]),
    withCode("INVALID_REQUEST", ({ message }) => assert.match(message, /262144 bytes/)),
  );
  const absent = { digest: `sha256:${"0".repeat(64)}` };
  await assert.rejects(
    submitJob(placement, [shellStage("s", ":")], { source: absent, artifacts: { words: absent } }),
    withCode("INVALID_REQUEST", ({ details }) => {
      const fields = (details.violations ?? []).map(({ field }) => field);
      assert.deepEqual(fields, ["spec.artifacts.words.digest", "spec.source.digest"]);
    }),
  );
  await assert.rejects(getJob(placement, "job-1"), withCode("UNKNOWN_JOB"));
  await assert.rejects(watchJob(placement, { jobId: "job-1" }), /no job "job-1"/);
});

test("submitted twice with one key it is one job, and it waits for a node to join", options, async () => {
  await using nats = await startNatsServer();
  await using placement = await startTestPlacement(nats.config, PATIENT);
  const submit = async (script: string): Promise<string> => {
    const request = { spec: { name: "job", stages: [shellStage("s", script)] }, idempotencyKey: "once" };
    return (await call(placement.jobs.Submit.bind(placement.jobs), request)).job?.jobId ?? "";
  };
  const jobId = await submit(":");
  assert.equal(await submit(":"), jobId);
  await assert.rejects(submit("false"), withCode("IDEMPOTENCY_CONFLICT"));
  await jobWhen(placement, jobId, "its reason to wait", ({ message }) => message === "waits for a vm node to join");
  const { jobs } = await call(placement.jobs.List.bind(placement.jobs), {});
  assert.deepEqual(
    jobs.map((job) => job.jobId),
    [jobId],
  );
});

test("of many equal submits at once, to two replicas, all are told the same job", options, async () => {
  await using nats = await startNatsServer();
  await using one = await startTestPlacement(nats.config, PATIENT);
  await using two = await startTestPlacement(nats.config, PATIENT);
  const request = { spec: { name: "job", stages: [shellStage("s", ":")] }, idempotencyKey: "race" };
  const submits = [one, two, one, two, one, two].map(({ jobs }) => call(jobs.Submit.bind(jobs), request));
  const ids = (await Promise.all(submits)).map(({ job }) => job?.jobId);
  assert.equal(new Set(ids).size, 1);
});

test("the command needs NATS only for a job that brings folders along", options, async () => {
  await using mesh = await startJobMesh();
  const file = join(mesh.directory.path, "job.yaml");
  const stage = "{ name: s, command: [echo, done], resources: { cpu: 100m, memory: 64MiB } }";
  const submit = async (source: string) => {
    await writeFile(file, `{ name: job, ${source} stages: [${stage}] }`);
    const addresses = ["--placement", `127.0.0.1:${mesh.placement.port}`, "--nats", "nats://127.0.0.1:1"];
    return runCli(["job", "submit", file, ...addresses]);
  };
  const alone = await submit("");
  assert.equal(alone.code, 0, alone.stderr);
  assert.match(alone.stdout, /^s \| done$/m);
  assert.match(alone.stderr, /^submitted as (job-[0-9a-f]{16})\nCtrl-C .* straightline job cancel \1$/m);
  assert.match((await submit("source: .,")).stderr, /BUS_UNAVAILABLE: NATS at nats:\/\/127\.0\.0\.1:1 does not answer/);
});

async function artifactFile(bus: Parameters<typeof openArtifactStore>[0], digest: string, name: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "straightline-artifact-"));
  try {
    await (await openArtifactStore(bus)).fetch(digest, join(directory, "a.tgz"));
    await mkdir(join(directory, "a"));
    await unpackBundle(join(directory, "a.tgz"), join(directory, "a"));
    return (await readFile(join(directory, "a", name), "utf8")).trim();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The agent's folders of runs and records of processes are gone. */
function nothingLeft(directory: string): Promise<unknown> {
  const folders = [join(directory, "state", "stages"), join(directory, "stage-processes")];
  return eventually(() => folders.every((folder) => readdirSync(folder).length === 0), { what: "nothing to be left" });
}
