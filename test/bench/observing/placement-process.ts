import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import type { PlacementServiceClient } from "../../../proto/gen/straightline/v1/PlacementService.js";
import { freePorts } from "../../../services/common/ports/index.js";
import { straightlineServices } from "../../../services/common/wire/index.js";
import type { Told, Wish } from "./placement-child.js";

/** A placement service in a process of its own, whose processor time can be read. */
export interface PlacementProcess {
  readonly client: PlacementServiceClient;
  readonly address: string;
  /** Switches metrics on or off; gives the processor time used so far, milliseconds. */
  cpuMs(counting: boolean): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one that records what its callers have sampled and nothing else. */
export async function startPlacementProcess(natsServers: string, otlpEndpoint: string): Promise<PlacementProcess> {
  const [metricsPort] = (await freePorts("127.0.0.1", 1)) as [number];
  const child = fork(fileURLToPath(new URL("./placement-child.js", import.meta.url)), [
    ...["--port", "0", "--metrics-port", String(metricsPort), "--nats", natsServers],
    ...["--otlp-endpoint", otlpEndpoint, "--trace-sample-ratio", "0"],
  ]);
  const hear = async <T extends Told>(): Promise<T> => ((await once(child, "message")) as [T])[0];
  const { port } = await hear<Extract<Told, { port: number }>>();
  const address = `127.0.0.1:${port}`;
  const { PlacementService } = straightlineServices();
  const client = new PlacementService(address, credentials.createInsecure());
  return {
    client,
    address,
    async cpuMs(counting) {
      const answer = hear<Extract<Told, { cpuMs: number }>>();
      child.send({ counting } satisfies Wish);
      return (await answer).cpuMs;
    },
    async stop() {
      client.close();
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}
