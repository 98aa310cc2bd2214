import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { causeChain, StraightLineError } from "../../common/errors/index.js";
import { createLogger, createTracing, processResource, SPAN } from "../../common/observe/index.js";
import { type SampleImage, sampleImages } from "../../common/sample/index.js";
import { programVersion } from "../../common/version/index.js";
import { aborted } from "../aborted.js";
import { createContext } from "../commands/context.js";
import { deploy } from "../commands/deploy.js";
import { EXIT, exitCodeOf } from "../exit-codes.js";
import { readManifestFile } from "../manifest/index.js";
import { printable } from "../output.js";
import { createCommandRunner } from "../provision/index.js";
import { traceLink } from "../trace-link.js";
import { loadUpConfig, type UpConfig } from "./config.js";
import { hints, ownTries, sampleTries } from "./hints.js";
import { logDirectoryIn, type Mesh, startMesh, type Undo } from "./mesh.js";
import { createPrinter, type Printer } from "./print.js";
import { SAMPLE_APPLICATION, sampleApplication, uploadSample, waitReady } from "./sample.js";
import { createTraffic, phases, type RequestRow, summarise, type Traffic } from "./traffic.js";

/** The part of `process` that `up` needs. */
export interface UpProcess {
  on(event: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
  cwd(): string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** What `up` is given. */
export interface UpOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly process: UpProcess;
}

/** A demonstration that ends by itself takes the traces along. */
const TRACES_END = "Jaeger ends here, and the links with it: without --demo it stays until Ctrl-C.";

/** `straightline up`: resolves to the exit code after everything that was started has been stopped. */
export async function runUp({ args, env, process }: UpOptions): Promise<number> {
  const config = loadUpConfig(args, env);
  const printer = createPrinter(
    config.json,
    (line) => process.stdout.write(`${config.json ? line : printable(line)}\n`),
    (line) => process.stderr.write(`${printable(line)}\n`),
  );
  const stop = new AbortController();
  // A terminal's Ctrl-C may come twice, once of it passed on by npm: the same wish.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  // A reader that has gone (`up | head`) is a wish to stop as well; unheard, it would end this process and leave the mesh running.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop.abort());
  const undo: Undo[] = [];
  try {
    return await whileUp({ config, env, process, printer, signal: stop.signal }, (step) => undo.push(step));
  } catch (error) {
    if (stop.signal.aborted) return config.demo ? EXIT.interrupted : EXIT.ok;
    const known = StraightLineError.from(error);
    printer.say(`error: ${known.code}: ${known.message}`);
    if (known.code === "INTERNAL") printer.say(causeChain(error).join(": "));
    return exitCodeOf(known);
  } finally {
    const tells = !config.demo && undo.length > 0;
    if (tells) printer.say("\nStopping ...");
    for (const step of undo.reverse()) await runUndo(step, printer);
    if (tells) printer.say("Stopped.");
  }
}

/** A step that fails must not keep the others from being undone. */
async function runUndo(step: Undo, printer: Printer): Promise<void> {
  try {
    await step();
  } catch (error) {
    printer.say(`while stopping: ${causeChain(error).join(": ")}`);
  }
}

interface Running {
  readonly config: UpConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly process: UpProcess;
  readonly printer: Printer;
  readonly signal: AbortSignal;
}

async function whileUp(running: Running, onStarted: (undo: Undo) => void): Promise<number> {
  const { config, printer, signal } = running;
  // What is wrong with the user's manifest is told before anything is started.
  const own = config.app === "" ? undefined : await readManifestFile(config.app);
  const runDirectory = await mkdtemp(join(tmpdir(), "straightline-up-"));
  let keepsLogs = false;
  onStarted(() => clear(runDirectory, keepsLogs, printer));
  try {
    const code = await showMesh(own?.name, runDirectory, running, onStarted);
    keepsLogs = code !== EXIT.ok;
    return code;
  } catch (error) {
    keepsLogs = !signal.aborted;
    throw error;
  }
}

/** Removes what was written for a run; of one that has failed the logs stay. */
async function clear(runDirectory: string, keepsLogs: boolean, printer: Printer): Promise<void> {
  const logDirectory = logDirectoryIn(runDirectory);
  const kept = keepsLogs && existsSync(logDirectory);
  const paths = kept ? (await readdir(runDirectory)).map((name) => join(runDirectory, name)) : [runDirectory];
  const removed = paths.filter((path) => path !== logDirectory);
  for (const path of removed) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  if (kept) printer.say(`Logs      kept in ${logDirectory}`);
}

async function showMesh(
  ownName: string | undefined,
  runDirectory: string,
  running: Running,
  onStarted: (undo: Undo) => void,
): Promise<number> {
  const { config, env, process, printer, signal } = running;
  // Not raced against the signal, which it heeds itself: all that was started must be known before it is undone.
  const mesh = await startMesh(
    { config, env, runDirectory, runner: createCommandRunner(env), confirm: confirmIn(process), say: printer.say, signal },
    onStarted,
  );
  const showing = ownName === undefined ? showSample(mesh, running) : showOwn(ownName, mesh, running);
  const { code, tries } = await Promise.race([showing, mesh.failed, aborted(signal)]);
  if (config.demo && mesh.traces.isOurs) printer.say(TRACES_END);
  if (config.demo) return code;
  printer.say(hints(tries, mesh.natsServers));
  await Promise.race([aborted(signal).catch(() => undefined), mesh.failed]);
  return EXIT.ok;
}

/** What has been shown, and what may be tried next. */
interface Shown {
  readonly code: number;
  readonly tries: readonly string[];
}

async function showSample(mesh: Mesh, running: Running): Promise<Shown> {
  const { config, process, printer } = running;
  const rows = await demonstrate(mesh, running);
  const summary = summarise(rows);
  printer.summary(summary);
  const placementId = rows.find((row) => row.error === undefined)?.placementId ?? "<placement id>";
  const tries = sampleTries(config, mesh.traces.jaegerUrl, placementId, process.cwd());
  return { code: summary.failed === 0 ? EXIT.ok : EXIT.failure, tries };
}

/** Deploys the user's application as `straightline deploy` does. */
async function showOwn(name: string, { api, natsServers, traces }: Mesh, { config, process }: Running): Promise<Shown> {
  const context = createContext(api, config.json, (text) => process.stdout.write(`${text}\n`));
  const nats = { servers: natsServers, credentialsFile: "", caFile: "" };
  const jaeger = { url: traces.jaegerUrl, isNamed: false };
  const waiting = { wait: true, waitTimeoutMs: config.readyTimeoutMs, goesOn: !config.demo, jaeger };
  const code = await deploy(context, config.app, { ...nats, ...waiting });
  return { code, tries: ownTries(config, name, process.cwd()) };
}

/** Deploys the sample, classifies a first image as soon as one form is ready, then runs every phase. */
async function demonstrate(mesh: Mesh, { config, printer, signal }: Running): Promise<RequestRow[]> {
  const images = await sampleImages();
  const bundle = await uploadSample(mesh.natsServers, createLogger("up", "silent"));
  const { deployment, call } = mesh.api;
  // The root of the deploy's trace ends when every form is ready.
  const { otlpEndpoint, jaegerUrl } = mesh.traces;
  const resource = processResource({ serviceName: "straightline-up", version: programVersion() });
  const tracing = await createTracing({ resource, otlpEndpoint, sampleRatio: 1 });
  const deploying = tracing.start(SPAN.upDeploy, { role: "client" });
  await call(
    deployment.deploy.bind(deployment),
    { application: sampleApplication(bundle, mesh.kinds) },
    { traceparent: deploying.traceparent },
  );
  const link = jaegerUrl === "" ? "" : `  ${traceLink(jaegerUrl, deploying.traceId)}`;
  printer.say(`Deployed  ${SAMPLE_APPLICATION} as ${mesh.kinds.join(", ")}${link}`);
  const traffic = createTraffic(`http://127.0.0.1:${config.httpPort}`, SAMPLE_APPLICATION, config.sizeThresholdBytes, jaegerUrl);
  await waitReady(mesh.api, 1, config.readyTimeoutMs, signal);
  printer.header();
  const rows = [await sendFirst(traffic, images, printer)];
  await waitReady(mesh.api, mesh.kinds.length, config.readyTimeoutMs, signal);
  deploying.end();
  await tracing.shutdown();
  for (const phase of phases(config.frequencyThreshold)) {
    if (!config.json) printer.say(`-- ${phase.name}: ${phase.shows}`);
    const onRow = (row: RequestRow): void => {
      rows.push(row);
      printer.row(row);
    };
    await traffic.run(phase, images, onRow, signal);
  }
  return rows;
}

async function sendFirst(traffic: Traffic, images: readonly SampleImage[], printer: Printer): Promise<RequestRow> {
  const row = await traffic.send("first", images[0] as SampleImage);
  printer.row(row);
  return row;
}

/** A question on the terminal; undefined where there is none. */
function confirmIn({ stdin, stderr }: UpProcess): ((question: string) => Promise<boolean>) | undefined {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return async (question) => {
    const prompt = createInterface({ input: stdin, output: stderr });
    try {
      return /^(y|yes|)$/i.test((await prompt.question(`${question} [Y/n] `)).trim());
    } finally {
      prompt.close();
    }
  };
}
