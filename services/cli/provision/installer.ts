import { StraightLineError } from "../../common/errors/index.js";
import type { Command, CommandRunner } from "./command.js";
import { inspectMachine, type Machine } from "./machine.js";
import { type Component, planInstall } from "./packages.js";

/** May programs be installed? `ask`: where there is somebody to ask, else yes. */
export type InstallMode = "ask" | "always" | "never";

/** What an installer is made of. */
export interface InstallerOptions {
  readonly mode: InstallMode;
  /** Asks the user; absent: there is no terminal, and `ask` means yes. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Prints one line for the user. */
  readonly print: (line: string) => void;
  readonly runner: CommandRunner;
  readonly now: () => number;
  /** A test's own; default: looks at this machine. */
  readonly inspect?: typeof inspectMachine;
}

/** Installs programs from the distribution; asks at most once, whatever number of programs is missing. */
export interface Installer {
  readonly runner: CommandRunner;
  readonly print: (line: string) => void;
  machine(): Promise<Machine>;
  /** Rejects with COMPONENT_MISSING that says why it is not installed. */
  install(component: Component): Promise<void>;
}

/** Creates an installer; the machine is looked at when it is first needed. */
export function createInstaller({ mode, confirm, print, runner, now, inspect = inspectMachine }: InstallerOptions): Installer {
  let machine: Promise<Machine> | undefined;
  let consent: Promise<boolean> | undefined;
  const lookOnce = (): Promise<Machine> => {
    machine ??= inspect(runner, now);
    return machine;
  };
  return {
    runner,
    print,
    machine: lookOnce,
    async install(component) {
      if (mode === "never") throw missing(component, "installing is switched off");
      const plan = planInstall(component, await lookOnce());
      if (plan.type === "impossible") throw missing(component, plan.reason);
      if (mode === "ask" && confirm !== undefined) consent ??= confirm(question(await lookOnce()));
      if ((await consent) === false) throw missing(component, "the answer was not to install it");
      for (const command of plan.commands) await runStep(component, command, runner, print);
    },
  };
}

function question({ packageManager }: Machine): string {
  return `StraightLine needs nats-server and, for containers, a Docker Engine. Install what is missing with ${packageManager}?`;
}

async function runStep(
  component: Component,
  command: Command,
  runner: CommandRunner,
  print: (line: string) => void,
): Promise<void> {
  const line = command.argv.join(" ");
  print(`$ ${line}`);
  const outcome = await runner.run(command);
  if (outcome.type === "exited" && outcome.exitCode === 0) return;
  const how = outcome.type === "timedOut" ? `took longer than ${command.timeoutMs / 1000} s` : `failed (${ending(outcome)})`;
  throw missing(component, `\`${line}\` ${how}:\n${outcome.tail}\n`);
}

function ending(outcome: { readonly type: string; readonly exitCode?: number }): string {
  return outcome.exitCode === undefined ? "it could not be started" : `exit code ${outcome.exitCode}`;
}

/** How a user gets the component without us. */
const REMEDIES: Readonly<Record<Component, string>> = {
  "nats-server":
    "Install the package nats-server, or download the program from https://nats.io/download and put it on PATH or name it in the configuration",
  docker: "Install Docker from https://docs.docker.com/engine/install and start it",
};

function missing(component: Component, reason: string): StraightLineError {
  const separator = reason.endsWith("\n") ? "" : ". ";
  return new StraightLineError(
    "COMPONENT_MISSING",
    `${component} is not installed: ${reason}${separator}${REMEDIES[component]}`,
    { details: { metadata: { component } } },
  );
}
