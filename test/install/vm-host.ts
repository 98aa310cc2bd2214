import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "../support/eventually.js";
import { type Outcome, runProgram, type TestHost } from "./host.js";
import { VM_GATEWAY } from "./site.js";

const execute = promisify(execFile);
/** Emulated and on a loaded machine. */
const BOOT_TIMEOUT_MS = 180_000;
const CONNECT_TIMEOUT_S = 20;
const CONNECT_TRIES = 4;

/** A virtual machine, and the address at which this machine reaches the port of its agent's front. */
export interface VmHost extends TestHost {
  readonly address: string;
}

/** Default port of the front of a `vm` agent. */
const FRONT_PORT = 7072;

/** A virtual machine of 2 processors and 1.5 GiB with a disk of its own, made from a Debian. */
export async function startVmHost(root: string): Promise<VmHost> {
  const directory = await mkdtemp(join(tmpdir(), "straightline-vm-"));
  const disk = join(directory, "disk.img");
  await execute("mkfs.ext4", ["-q", "-d", root, disk, "3G"]);
  const [port] = (await freePorts("127.0.0.1", 1)) as [number];
  // All of 127.0.0.0/8 is this machine: an address of its own for the port that the agent takes by default.
  const address = `127.${randomInt(1, 255)}.${randomInt(255)}.${randomInt(1, 255)}`;
  const forwards = [`127.0.0.1:${port}-:22`, `${address}:${FRONT_PORT}-:${FRONT_PORT}`];
  const console_ = join(directory, "console.log");
  const ssh = ["-i", `${root}.key`, "-p", String(port), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
  const quiet = ["-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "-o", `ConnectTimeout=${CONNECT_TIMEOUT_S}`];
  const attempt = (command: string): Promise<Outcome> => runProgram("ssh", [...ssh, ...quiet, "root@127.0.0.1", command]);
  const run = async (command: string): Promise<Outcome> => {
    for (let left = CONNECT_TRIES; ; left--) {
      const outcome = await attempt(command);
      // Where ssh itself gave up before the command began, it can be tried again.
      if (left <= 1 || outcome.code !== 255 || !/banner exchange/.test(outcome.output)) return outcome;
    }
  };
  let machine: ChildProcess | undefined;
  const end = async (): Promise<void> => {
    const running = machine;
    machine = undefined;
    if (running === undefined || running.exitCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  const boot = async (): Promise<void> => {
    machine = spawn("qemu-system-x86_64", await qemuArguments(root, disk, forwards, console_), { stdio: "ignore" });
    const up = async (): Promise<boolean> => {
      if (machine?.exitCode !== null) throw new Error(`the virtual machine has ended: ${await readFile(console_, "utf8")}`);
      return (await attempt("true")).code === 0;
    };
    await eventually(up, { what: "ssh of the virtual machine", timeoutMs: BOOT_TIMEOUT_MS, pollMs: 500 });
  };
  await boot();
  return {
    gateway: VM_GATEWAY,
    address,
    run,
    async cutPower() {
      await end();
      await boot();
    },
    async [Symbol.asyncDispose]() {
      await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function qemuArguments(root: string, disk: string, forwards: readonly string[], console_: string): Promise<string[]> {
  const files = await readdir(join(root, "boot"));
  const boot = (prefix: string): string => join(root, "boot", files.find((name) => name.startsWith(prefix)) ?? prefix);
  return [
    // Emulation is slow and works everywhere; where virtualisation is nested, kvm may hang.
    ...["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1536", "-display", "none", "-no-reboot"],
    ...["-kernel", boot("vmlinuz-"), "-initrd", boot("initrd.img-"), "-append", "root=/dev/vda rw console=ttyS0 quiet"],
    ...["-drive", `file=${disk},format=raw,if=virtio`, "-serial", `file:${console_}`],
    ...["-nic", ["user,model=virtio-net-pci", ...forwards.map((forward) => `hostfwd=tcp:${forward}`)].join(",")],
  ];
}
