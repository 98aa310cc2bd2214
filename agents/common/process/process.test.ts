import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePorts } from "../../../services/common/ports/index.js";
import { eventually } from "../../../test/support/eventually.js";
import { processesBelow } from "../../../test/support/mesh-processes.js";
import { instanceEnvironment } from "./environment.js";
import { linuxIdentity, processIdentity } from "./identity.js";
import { createWatchdogBackend } from "./limits/index.js";
import { boundLogFile, tailOf } from "./log-file.js";
import { programOf } from "./program.js";
import { createProcessSupervisor } from "./supervisor.js";

const directory = mkdtempSync(join(tmpdir(), "straightline-process-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const ADDRESS = { host: "127.0.0.1", httpPort: 81, grpcPort: 82 };

test("a process is known by its start ticks, even with a name full of brackets and spaces", () => {
  const stat = `7 (a) b) (c) S 1 7 7 0 -1 4194304 1 0 0 0 5 6 0 0 20 0 11 0 123456 1 2 3`;
  assert.equal(linuxIdentity(stat), "123456");
  assert.equal(linuxIdentity(stat.replace(") S ", ") Z ")), undefined, "a zombie has ended");
  assert.equal(linuxIdentity(undefined), undefined);
});

test("this process lives, and a pid that no system gives does not", () => {
  assert.equal(processIdentity(process.pid), processIdentity(process.pid));
  assert.ok(processIdentity(process.pid));
  assert.equal(processIdentity(2 ** 30), undefined);
});

test("a log beyond its bound keeps its younger half beside it, and goes on from its beginning", () => {
  const file = join(directory, "x.log");
  writeFileSync(file, `${"a".repeat(900)}${"b".repeat(200)}`);
  boundLogFile(file, 1000);
  assert.equal(statSync(file).size, 0);
  assert.equal(readFileSync(`${file}.1`, "utf8"), `${"a".repeat(300)}${"b".repeat(200)}`);
  writeFileSync(file, "short");
  boundLogFile(file, 1000);
  assert.equal(tailOf(file, 3), "ort");
  assert.equal(tailOf(join(directory, "absent"), 3), "");
});

test("a log beyond its bound is cut even where its younger half finds no room", () => {
  const file = join(directory, "full.log");
  writeFileSync(file, "a".repeat(1100));
  symlinkSync("/dev/full", `${file}.1`);
  boundLogFile(file, 1000);
  assert.equal(statSync(file).size, 0);
  assert.ok(!existsSync(`${file}.1`));
});

test("a process that cannot be recorded is not left running, and the refusal says where space is to be freed", async () => {
  const full = join(directory, "full");
  mkdirSync(full);
  symlinkSync("/dev/full", join(full, "x.partial"));
  const supervisor = createProcessSupervisor({ directory: full, limits: createWatchdogBackend(), now: Date.now });
  const argv = [process.execPath, "-e", "setInterval(() => {}, 1000)", `${full}/marker`];
  const spec = {
    id: "x",
    argv,
    workingDirectory: "",
    environment: {},
    limits: { cpuMillicores: 0, memoryBytes: 0 },
    metadata: null,
  };
  await assert.rejects(supervisor.start(spec), {
    code: "START_FAILED",
    message: `no space left in ${full}: free space on its disk, or give the agent another --state-directory`,
  });
  supervisor.close();
  assert.deepEqual(readdirSync(full), []);
  await eventually(() => processesBelow(full).length === 0, { what: "the end of the process" });
});

test("a working directory that is none is told as what it is", async (t) => {
  const own = join(directory, "directories");
  mkdirSync(own);
  const file = join(own, "file");
  writeFileSync(file, "");
  const supervisor = createProcessSupervisor({ directory: own, limits: createWatchdogBackend(), now: Date.now });
  t.after(() => supervisor.close());
  const spec = {
    id: "y",
    argv: [process.execPath],
    environment: {},
    limits: { cpuMillicores: 0, memoryBytes: 0 },
    metadata: null,
  };
  const faults = [
    [join(own, "none"), `y: there is no working directory ${own}/none on this node`],
    [file, `y: the working directory ${file} is no folder`],
    [join(file, "below"), `y: the working directory ${file}/below cannot be used (ENOTDIR)`],
  ] as const;
  for (const [workingDirectory, message] of faults) {
    await assert.rejects(supervisor.start({ ...spec, workingDirectory }), { code: "START_FAILED", message });
  }
});

test("free ports differ and are above the privileged ones", async () => {
  const ports = await freePorts("127.0.0.1", 5);
  assert.equal(new Set(ports).size, 5);
  assert.ok(ports.every((port) => port > 1023));
  await assert.rejects(freePorts("203.0.113.1", 1), { code: "START_FAILED", message: /is it an address of this machine/ });
});

test("a command has its ports filled in", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are the placeholders of a command.
  const argv = ["serve", "--http=${PORT}", "--grpc", "${GRPC_PORT}", "$PORT"];
  const program = programOf({ type: "command", argv, workingDirectory: "/srv" }, ADDRESS);
  assert.deepEqual(program, { argv: ["serve", "--http=81", "--grpc", "82", "$PORT"], workingDirectory: "/srv" });
});

test("a bundle runs by this runtime in its own folder", () => {
  const manifest = { runtime: "node", entrypoint: ["server.mjs", "--flag"] } as const;
  const program = programOf({ type: "bundle", digest: "d", directory: "/bundles/d", manifest }, ADDRESS);
  assert.deepEqual(program.argv, [process.execPath, "/bundles/d/server.mjs", "--flag"]);
  assert.equal(program.workingDirectory, "/bundles/d");
});

test("an instance's environment has its address, its own variables and nothing secret of the agent", () => {
  const environment = instanceEnvironment({
    host: { PATH: "/bin", SECRET: "s", STRAIGHTLINE_NATS_CREDENTIALS_FILE: "/creds" },
    application: { MODE: "fast", PORT: "1", OTEL_RESOURCE_ATTRIBUTES: "team=vision" },
    address: ADDRESS,
    concurrency: 4,
    traceparent: undefined,
    gpuDevices: [1, 3],
    instanceId: "app-0-x1",
    otlpEndpoint: "",
  });
  assert.deepEqual(environment, {
    PATH: "/bin",
    MODE: "fast",
    HOST: "127.0.0.1",
    PORT: "81",
    GRPC_PORT: "82",
    CUDA_VISIBLE_DEVICES: "1,3",
    CUDA_DEVICE_ORDER: "PCI_BUS_ID",
    STRAIGHTLINE_MODEL_SERVER_CONCURRENCY: "4",
    OTEL_RESOURCE_ATTRIBUTES: "service.instance.id=app-0-x1,team=vision",
  });
});
