import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { closedUrl, type GatewayWithInstances, placed, startGatewayWithInstances } from "../support/gateway-harness.js";
import { readAll } from "../support/read-all.js";

const MIB = 1024 * 1024;

describe("the gateway's second attempt", () => {
  let sut: GatewayWithInstances;

  before(async () => {
    sut = await startGatewayWithInstances();
  });
  after(() => sut.stop());
  beforeEach(() => sut.reset());

  it("retries elsewhere when the connection is refused, and reports both", async () => {
    const dead = await closedUrl();
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: sut.second.url }) : placed("a", { http: dead }),
    );
    let body = "";
    sut.second.listener = async (request, response) => {
      body = (await readAll(request)).toString();
      response.end("second");
    };
    const reports = await sut.reportsOf(async () => {
      const response = await sut.infer();
      assert.equal(await response.text(), "second");
      assert.equal(response.headers.get("straightline-instance"), "b");
      assert.equal(response.headers.get("straightline-attempts"), "2");
    }, 2);
    assert.equal(body, "hello");
    assert.deepEqual(
      reports.map((report) => [report.placementId, report.outcome]),
      [
        ["p-a", "OUTCOME_INSTANCE_ERROR"],
        ["p-b", "OUTCOME_OK"],
      ],
    );
  });

  it("retries elsewhere when a full instance says that it did not execute the request", async () => {
    sut.first.listener = (_, response) => void response.writeHead(429, { "straightline-executed": "false" }).end();
    const reports = await sut.reportsOf(async () => assert.equal(await (await sut.infer()).text(), "second"), 2);
    assert.equal(reports[0]?.outcome, "OUTCOME_THROTTLED");
  });

  it("does not send a request again that may have been executed", async () => {
    sut.first.listener = (request) => void request.once("data", () => request.socket.destroy());
    const [report] = await sut.reportsOf(async () => {
      const response = await sut.infer();
      assert.equal(response.status, 502);
      assert.equal(response.headers.get("straightline-error"), "INSTANCE_UNAVAILABLE");
      assert.equal(response.headers.get("straightline-attempts"), "1");
    });
    assert.equal(report?.outcome, "OUTCOME_INSTANCE_ERROR");
  });

  it("sends it again when the application is idempotent", async () => {
    sut.first.listener = (request) => void request.once("data", () => request.socket.destroy());
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a")
        ? placed("b", { http: sut.second.url }, { idempotent: true })
        : placed("a", { http: sut.first.url }, { idempotent: true }),
    );
    assert.equal(await (await sut.infer()).text(), "second");
  });

  it("does not retry once a body larger than the buffer has been partly sent", async () => {
    sut.first.listener = (request) => {
      let bytes = 0;
      request.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > 2 * MIB) request.socket.destroy();
      });
    };
    sut.placement.decide(() => placed("a", { http: sut.first.url }, { idempotent: true }));
    const places = sut.placement.places.length;
    const response = await sut.infer({ body: Buffer.alloc(4 * MIB) });
    assert.equal(response.status, 502);
    assert.equal(sut.placement.places.length, places + 1);
  });

  it("retries a large body of which nothing was sent", async () => {
    const dead = await closedUrl();
    sut.second.listener = async (request, response) => void response.end(String((await readAll(request)).length));
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: sut.second.url }) : placed("a", { http: dead }),
    );
    assert.equal(await (await sut.infer({ body: Buffer.alloc(4 * MIB) })).text(), String(4 * MIB));
  });
});
