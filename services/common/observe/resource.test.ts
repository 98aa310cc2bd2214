import assert from "node:assert/strict";
import { hostname } from "node:os";
import { describe, it } from "node:test";
import { processResource } from "./resource.js";

const AGENT = { serviceName: "straightline-agent-vm", version: "1.2.3", instanceId: "web-1" };

describe("the resource of a process", () => {
  it("names service, version and instance by the conventions", () => {
    assert.deepEqual(processResource(AGENT), {
      "service.name": "straightline-agent-vm",
      "service.namespace": "straightline",
      "service.version": "1.2.3",
      "service.instance.id": "web-1",
      "host.name": hostname(),
    });
  });

  it("has an instance id of its own where none is given", () => {
    const ids = [1, 2].map(() => processResource({ ...AGENT, instanceId: undefined })["service.instance.id"]);
    assert.notEqual(ids[0], ids[1]);
  });

  const cases = [
    ["adds what the environment says", "team=vision,zone=eu%2C1", { team: "vision", zone: "eu,1" }],
    ["lets the environment name the instance", "service.instance.id=app-0-x1", { "service.instance.id": "app-0-x1" }],
    ["takes a value with = in it", " a = b=c ,", { a: "b=c" }],
    ["ignores all of an environment that is no list of pairs", "team=vision,nonsense", {}],
    ["ignores all of one that is not percent-encoded", "team=vision,share=5%", {}],
  ] as const;
  for (const [what, attributes, added] of cases) {
    it(what, () => assert.deepEqual(processResource({ ...AGENT, attributes }), { ...processResource(AGENT), ...added }));
  }
});
