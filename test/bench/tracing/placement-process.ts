import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import type { PlacementServiceClient } from "../../../proto/gen/straightline/v1/PlacementService.js";
import { freePorts } from "../../../services/common/ports/index.js";
import { straightlineServices } from "../../../services/common/wire/index.js";
import { eventually } from "../../support/eventually.js";

/** A placement service in a process of its own, whose processor time can be read. */
export interface PlacementProcess {
  readonly client: PlacementServiceClient;
  /** Processor time used so far, milliseconds. */
  cpuMs(): Promise<number>;
  /** Waits until it has nothing to do: spans of an earlier round may still be on their way. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** Idle enough: telemetry and the metrics themselves take a few milliseconds. */
const IDLE_SHARE = 0.1;
const LOOK_MS = 250;

/** Starts one that records what its callers have sampled and nothing else. */
export async function startPlacementProcess(natsServers: string, otlpEndpoint: string): Promise<PlacementProcess> {
  const [port, metricsPort] = (await freePorts("127.0.0.1", 2)) as [number, number];
  const args = ["--port", String(port), "--metrics-port", String(metricsPort), "--nats", natsServers, "--log-level", "error"];
  const child = spawn(
    process.execPath,
    [resolve("dist/services/placement/main.js"), ...args, "--otlp-endpoint", otlpEndpoint, "--trace-sample-ratio", "0"],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const { PlacementService } = straightlineServices();
  const client = new PlacementService(`127.0.0.1:${port}`, credentials.createInsecure());
  const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  await eventually(() => metrics().catch(() => ""), { what: "placement's metrics", timeoutMs: 20_000 });
  const cpuMs = async (): Promise<number> => readCpuMs(await metrics());
  const isIdle = async (): Promise<boolean> => {
    const beforeMs = await cpuMs();
    await delay(LOOK_MS);
    return (await cpuMs()) - beforeMs < IDLE_SHARE * LOOK_MS;
  };
  return {
    client,
    cpuMs,
    async settle() {
      // Batches of spans leave every half second: twice idle is idle.
      await eventually(async () => (await isIdle()) && (await isIdle()) && isIdle(), {
        what: "placement to be idle",
        timeoutMs: 20_000,
      });
    },
    async stop() {
      client.close();
      await end(child);
    },
  };
}

function readCpuMs(exposition: string): number {
  const seconds = [...exposition.matchAll(/^process_cpu_time_seconds_total\{[^}]*\} (\S+)$/gm)].map(([, value]) => Number(value));
  return seconds.reduce((sum, value) => sum + value, 0) * 1000;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
