import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import type { CommandOutcome, CommandRunner } from "./command.js";
import { createInstaller, type InstallerOptions } from "./installer.js";
import type { Machine } from "./machine.js";
import { ensureNatsServer } from "./nats-server.js";

const DEBIAN: Machine = { packageManager: "apt-get", rights: "root", init: "none", packageListsStale: true };

/** A Debian without nats-server, where installing it puts it on PATH. */
function debian(outcome: CommandOutcome = { type: "exited", exitCode: 0, tail: "" }) {
  const ran: string[] = [];
  const runner: CommandRunner = {
    find: async (program) => {
      const installed = ran.some((line) => line.includes("install"));
      return program === "apt-get" || (program === "nats-server" && installed) ? `/usr/bin/${program}` : undefined;
    },
    run: async ({ argv }) => {
      if (argv.includes("apt-get")) ran.push(argv.join(" "));
      return outcome;
    },
  };
  return { runner, ran };
}

function installerOf(runner: CommandRunner, changes: Partial<InstallerOptions> = {}) {
  const printed: string[] = [];
  const print = (line: string): void => {
    printed.push(line);
  };
  return {
    printed,
    installer: createInstaller({ mode: "ask", print, runner, now: Date.now, inspect: async () => DEBIAN, ...changes }),
  };
}

function missing(text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof StraightLineError && error.code === "COMPONENT_MISSING" && text.test(error.message);
}

describe("ensureNatsServer", () => {
  it("uses the configured program", async () => {
    const { installer } = installerOf(debian().runner);
    assert.equal(await ensureNatsServer(process.execPath, installer), process.execPath);
  });

  it("does not look elsewhere when the configured program is not there", async () => {
    const { runner, ran } = debian();
    await assert.rejects(ensureNatsServer("/no/such/nats-server", installerOf(runner).installer), missing(/correct the path/));
    assert.deepEqual(ran, []);
  });

  it("without a terminal goes ahead, and prints each command before it runs", async () => {
    const { runner, ran } = debian();
    const { installer, printed } = installerOf(runner);
    assert.equal(await ensureNatsServer("", installer), "/usr/bin/nats-server");
    assert.deepEqual(
      printed,
      ran.map((line) => `$ ${line}`),
    );
    assert.match(ran.at(-1) ?? "", /install -y --no-install-recommends nats-server$/);
  });

  it("installs nothing when that is switched off", async () => {
    const { runner, ran } = debian();
    const { installer } = installerOf(runner, { mode: "never" });
    await assert.rejects(ensureNatsServer("", installer), missing(/switched off.*https:\/\/nats.io\/download/));
    assert.deepEqual(ran, []);
  });

  it("tells the last lines of a command that fails", async () => {
    const { runner } = debian({ type: "exited", exitCode: 100, tail: "E: Unable to locate package nats-server" });
    await assert.rejects(ensureNatsServer("", installerOf(runner).installer), missing(/exit code 100.*Unable to locate/s));
  });

  it("tells of a command that runs out of time", async () => {
    const { runner } = debian({ type: "timedOut", tail: "0% [Connecting to deb.debian.org]" });
    await assert.rejects(ensureNatsServer("", installerOf(runner).installer), missing(/longer than \d+ s.*Connecting/s));
  });
});

describe("createInstaller", () => {
  it("asks once for both components, and keeps the answer", async () => {
    const { runner, ran } = debian();
    const questions: string[] = [];
    const confirm = async (question: string): Promise<boolean> => questions.push(question) < 0;
    const { installer } = installerOf(runner, { confirm });
    await assert.rejects(installer.install("nats-server"), missing(/the answer was not to/));
    await assert.rejects(installer.install("docker"), missing(/the answer was not to/));
    assert.equal(questions.length, 1);
    assert.match(questions[0] ?? "", /nats-server and, for containers, a Docker Engine.*apt-get/);
    assert.deepEqual(ran, []);
  });

  it("does not ask where the configuration says always", async () => {
    const { runner, ran } = debian();
    const confirm = (): Promise<boolean> => Promise.reject(new Error("it asked"));
    await installerOf(runner, { mode: "always", confirm }).installer.install("docker");
    assert.match(ran.at(-1) ?? "", /docker.io iptables/);
  });
});
