import type { Application } from "../../../proto/gen/straightline/v1/Application.js";
import { type NatsConfig, parseDurationMs } from "../../common/config/index.js";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import { EXIT } from "../exit-codes.js";
import { type PackedBundle, packBundleOf, readManifestFile, toApplication } from "../manifest/index.js";
import { createProgress, tellingWait } from "../progress.js";
import { findTraceLink, type JaegerPage, jaegerPage } from "../trace-link.js";
import { formatApplication, formatPlan, readyLine, rolloutLine } from "./application-text.js";
import { type NatsOptions, natsOf, upload, withArtifacts } from "./artifacts.js";
import { type CommandContext, show } from "./context.js";
import { followApplication } from "./follow-application.js";
import { followRollout, isRolledOut, type RolloutWait } from "./follow-rollout.js";
import { tellOutages } from "./outages.js";
import { createSilenceTeller } from "./silence.js";

/** Arguments of `straightline deploy`. */
export interface DeployArguments extends NatsConfig, RolloutWait {
  readonly wait: boolean;
  /** For the link to the deploy's trace. */
  readonly jaeger: JaegerPage;
}

/** The same as they stand on the command line. */
export interface DeployOptions extends NatsOptions {
  readonly wait: boolean;
  readonly waitTimeout: string;
  readonly jaegerUrl: string;
}

/** Reads the options; throws INVALID_REQUEST. */
export function deployArguments(options: DeployOptions): DeployArguments {
  const { wait, waitTimeout } = options;
  const jaeger = jaegerPage(options.jaegerUrl);
  try {
    const waitTimeoutMs = parseDurationMs(waitTimeout);
    return { ...natsOf(options), wait, waitTimeoutMs, goesOn: true, jaeger };
  } catch (error) {
    throw invalidField("--wait-timeout", error instanceof Error ? error.message : String(error));
  }
}

/** Exit code of `plan` when something would change; 0: nothing, 2: it does not fit. */
const PLAN_EXIT = { unchanged: 0, changes: 1, doesNotFit: 2 } as const;

/** `straightline plan FILE`: what deploy would do. Resolves to the exit code. */
export async function plan(context: CommandContext, file: string): Promise<number> {
  const manifest = await readManifestFile(file);
  await using bundle = await packBundleOf(file, manifest);
  const { deployment, call } = context.api;
  const response = await call(deployment.plan.bind(deployment), { application: toApplication(manifest, factsOf(bundle)) });
  show(context, response, formatPlan);
  if (!response.fits) return PLAN_EXIT.doesNotFit;
  return response.changes ? PLAN_EXIT.changes : PLAN_EXIT.unchanged;
}

/** `straightline deploy FILE`: uploads the bundle, deploys, and waits until the rollout has ended. Resolves to the exit code. */
export async function deploy(context: CommandContext, file: string, args: DeployArguments): Promise<number> {
  const manifest = await readManifestFile(file);
  const progress = createProgress(process.stderr);
  await using bundle = await packBundleOf(file, manifest);
  if (bundle !== undefined) {
    await tellingWait(progress, "NATS to store the bundle", (watched) =>
      withArtifacts(args, (store) => upload(store, bundle, "bundle", watched)),
    );
  }
  const application = toApplication(manifest, factsOf(bundle));
  const { status, changed } = await tellingWait(progress, "the placement service", () => send(context, application));
  progress.line(changed ? `deployed as generation ${status.generation}` : `generation ${status.generation} is deployed as asked`);
  const waits = args.wait && (changed || status.rollout?.phase === "ROLLOUT_PHASE_PROGRESSING");
  const last = waits ? await followRollout(context.api, status, args, progress) : status;
  const link = await findTraceLink(args.jaeger, last.traceId, (line) => progress.line(line));
  if (link !== "") progress.line(`trace ${link}`);
  progress.end();
  show(context, last, formatApplication);
  return !waits || isRolledOut(last, status.generation) ? EXIT.ok : EXIT.failure;
}

function factsOf(bundle: PackedBundle | undefined) {
  return bundle && { digest: bundle.digest, sizeBytes: bundle.sizeBytes };
}

async function send({ api }: CommandContext, application: Application) {
  const { status, changed } = await api.call(api.deployment.deploy.bind(api.deployment), { application });
  if (status === null) throw new StraightLineError("INTERNAL", "an answer without a status");
  return { status, changed };
}

/** `straightline watch NAME`: the application whenever something of it changes, until interrupted. */
export async function watch({ api, json, print }: CommandContext, name: string): Promise<void> {
  let told = "";
  const { line } = createProgress(process.stderr);
  const tellSilence = createSilenceTeller(line);
  using _outages = tellOutages(api, line);
  for await (const status of followApplication(api, name)) {
    tellSilence(status);
    const text = json ? JSON.stringify(status) : `${rolloutLine(status)}: ${readyLine(status)}`;
    // What has changed may be of no concern to people.
    if (text !== told) print(json ? text : `${new Date().toISOString()}  ${text}`);
    told = text;
  }
}
