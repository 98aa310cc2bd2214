import type { StopStep } from "../common/lifecycle/index.js";
import { type Logger, METRIC, type Metrics, type Tracing } from "../common/observe/index.js";
import { observeCertificates, type RpcServer, startRpcServer } from "../common/rpc/index.js";
import type { GatewayConfig } from "./config.js";
import { createAdmission, readFrontTls } from "./forward/index.js";
import {
  createInferenceService,
  createInstanceChannels,
  type GrpcParts,
  inferencePackage,
  rawInferenceService,
} from "./grpc/index.js";
import { createInstancePools, type HttpParts, startHttpServer } from "./http/index.js";
import { createPlacementClient } from "./placement-client/index.js";

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** A gateway that listens. */
export interface Gateway {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** In order: refuse, finish what is held, send the last reports, close connections. */
  readonly stopSteps: readonly StopStep[];
}

/** Reports that placement has not taken by then are lost; leases free their slots. */
const FLUSH_TIMEOUT_MS = 2000;
/** Left of the stop time for what comes after the requests. */
const STOP_RESERVE_MS = 3000;

/** Starts both listeners. Placement need not be there yet. Rejects with PORT_IN_USE, START_FAILED or INSECURE_LISTENER. */
export async function startGateway({ config, log, tracing, metrics, now }: GatewayOptions): Promise<Gateway> {
  const { gateway: settings, placement: placementConfig } = config;
  const placement = createPlacementClient({ address: placementConfig.address, tls: placementConfig, log, metrics });
  const admission = createAdmission(settings.maxConcurrentRequests);
  const frontTls = readFrontTls(config.front, placementConfig);
  const pools = createInstancePools(settings, frontTls);
  const channels = createInstanceChannels(settings.maxInstances, settings.maxBodyBytes, frontTls);
  metrics.observe(METRIC.gatewayActive, (set) => set(admission.held));
  const shared = {
    ...{ placement, admission, tracing, metrics, log, now, frontTls },
    placeTimeoutMs: placementConfig.timeoutMs,
    keepSlowMs: settings.keepSlowMs,
  };
  const close = async (): Promise<void> => {
    placement.close();
    channels.close();
    await pools.close();
  };
  try {
    const http = await startHttpServer({ ...settings, port: settings.httpPort, tls: config.tls }, {
      ...shared,
      pools,
      bodies: settings,
    } satisfies HttpParts);
    const grpc = await startGrpc(config, { ...shared, channels, connectTimeoutMs: settings.connectTimeoutMs }).catch(
      async (error) => {
        await http.drain(0);
        throw error;
      },
    );
    observeCertificates(metrics, {
      ...{ listener: config.tls.certFile, "placement-client": placementConfig.certFile },
      "front-client": config.front.certFile,
    });
    const drainMs = Math.max(0, settings.stopTimeoutMs - STOP_RESERVE_MS);
    const refuse = (): void => {
      admission.refuse();
      grpc.refuse();
      http.refuse();
    };
    return {
      httpPort: http.port,
      grpcPort: grpc.port,
      stopSteps: [
        { name: "refuse new requests", run: refuse },
        { name: "finish requests", run: async () => void (await Promise.all([http.drain(drainMs), grpc.drain(drainMs)])) },
        { name: "send reports", run: () => placement.flush(FLUSH_TIMEOUT_MS) },
        { name: "close connections", run: close },
      ],
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startGrpc({ gateway, tls }: GatewayConfig, parts: GrpcParts): Promise<RpcServer> {
  return startRpcServer({
    host: gateway.host,
    port: gateway.grpcPort,
    tls,
    services: [{ definition: rawInferenceService(inferencePackage()), implementation: createInferenceService(parts) }],
    reflection: "inference",
    maxMessageBytes: gateway.maxBodyBytes,
  });
}
