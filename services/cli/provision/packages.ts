import type { Command } from "./command.js";
import type { Machine, PackageManager } from "./machine.js";

/** Programs that can be installed from the distribution. */
export type Component = "nats-server" | "docker";

/** Packages of a component by package manager; absent: the manager has none that would do. */
const PACKAGES: Readonly<Record<Component, Partial<Record<PackageManager, readonly string[]>>>> = {
  "nats-server": { "apt-get": ["nats-server"], dnf: ["nats-server"], apk: ["nats-server"], brew: ["nats-server"] },
  // iptables and ca-certificates are only recommended by docker.io; without them there is no bridge network and no pull.
  docker: { "apt-get": ["docker.io", "iptables", "ca-certificates"], dnf: ["moby-engine"], apk: ["docker"] },
};

const UPDATE_TIMEOUT_MS = 180_000;
const INSTALL_TIMEOUT_MS = 600_000;

/** Why a component cannot be installed, or the commands that do it, in order. */
export type InstallPlan =
  | { readonly type: "impossible"; readonly reason: string }
  | { readonly type: "commands"; readonly commands: readonly Command[] };

/** The commands that install a component on a machine. */
export function planInstall(component: Component, machine: Machine): InstallPlan {
  const manager = machine.packageManager;
  if (manager === undefined) return { type: "impossible", reason: "no known package manager (apt-get, dnf, apk, brew) is here" };
  const packages = PACKAGES[component][manager];
  if (packages === undefined) return { type: "impossible", reason: `${manager} has no package of it` };
  if (manager === "brew")
    return { type: "commands", commands: [{ argv: ["brew", "install", ...packages], timeoutMs: INSTALL_TIMEOUT_MS }] };
  if (machine.rights === "none") {
    return { type: "impossible", reason: `${manager} needs root or passwordless sudo, and this user has neither` };
  }
  const commands = systemCommands(manager, packages, machine.packageListsStale);
  return { type: "commands", commands: machine.rights === "sudo" ? commands.map(withSudo) : commands };
}

function systemCommands(manager: PackageManager, packages: readonly string[], stale: boolean): Command[] {
  if (manager === "dnf") return [{ argv: ["dnf", "install", "-y", ...packages], timeoutMs: INSTALL_TIMEOUT_MS }];
  if (manager === "apk") return [{ argv: ["apk", "add", ...packages], timeoutMs: INSTALL_TIMEOUT_MS }];
  // env, since sudo does not hand on the caller's environment.
  const apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
  const install = {
    argv: [...apt, "install", "-y", "--no-install-recommends", ...packages],
    timeoutMs: INSTALL_TIMEOUT_MS,
  };
  return stale ? [{ argv: [...apt, "update"], timeoutMs: UPDATE_TIMEOUT_MS }, install] : [install];
}

/** The same command as root, by sudo that asks for no password. */
export function withSudo(command: Command): Command {
  return { ...command, argv: ["sudo", "-n", ...command.argv] };
}
