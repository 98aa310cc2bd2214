import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerInspectInfo } from "dockerode";
import { inspectionOf, instanceOf } from "./instance.js";

function container(state: object, ports: object = {}): ContainerInspectInfo {
  return {
    Config: { Labels: { "straightline.instance": "i1", "straightline.generation": "3" } },
    HostConfig: { Memory: 1024 },
    NetworkSettings: { Ports: ports },
    State: { StartedAt: "2026-01-01T00:00:00Z", Error: "", OOMKilled: false, ExitCode: 0, Running: false, ...state },
  } as unknown as ContainerInspectInfo;
}

describe("instanceOf", () => {
  it("is reached at the advertised host, on the ports that the engine chose", () => {
    const ports = { "8000/tcp": [{ HostIp: "0.0.0.0", HostPort: "32768" }] };
    const instance = instanceOf(container({ Running: true }, ports), "node.example");
    assert.equal(instance?.httpEndpoint, "http://node.example:32768");
    assert.equal(instance?.grpcEndpoint, "");
    assert.equal(instance?.generation, 3);
  });
  it("is none without a published port", () => {
    assert.equal(instanceOf(container({ Running: true }, { "8000/tcp": null }), "127.0.0.1"), undefined);
  });
});

describe("inspectionOf", () => {
  const rows: [string, object, string, object][] = [
    ["runs", { Running: true }, "", { state: "running" }],
    [
      "killed for memory",
      { OOMKilled: true, ExitCode: 137 },
      "x",
      exited("killed: it needed more memory than its limit of 1024 bytes"),
    ],
    ["ended by itself", { ExitCode: 3 }, "", exited("exited with code 3")],
    ["killed from outside", { ExitCode: 137 }, "running", exited("exited with code 137")],
    ["ended after a last word", { ExitCode: 3 }, "no model", exited("exited with code 3: no model")],
    [
      "never started",
      { ExitCode: 127, Error: "no shell:\n  no such file" },
      "",
      exited("exited with code 127: no shell:\n  no such file"),
    ],
  ];
  for (const [title, state, log, expected] of rows) {
    it(`tells of a container that ${title}`, () => assert.deepEqual(inspectionOf(container(state), log), expected));
  }
});

function exited(reason: string): object {
  return { state: "exited", reason };
}
