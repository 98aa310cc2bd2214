import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import type { CommandOutcome } from "./command.js";
import { type DockerEngine, ensureDockerEngine } from "./engine.js";
import { DEFAULT_SOCKET, type SocketState, socketsToTry } from "./engine-socket.js";
import type { Installer } from "./installer.js";
import type { Machine } from "./machine.js";

interface World {
  /** States of a socket, one a look; the last one stays. Others are absent. */
  readonly sockets?: Readonly<Record<string, readonly SocketState[]>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly socketPath?: string;
  readonly machine?: Partial<Machine>;
  readonly dockerdInstalled?: boolean;
  readonly installFails?: string;
  readonly outcome?: CommandOutcome;
  readonly childFails?: string;
}

async function run(world: World): Promise<{ readonly engine: DockerEngine; readonly done: readonly string[] }> {
  const done: string[] = [];
  let dockerd = world.dockerdInstalled ?? true;
  const looks = new Map<string, number>();
  const installer: Installer = {
    print: (line) => done.push(line),
    machine: async () => ({
      packageManager: "apt-get",
      rights: "root",
      init: "none",
      packageListsStale: false,
      ...world.machine,
    }),
    runner: {
      find: async () => (dockerd ? "/usr/sbin/dockerd" : undefined),
      run: async () => world.outcome ?? { type: "exited", exitCode: 0, tail: "" },
    },
    async install(component) {
      done.push(`install ${component}`);
      if (world.installFails !== undefined) throw new StraightLineError("COMPONENT_MISSING", world.installFails);
      dockerd = true;
    },
  };
  const engine = await ensureDockerEngine({
    socketPath: world.socketPath ?? "",
    env: world.env ?? {},
    installer,
    probe: async (path) => {
      const states = world.sockets?.[path] ?? ["absent"];
      const look = looks.get(path) ?? 0;
      looks.set(path, look + 1);
      return states[Math.min(look, states.length - 1)] ?? "absent";
    },
    startChild: async () => {
      if (world.childFails !== undefined) throw new StraightLineError("START_FAILED", world.childFails);
      done.push("start child");
      return { pid: 1, stop: async () => void done.push("stop child") };
    },
  });
  return { engine, done };
}

function reasonOf(engine: DockerEngine): string {
  assert.equal(engine.type, "unavailable");
  return engine.type === "unavailable" ? engine.reason : "";
}

describe("ensureDockerEngine", () => {
  it("uses an engine that answers, and touches nothing", async () => {
    const { engine, done } = await run({ sockets: { [DEFAULT_SOCKET]: ["answers"] } });
    assert.ok(engine.type === "available" && !engine.startedByUs && engine.socketPath === DEFAULT_SOCKET);
    assert.deepEqual(done, []);
  });

  it("uses a rootless engine where Docker's own socket refuses access", async () => {
    const sockets = { [DEFAULT_SOCKET]: ["denied"], "/run/user/1000/podman/podman.sock": ["answers"] } as const;
    const { engine } = await run({ env: { XDG_RUNTIME_DIR: "/run/user/1000" }, sockets });
    assert.ok(engine.type === "available" && engine.socketPath === "/run/user/1000/podman/podman.sock");
  });

  it("says which socket refuses access and which group would help, and starts no second engine", async () => {
    const { engine, done } = await run({ sockets: { [DEFAULT_SOCKET]: ["denied"] } });
    assert.match(reasonOf(engine), /\/var\/run\/docker.sock refuses access.*usermod -aG docker/);
    assert.deepEqual(done, []);
  });

  it("starts no engine in place of a configured one that does not answer", async () => {
    const { engine, done } = await run({ socketPath: "/srv/docker.sock" });
    assert.match(reasonOf(engine), /no engine answers on \/srv\/docker.sock/);
    assert.deepEqual(done, []);
  });

  it("does not guess where DOCKER_HOST is no local socket", async () => {
    const { engine } = await run({ env: { DOCKER_HOST: "tcp://10.0.0.1:2376" } });
    assert.match(reasonOf(engine), /DOCKER_HOST=tcp:.*not a local socket/);
  });

  it("installs and runs dockerd as a child where there is no init, and stops it", async () => {
    const { engine, done } = await run({ dockerdInstalled: false });
    assert.ok(engine.type === "available" && engine.startedByUs);
    await engine.stop();
    assert.deepEqual(done, ["install docker", "$ /usr/sbin/dockerd", "start child", "stop child"]);
  });

  it("uses the service that a package has started by itself", async () => {
    const { engine, done } = await run({ dockerdInstalled: false, sockets: { [DEFAULT_SOCKET]: ["absent", "answers"] } });
    assert.ok(engine.type === "available" && !engine.startedByUs);
    assert.deepEqual(done, ["install docker"]);
  });

  const services: [string, Partial<Machine>, string][] = [
    ["systemd as root", { init: "systemd" }, "$ systemctl start docker"],
    ["systemd with sudo", { init: "systemd", rights: "sudo" }, "$ sudo -n systemctl start docker"],
    ["OpenRC", { init: "openrc" }, "$ rc-service docker start"],
  ];
  for (const [title, machine, line] of services) {
    it(`has the engine started by ${title}`, async () => {
      const { engine, done } = await run({ machine, sockets: { [DEFAULT_SOCKET]: ["absent", "absent", "answers"] } });
      assert.ok(engine.type === "available" && !engine.startedByUs);
      assert.deepEqual(done, [line]);
    });
  }

  it("names the group when a service runs but refuses this user", async () => {
    const sockets = { [DEFAULT_SOCKET]: ["absent", "absent", "denied"] } as const;
    const { engine } = await run({ machine: { init: "systemd", rights: "sudo" }, sockets });
    assert.match(reasonOf(engine), /usermod -aG docker/);
  });

  it("tells the last lines of a service that does not start", async () => {
    const outcome = { type: "exited", exitCode: 1, tail: "Unit docker.service is masked." } as const;
    const { engine } = await run({ machine: { init: "systemd" }, outcome });
    assert.match(reasonOf(engine), /systemctl start docker` failed:\nUnit docker.service is masked/);
  });

  it("is unavailable, with the reason, when it may not be installed, started or does not come up", async () => {
    assert.equal(reasonOf((await run({ dockerdInstalled: false, installFails: "switched off" })).engine), "switched off");
    assert.match(reasonOf((await run({ machine: { rights: "none" } })).engine), /only root may/);
    assert.equal(reasonOf((await run({ childFails: "iptables not found" })).engine), "iptables not found");
  });
});

describe("socketsToTry", () => {
  it("looks in the usual places, Docker's own first", () => {
    assert.deepEqual(socketsToTry("", { XDG_RUNTIME_DIR: "/run/user/7", HOME: "/home/a" }), {
      type: "sockets",
      paths: [
        DEFAULT_SOCKET,
        "/run/user/7/docker.sock",
        "/run/user/7/podman/podman.sock",
        "/home/a/.docker/run/docker.sock",
        "/home/a/.colima/default/docker.sock",
        "/run/podman/podman.sock",
      ],
    });
  });
  it("looks only where it is told to", () => {
    assert.deepEqual(socketsToTry("/a", { DOCKER_HOST: "unix:///b" }), { type: "sockets", paths: ["/a"] });
    assert.deepEqual(socketsToTry("", { DOCKER_HOST: "unix:///b" }), { type: "sockets", paths: ["/b"] });
  });
});
