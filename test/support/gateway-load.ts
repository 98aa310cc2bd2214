import { createLogger, createMetrics, passThroughTracing } from "../../services/common/observe/index.js";
import { loadGatewayConfig, startGateway } from "../../services/gateway/index.js";
import { eventually } from "./eventually.js";

/** A gateway in this process, in front of a placement service. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
}

/** Starts one for the placement service on a port of loopback. */
export async function startTestGateway(placementPort: number): Promise<TestGateway> {
  const gateway = await startGateway({
    config: loadGatewayConfig({ env: {}, args: ["--http-port=0", "--grpc-port=0", `--placement=127.0.0.1:${placementPort}`] }),
    log: createLogger("gateway", "silent"),
    tracing: passThroughTracing(),
    metrics: createMetrics(),
    now: () => performance.now(),
  });
  return {
    url: `http://127.0.0.1:${gateway.httpPort}`,
    async [Symbol.asyncDispose]() {
      for (const step of gateway.stopSteps) await step.run();
    },
  };
}

/** What came of the requests of some clients. */
export interface GatewayLoad extends AsyncDisposable {
  /** Times that each text was answered. */
  readonly answers: ReadonlyMap<string, number>;
  /** Status and text of every other answer. */
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

/** It ends by itself then, whatever becomes of its test. */
const LONGEST_MS = 300_000;

/** So many clients that ask the application `app` one request after the other until they are stopped. */
export function startGatewayLoad(url: string, clients: number): GatewayLoad {
  let stopped = false;
  const endMs = performance.now() + LONGEST_MS;
  const answers = new Map<string, number>();
  const failures: string[] = [];
  const client = async (): Promise<void> => {
    while (!stopped && performance.now() < endMs) {
      const outcome = await fetch(`${url}/v2/models/app/infer`, { method: "POST", body: "x" }).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (error: unknown) => ({ status: 0, text: String(error) }),
      );
      if (outcome.status === 200) answers.set(outcome.text, (answers.get(outcome.text) ?? 0) + 1);
      else failures.push(`${outcome.status} ${outcome.text}`);
    }
  };
  const running = Array.from({ length: clients }, client);
  const stop = async (): Promise<void> => {
    stopped = true;
    await Promise.all(running);
  };
  return { answers, failures, stop, [Symbol.asyncDispose]: stop };
}

const MORE = 20;

/** Waits until a text was answered MORE times beyond `before`; an error tells what was answered instead. */
export async function answered({ answers, failures }: GatewayLoad, text: string, before = 0): Promise<void> {
  const enough = (): boolean => (answers.get(text) ?? 0) > before + MORE;
  await eventually(enough, { what: `${MORE} answers ${text}` }).catch((error: Error) => {
    throw new Error(`${error.message}; answers ${JSON.stringify([...answers])}, ${failures.length} failures, ${failures.at(-1)}`);
  });
}
