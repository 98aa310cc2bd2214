import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { inCi } from "./in-ci.js";

/** A second host on this machine: a network namespace of its own, joined to ours by a cable of two ends. */
export interface OtherHost extends Disposable {
  /** Our address on the cable. */
  readonly ours: string;
  /** The other host's address. */
  readonly address: string;
  /** A command that runs there. */
  command(program: string, ...args: string[]): [string, ...string[]];
  /** host:port of each listener there that is not on loopback. */
  listeners(): string[];
}

/** For a test's `skip`: why a host cannot be made here, or false. In CI that is an error. */
export function skipWithoutHosts(): string | false {
  try {
    makeHost()[Symbol.dispose]();
    return false;
  } catch (cause) {
    const reason = "no network namespace can be made here; it takes root and iproute2";
    if (inCi()) throw new Error(reason, { cause });
    console.error(`\n*** SKIPPED: tests across hosts: ${reason} ***\n`);
    return reason;
  }
}

/** Makes a host; disposing of it ends what still runs there, and removes it and its cable. */
export function makeHost(): OtherHost {
  // Of 198.18.0.0/15, which RFC 2544 sets apart for tests.
  const id = randomInt(1, 0xffff);
  const name = `slt-${id.toString(16)}`;
  const net = `198.18.${id >> 8}.${(id & 0xfc) | 1}`;
  const [ours, address] = [net, `${net.slice(0, net.lastIndexOf("."))}.${(id & 0xfc) | 2}`];
  const there = ["ip", "netns", "exec", name];
  ip("netns", "add", name);
  try {
    ip("link", "add", `${name}a`, "type", "veth", "peer", "name", `${name}b`, "netns", name);
    ip("addr", "add", `${ours}/30`, "dev", `${name}a`);
    ip("link", "set", `${name}a`, "up");
    ip("-n", name, "addr", "add", `${address}/30`, "dev", `${name}b`);
    for (const device of ["lo", `${name}b`]) ip("-n", name, "link", "set", device, "up");
  } catch (error) {
    ip("netns", "del", name);
    throw error;
  }
  return {
    ours,
    address,
    command: (program, ...args) => [...there, program, ...args] as [string, ...string[]],
    listeners: () =>
      execFileSync("ip", ["netns", "exec", name, "ss", "-Hltn"], { encoding: "utf8" })
        .split("\n")
        .flatMap((line) => line.trim().split(/\s+/)[3] ?? [])
        .filter((local) => !local.startsWith("127.") && !local.startsWith("[::1]")),
    [Symbol.dispose]() {
      const left = execFileSync("ip", ["netns", "pids", name], { encoding: "utf8" })
        .split("\n")
        .filter((pid) => pid !== "");
      for (const pid of left) kill(Number(pid));
      ip("netns", "del", name);
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}
