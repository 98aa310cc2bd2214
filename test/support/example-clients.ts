import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { pythonWith } from "./python-venv.js";

const run = promisify(execFile);
const CLIENTS = resolve("deploy/examples/clients");
/** Go compiles the whole of gRPC on a machine that has not done so before. */
const BUILD_TIMEOUT_MS = 300_000;
const RUN_TIMEOUT_MS = 60_000;

/** What the clients send. */
export const IMAGE = resolve("deploy/examples/text-orientation/images/region-based-0.png");

/** How a client is called. */
export interface ExampleClient {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes each client, as a user does, from the .proto files alone in a folder of the test's. */
export const EXAMPLE_CLIENTS: Readonly<Record<string, (work: string) => Promise<ExampleClient>>> = {
  python: pythonClient,
  go: goClient,
  typescript: () =>
    Promise.resolve({ file: process.execPath, args: [resolve("dist/deploy/examples/clients/typescript/client.js")] }),
};

/** Runs a client; rejects with `code`, `stdout` and `stderr` where it fails. */
export function runClient(
  { file, args, env }: ExampleClient,
  more: readonly string[],
  moreEnv: Readonly<Record<string, string>> = {},
) {
  return run(file, [...args, ...more], { env: { ...process.env, ...env, ...moreEnv }, timeout: RUN_TIMEOUT_MS });
}

async function pythonClient(work: string): Promise<ExampleClient> {
  const folder = join(CLIENTS, "python");
  const packages = readFileSync(join(folder, "requirements.txt"), "utf8").trim().split("\n");
  const python = await pythonWith(packages);
  const gen = join(work, "python");
  await mkdir(gen);
  const protos = ["straightline/v1/common.proto", "straightline/v1/placement.proto"];
  await run(python, [
    "-m",
    "grpc_tools.protoc",
    "-I",
    resolve("proto"),
    `--python_out=${gen}`,
    `--grpc_python_out=${gen}`,
    ...protos,
  ]);
  return { file: python, args: [join(folder, "client.py")], env: { PYTHONPATH: gen } };
}

/** Built in a copy that holds the client and the .proto files at the same distance, and nothing else. */
async function goClient(work: string): Promise<ExampleClient> {
  const folder = join(work, "deploy", "examples", "clients", "go");
  await cp(join(CLIENTS, "go"), folder, { recursive: true, filter: (source) => !source.endsWith("/gen") });
  await cp(resolve("proto/straightline"), join(work, "proto", "straightline"), { recursive: true });
  await run(resolve("node_modules/.bin/buf"), ["generate"], { cwd: folder, timeout: BUILD_TIMEOUT_MS });
  const file = join(work, "client-go");
  await run("go", ["build", "-o", file, "."], { cwd: folder, timeout: BUILD_TIMEOUT_MS });
  return { file, args: [] };
}
