import { execFile } from "node:child_process";
import { resolve } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { inCi } from "./in-ci.js";
import { pythonWith } from "./python-venv.js";

const run = promisify(execFile);

/** The reference client of the Open Inference Protocol. */
const PACKAGES = ["tritonclient[http,grpc]==2.73.0", "numpy"];
const DRIVER = resolve("test/conformance/triton_client.py");
const MODEL = "text-orientation";
const IMAGES = resolve(`deploy/examples/${MODEL}/images`);
/** File and label. */
const SAMPLES = ["region-based-0.png=0", "determine-180.jpg=180", "either-object-0.jpg=0"];

/** Checks by name, with what went wrong where one failed. */
export interface ClientChecks {
  readonly passed: readonly string[];
  readonly failed: Readonly<Record<string, string>>;
}

/**
 * Drives the protocol's reference client against host:port of HTTP and of gRPC. Where it cannot be had, the test is skipped loudly and the result
 * is undefined; in CI that is an error.
 */
export async function runReferenceClient(
  context: TestContext,
  addresses: { readonly http: string; readonly grpc: string },
): Promise<ClientChecks | undefined> {
  const python = await pythonWith(PACKAGES).catch((error: unknown) => {
    if (inCi()) throw error;
    return undefined;
  });
  if (python === undefined) {
    context.skip(`SKIPPED: no python3 with venv, or ${PACKAGES[0]} cannot be installed, so the protocol is NOT checked here`);
    return undefined;
  }
  const images = SAMPLES.flatMap((sample) => ["--image", `${IMAGES}/${sample}`]);
  const args = [DRIVER, "--http", addresses.http, "--grpc", addresses.grpc, "--model", MODEL, ...images];
  // A client that found faults ends with an exit code and still prints what they are.
  const { stdout } = await run(python, args).catch((error) => error);
  return JSON.parse(stdout);
}
