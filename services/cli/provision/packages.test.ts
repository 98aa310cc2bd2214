import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Machine } from "./machine.js";
import { type Component, planInstall } from "./packages.js";

const DEBIAN: Machine = { packageManager: "apt-get", rights: "root", init: "systemd", packageListsStale: false };
const APT = "env DEBIAN_FRONTEND=noninteractive apt-get";

describe("planInstall", () => {
  const rows: [string, Component, Partial<Machine>, string[]][] = [
    ["nats-server on Debian as root", "nats-server", {}, [`${APT} install -y --no-install-recommends nats-server`]],
    [
      "nats-server on Debian with old lists",
      "nats-server",
      { packageListsStale: true },
      [`${APT} update`, `${APT} install -y --no-install-recommends nats-server`],
    ],
    [
      "Docker on Ubuntu with sudo",
      "docker",
      { rights: "sudo" },
      [`sudo -n ${APT} install -y --no-install-recommends docker.io iptables ca-certificates`],
    ],
    ["Docker on Fedora", "docker", { packageManager: "dnf" }, ["dnf install -y moby-engine"]],
    ["nats-server on Alpine", "nats-server", { packageManager: "apk" }, ["apk add nats-server"]],
    ["Docker on Alpine", "docker", { packageManager: "apk" }, ["apk add docker"]],
    [
      "nats-server by brew, which wants no root",
      "nats-server",
      { packageManager: "brew", rights: "none" },
      ["brew install nats-server"],
    ],
  ];
  for (const [title, component, machine, commands] of rows) {
    it(`installs ${title}`, () => {
      const plan = planInstall(component, { ...DEBIAN, ...machine });
      assert.ok(plan.type === "commands");
      assert.deepEqual(
        plan.commands.map(({ argv }) => argv.join(" ")),
        commands,
      );
    });
  }

  const refusals: [string, Component, Partial<Machine>, RegExp][] = [
    ["there is no package manager", "docker", { packageManager: undefined }, /no known package manager/],
    ["the user has no rights", "docker", { rights: "none" }, /root or passwordless sudo/],
    ["brew has only a client", "docker", { packageManager: "brew" }, /brew has no package of it/],
  ];
  for (const [title, component, machine, reason] of refusals) {
    it(`says so when ${title}`, () => {
      const plan = planInstall(component, { ...DEBIAN, ...machine });
      assert.ok(plan.type === "impossible");
      assert.match(plan.reason, reason);
    });
  }
});
