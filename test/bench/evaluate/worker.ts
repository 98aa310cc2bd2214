import { parentPort, workerData } from "node:worker_threads";
import { type LoadedScenario, loadScenario, simulate } from "../../../services/simulator/index.js";
import type { JobMessage, ResultMessage, WorkerSettings } from "./run-jobs.js";

const { tracesDirectory } = workerData as WorkerSettings;
const loaded = new Map<string, LoadedScenario>();

parentPort?.on("message", ({ at, job: { scenario: file, contender, seed } }: JobMessage) => {
  const { scenario, traces } = loaded.get(file) ?? loadScenario(file, tracesDirectory);
  loaded.set(file, { scenario, traces, missing: [] });
  const startedMs = performance.now();
  const { policy, parameters } = contender;
  const result = simulate({ scenario, traces, policy, seed, parameters });
  parentPort?.postMessage({ at, result, tookMs: performance.now() - startedMs } satisfies ResultMessage);
});
