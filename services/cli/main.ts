#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { StraightLineError } from "../common/errors/index.js";
import { endWithReader } from "../common/tool/index.js";
import { connectPlacement } from "./client.js";
import { apps } from "./commands/apps.js";
import { registerConfigCommands } from "./commands/config-file.js";
import { type CommandContext, createContext } from "./commands/context.js";
import { type DeployOptions, deploy, deployArguments, plan, watch } from "./commands/deploy.js";
import { get, rollback, scale, undeploy } from "./commands/desired.js";
import { cancelJob, type FetchOptions, fetchArtifact, getJob, listJobs, type SubmitOptions, submitJob } from "./commands/job.js";
import { jobLogs, watchJob } from "./commands/job-watch.js";
import { nodes, setScheduling } from "./commands/nodes.js";
import { explain, formatRefusalTrace, type PlaceArguments, place } from "./commands/place.js";
import { shadow } from "./commands/shadow.js";
import { agentDaemon, type DaemonName, daemonEntry } from "./daemons.js";
import { EXIT, exitCodeOf } from "./exit-codes.js";
import { registerIdentityCommands } from "./identity/commands.js";
import { printable } from "./output.js";
import { DEFAULT_JAEGER_URL, jaegerPage } from "./trace-link.js";
import { runUp } from "./up/index.js";

interface ConnectionOptions {
  readonly placement: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly json?: boolean;
}

const program = new Command("straightline")
  .description("Places every machine-learning request on the VM, container or function that answers it soonest.")
  .exitOverride()
  .configureHelp({ sortSubcommands: false });

/** Runs one command against the placement service and sets the exit code: the one that the command gives, else 0. */
async function withApi(options: ConnectionOptions, run: (context: CommandContext) => Promise<unknown>): Promise<void> {
  const api = connectPlacement(options.placement, options);
  endWithReader(process);
  try {
    const code = await run(createContext(api, options.json === true, console.log));
    process.exitCode = typeof code === "number" ? code : EXIT.ok;
  } finally {
    api.close();
  }
}

/** Ends the process once all that was said has been written, whatever a service that does not answer still holds open. */
async function exitWith(code: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) await new Promise((written) => stream.write("", written));
  process.exit(code);
}

/** The option of commands that link to a trace. */
const JAEGER_URL = [
  "--jaeger-url <url>",
  `Jaeger's page; empty: ${DEFAULT_JAEGER_URL} where it answers`,
  process.env["STRAIGHTLINE_JAEGER_URL"] ?? "",
] as const;

function apiCommand(name: string, description: string, parent: Command = program): Command {
  return parent
    .command(name)
    .description(description)
    .option("--placement <address>", "placement service", process.env["STRAIGHTLINE_PLACEMENT"] ?? "127.0.0.1:7070")
    .option("--ca-file <file>", "CA of the placement service (PEM); empty: plaintext", "")
    .option("--cert-file <file>", "client certificate (PEM)", "")
    .option("--key-file <file>", "client key (PEM)", "")
    .option("--json", "print JSON");
}

/** Bundles and artifacts go to NATS themselves. */
function natsCommand(command: Command): Command {
  return command
    .option("--nats <servers>", "NATS, for bundles", process.env["STRAIGHTLINE_NATS_SERVERS"] ?? "nats://127.0.0.1:4222")
    .option("--nats-credentials-file <file>", "NATS credentials", process.env["STRAIGHTLINE_NATS_CREDENTIALS_FILE"] ?? "")
    .option("--nats-ca-file <file>", "CA of NATS (PEM)", process.env["STRAIGHTLINE_NATS_CA_FILE"] ?? "");
}

const nodesCommand = apiCommand("nodes", "nodes with health, age of telemetry and use").action((options: ConnectionOptions) =>
  withApi(options, nodes),
);
registerIdentityCommands(program, nodesCommand);
registerConfigCommands(program);
apiCommand("apps", "applications, form by form").action((options: ConnectionOptions) => withApi(options, apps));
apiCommand("plan <file>", "what deploy would do; exits 0 for nothing, 1 for changes, 2 when it does not fit").action(
  (file: string, options: ConnectionOptions) => withApi(options, (context) => plan(context, file)),
);
natsCommand(apiCommand("deploy <file>", "deploy an application from its manifest"))
  .option("--no-wait", "do not wait for the rollout")
  .option("--wait-timeout <duration>", "longest wait for the rollout", "10m")
  .option(...JAEGER_URL)
  .action((file: string, options: ConnectionOptions & DeployOptions) =>
    withApi(options, (context) => deploy(context, file, deployArguments(options))),
  );
apiCommand("get <app>", "one application with its instances").action((name: string, options: ConnectionOptions) =>
  withApi(options, (context) => get(context, name)),
);
apiCommand("watch <app>", "follow one application").action((name: string, options: ConnectionOptions) =>
  withApi(options, (context) => watch(context, name)),
);
apiCommand("scale <app> <kind> <count>", "keep COUNT instances of a form, or MIN..MAX to follow the load").action(
  (name: string, kind: string, count: string, options: ConnectionOptions) =>
    withApi(options, (context) => scale(context, name, kind, count)),
);
apiCommand("rollback <app>", "go back to an earlier revision that was ready")
  .option("--to <generation>", "which; 0: the newest", "0")
  .action((name: string, options: ConnectionOptions & { readonly to: string }) =>
    withApi(options, (context) => rollback(context, name, options.to)),
  );
apiCommand("undeploy <app>", "remove an application and stop its instances").action((name: string, options: ConnectionOptions) =>
  withApi(options, (context) => undeploy(context, name)),
);
apiCommand("place", "where a request goes, and why")
  .requiredOption("--app <name>", "application")
  .requiredOption("--bytes <size>", "size of the data, for example 2048 or 64KiB")
  .option("--policy <name>", "another policy for this request", "")
  .option("--dry-run", "decide only; reserve nothing", false)
  .option("--explain", "print the whole trace", false)
  .option("--lease-token", "print the secret that opens the front of the instance's node for this placement", false)
  .action((options: ConnectionOptions & PlaceArguments) => withApi(options, (context) => place(context, options)));
apiCommand("shadow", "how the policy in shadow compares with the active one").action((options: ConnectionOptions) =>
  withApi(options, shadow),
);
apiCommand("explain <placement-id>", "a past decision, whole, with a link to its trace")
  .option(...JAEGER_URL)
  .action((id: string, options: ConnectionOptions & { readonly jaegerUrl: string }) =>
    withApi(options, (context) => explain(context, id, jaegerPage(options.jaegerUrl))),
  );
for (const [verb, description] of [
  ["cordon", "give a node nothing new"],
  ["uncordon", "take a cordon or drain back"],
  ["drain", "cordon a node and move its instances"],
] as const) {
  apiCommand(`${verb} <node-id>`, description).action((id: string, options: ConnectionOptions) =>
    withApi(options, (context) => setScheduling(context, verb, id)),
  );
}

const jobs = program.command("job").description("model development: stages that run one after the other on the fleet");
natsCommand(apiCommand("submit <file>", "submit a job from its manifest and follow it to its end", jobs))
  .option("--no-wait", "print the job's id and do not follow it")
  .option("--idempotency-key <key>", "submitted twice with one key it is one job", "")
  .action((file: string, options: ConnectionOptions & SubmitOptions) =>
    withApi(options, (context) => submitJob(context, file, options)),
  );
apiCommand("list", "jobs, the newest first", jobs).action((options: ConnectionOptions) => withApi(options, listJobs));
apiCommand("get <job-id>", "one job, stage by stage", jobs).action((id: string, options: ConnectionOptions) =>
  withApi(options, (context) => getJob(context, id)),
);
apiCommand("watch <job-id>", "follow a job and its logs to its end; exits 0 when it succeeds", jobs).action(
  (id: string, options: ConnectionOptions) => withApi(options, (context) => watchJob(context, id)),
);
apiCommand("logs <job-id>", "what a job's stages have written so far", jobs)
  .option("--stage <name>", "of one stage alone", "")
  .action((id: string, options: ConnectionOptions & { readonly stage: string }) =>
    withApi(options, (context) => jobLogs(context, id, options.stage)),
  );
apiCommand("cancel <job-id>", "end a job", jobs).action((id: string, options: ConnectionOptions) =>
  withApi(options, (context) => cancelJob(context, id)),
);
natsCommand(apiCommand("fetch <job-id> <artifact>", "write what a stage has made to a file, as tar+gzip", jobs))
  .requiredOption("--output <file>", "file to write")
  .action((id: string, artifact: string, options: ConnectionOptions & FetchOptions) =>
    withApi(options, (context) => fetchArtifact(context, id, artifact, options)),
  );

/** Daemons read their own configuration from what follows the command's name, so it is passed on unread. */
function daemonCommand(
  name: string,
  description: string,
  resolve: (args: string[]) => { name: DaemonName; args: string[] },
): void {
  program
    .command(name)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument("[arguments...]")
    .action(async (args: string[]) => {
      const daemon = resolve(args);
      const entry = daemonEntry(daemon.name);
      process.argv = [process.argv[0] as string, entry, ...daemon.args];
      await import(entry);
    });
}

daemonCommand("placement", "run the placement service", (args) => ({ name: "placement", args }));
daemonCommand("gateway", "run the gateway", (args) => ({ name: "gateway", args }));
daemonCommand("agent", "run an agent: --kind vm|container|serverless", agentDaemon);
daemonCommand("model-server", "run the reference model server", (args) => ({ name: "model-server", args }));
daemonCommand("calibrate", "fit F and D to measured requests", (args) => ({ name: "calibrate", args }));
daemonCommand("replay", "make recorded decisions again", (args) => ({ name: "replay", args }));
daemonCommand("simulate", "run policies over scenarios in virtual time", (args) => ({ name: "simulate", args }));

program
  .command("up")
  .description("start the whole mesh on this machine, deploy the sample and send it real images")
  .helpOption(false)
  .allowUnknownOption()
  .allowExcessArguments()
  .argument("[arguments...]")
  .action(async (args: string[]) => {
    // All that was started has been stopped; a wait that is still bounded by its own time must not hold the terminal.
    process.exit(await runUp({ args, env: process.env, process }));
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    const known = StraightLineError.from(error);
    console.error(`error: ${known.code}: ${printable(known.message)}`);
    if (known.code === "INTERNAL") console.error(known.cause);
    const trace = formatRefusalTrace(known);
    if (trace !== undefined) console.error(printable(trace));
    await exitWith(exitCodeOf(known));
  }
}
