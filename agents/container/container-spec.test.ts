import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StartRequest } from "../common/index.js";
import { containerSpec, type SpecOptions } from "./container-spec.js";

const BUNDLE = {
  type: "bundle",
  digest: "sha256:d",
  directory: "/bundles/d",
  manifest: { runtime: "node", entrypoint: ["server.mjs"] },
} as const;

function request(changes: Partial<StartRequest> = {}): StartRequest {
  return {
    instanceId: "app-0-x1",
    application: "app",
    assignment: "app.0",
    generation: 4,
    artifact: BUNDLE,
    limits: { cpuMillicores: 1500, memoryBytes: 1024 },
    gpus: 0,
    gpuDevices: [],
    concurrency: 2,
    environment: { PORT: "1", MODE: "fast" },
    payloadLimitBytes: 0,
    keepAliveMs: 0,
    warmWorkers: 0,
    timeoutMs: 1000,
    readyPath: "/",
    traceparent: undefined,
    ...changes,
  };
}

function options(changes: Partial<SpecOptions> = {}): SpecOptions {
  const image = { reference: "image:1", digest: "sha256:d", exposedPorts: [] };
  return { nodeId: "n", image, engineCores: 2, publishedAddress: "127.0.0.1", otlpEndpoint: undefined, ...changes };
}

describe("containerSpec", () => {
  it("names and labels the container after its instance and node", () => {
    const spec = containerSpec(request(), options());
    assert.equal(spec.name, "straightline-app-0-x1");
    assert.deepEqual(spec.Labels, {
      "straightline.node": "n",
      "straightline.instance": "app-0-x1",
      "straightline.application": "app",
      "straightline.assignment": "app.0",
      "straightline.generation": "4",
      "straightline.artifact": "sha256:d",
    });
  });

  it("asks the engine for the GPUs that are the instance's alone, or for as many where none have been given", () => {
    assert.deepEqual(containerSpec(request({ gpus: 2, gpuDevices: [1, 3] }), options()).HostConfig?.DeviceRequests, [
      { Driver: "nvidia", DeviceIDs: ["1", "3"], Capabilities: [["gpu"]] },
    ]);
    assert.deepEqual(containerSpec(request({ gpus: 2 }), options()).HostConfig?.DeviceRequests, [
      { Driver: "", Count: 2, Capabilities: [["gpu"]] },
    ]);
    assert.equal(containerSpec(request(), options()).HostConfig?.DeviceRequests, undefined);
  });

  it("sets the workload's address over what the application's environment says", () => {
    const { Env } = containerSpec(request(), options({ otlpEndpoint: "http://10.0.0.1:4318" }));
    assert.deepEqual(Env, [
      "PORT=8000",
      "MODE=fast",
      "HOST=0.0.0.0",
      "GRPC_PORT=8001",
      "STRAIGHTLINE_MODEL_SERVER_CONCURRENCY=2",
      "OTEL_RESOURCE_ATTRIBUTES=service.instance.id=app-0-x1",
      "OTEL_EXPORTER_OTLP_ENDPOINT=http://10.0.0.1:4318",
    ]);
  });

  it("limits CPU, memory without swap, and processes", () => {
    const { HostConfig } = containerSpec(request(), options());
    assert.equal(HostConfig?.NanoCpus, 1_500_000_000);
    assert.deepEqual([HostConfig?.Memory, HostConfig?.MemorySwap, HostConfig?.PidsLimit], [1024, 1024, 512]);
  });

  it("asks for no more CPU than the engine has, which it would refuse", () => {
    const limits = { cpuMillicores: 8000, memoryBytes: 0 };
    const { HostConfig } = containerSpec(request({ limits }), options());
    assert.equal(HostConfig?.NanoCpus, 2_000_000_000);
    assert.equal(HostConfig?.Memory, undefined);
  });

  it("sets no CPU limit where none is asked for", () => {
    const { HostConfig } = containerSpec(request({ limits: { cpuMillicores: 0, memoryBytes: 0 } }), options());
    assert.equal(HostConfig?.NanoCpus, undefined);
  });

  it("publishes both ports of a bundle on the node's address, chosen by the engine", () => {
    const { HostConfig } = containerSpec(request(), options());
    const binding = [{ HostIp: "127.0.0.1", HostPort: "" }];
    assert.deepEqual(HostConfig?.PortBindings, { "8000/tcp": binding, "8001/tcp": binding });
    assert.equal(HostConfig?.ReadonlyRootfs, true);
  });

  it("publishes an image's gRPC port only when the image exposes it, and keeps its file system writable", () => {
    const artifact = { type: "image", reference: "image:1", command: ["serve"] } as const;
    const without = containerSpec(request({ artifact }), options());
    assert.deepEqual(Object.keys(without.ExposedPorts ?? {}), ["8000/tcp"]);
    assert.deepEqual(without.Cmd, ["serve"]);
    assert.equal(without.HostConfig?.ReadonlyRootfs, false);
    assert.deepEqual(without.HostConfig?.CapDrop, ["ALL"]);
    const image = { reference: "image:1", digest: "sha256:d", exposedPorts: ["8000/tcp", "8001/tcp"] };
    const exposing = containerSpec(request({ artifact }), options({ image }));
    assert.deepEqual(Object.keys(exposing.ExposedPorts ?? {}), ["8000/tcp", "8001/tcp"]);
  });
});
