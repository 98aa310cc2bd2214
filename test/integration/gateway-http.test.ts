import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { status } from "@grpc/grpc-js";
import { type GatewayWithInstances, refused, startGatewayWithInstances } from "../support/gateway-harness.js";
import { readAll } from "../support/read-all.js";

describe("the gateway over HTTP", () => {
  let sut: GatewayWithInstances;

  before(async () => {
    sut = await startGatewayWithInstances(["--headers-timeout=500ms"]);
  });
  after(() => sut.stop());
  beforeEach(() => sut.reset());

  it("places by the body's size, forwards, says where the request went, and reports", async () => {
    let seen: { path: string; headers: IncomingMessage["headers"]; body: string } | undefined;
    sut.first.listener = async (request, response) => {
      seen = { path: request.url ?? "", headers: request.headers, body: (await readAll(request)).toString() };
      response.writeHead(200, { "straightline-service-ms": "7", "straightline-cold-start-ms": "120", "x-own": "1" });
      response.end("done");
    };
    let response: Response | undefined;
    const [report] = await sut.reportsOf(async () => {
      response = await sut.infer({ headers: { "content-type": "application/json; charset=utf-8", "idempotency-key": "k1" } });
      assert.equal(await response.text(), "done");
    });
    assert.equal(seen?.path, "/v2/models/digits/infer?x=1");
    assert.equal(seen?.body, "hello");
    assert.equal(seen?.headers["idempotency-key"], "k1");
    assert.match(String(seen?.headers["x-forwarded-for"]), /127\.0\.0\.1/);
    assert.equal(seen?.headers["straightline-placement-id"], "p-a");
    const remainingMs = Number(seen?.headers["straightline-deadline-ms"]);
    assert.ok(remainingMs > 5000 && remainingMs <= 10_000, `remaining ${remainingMs}`);
    const place = sut.placement.places.at(-1);
    assert.equal(place?.application, "digits");
    assert.equal(place?.data?.sizeBytes, 5);
    assert.equal(place?.data?.contentType, "application/json");
    assert.equal(place?.wait, true);
    assert.equal(place?.idempotencyKey, "");
    const header = (name: string) => response?.headers.get(`straightline-${name}`);
    assert.deepEqual(["node", "kind", "instance", "placement-id", "reason", "frequency", "policy", "attempts"].map(header), [
      "node-1",
      "vm",
      "a",
      "p-a",
      "f_t 2 <= F 10, VM slot free",
      "2",
      "straightline",
      "1",
    ]);
    assert.match(String(header("trace-id")), /^[0-9a-f]{32}$/);
    assert.equal(response?.headers.get("x-own"), "1");
    assert.equal(report?.outcome, "OUTCOME_OK");
    assert.equal(report?.placementId, "p-a");
    assert.deepEqual([report?.requestBytes, report?.responseBytes, report?.serviceMs, report?.coldStartMs], [5, 4, 7, 120]);
    assert.ok((report?.responseMs ?? 0) > 0);
  });

  it("passes a client's steering headers to placement", async () => {
    await sut.infer({
      headers: {
        "straightline-policy": "vm-only",
        "straightline-frequency-hint": "12.5",
        "straightline-kinds": "vm, serverless",
        "straightline-deadline-ms": "2000",
      },
    });
    const place = sut.placement.places.at(-1);
    assert.equal(place?.policy, "vm-only");
    assert.equal(place?.frequencyHint, 12.5);
    assert.deepEqual(place?.constraints?.kinds, ["NODE_KIND_VM", "NODE_KIND_SERVERLESS"]);
    assert.ok((place?.deadlineMs ?? 0) > 1000 && (place?.deadlineMs ?? 0) <= 2000);
  });

  for (const [name, value] of [
    ["straightline-deadline-ms", "-5"],
    ["straightline-deadline-ms", "NaN"],
    ["straightline-frequency-hint", "many"],
    ["straightline-kinds", "vm,mainframe"],
    ["straightline-policy", "No Such"],
  ] as const) {
    it(`answers 400 that names ${name} for the value ${value}, and the connection lives on`, async () => {
      const response = await sut.infer({ headers: { [name]: value } });
      assert.equal(response.status, 400);
      assert.equal(response.headers.get("straightline-error"), "INVALID_REQUEST");
      const { error } = (await response.json()) as { error: string };
      assert.ok(error.includes(name) && error.includes(value), error);
    });
  }

  it("passes an instance's fault on, with the placement, and reports it", async () => {
    sut.first.listener = (_, response) => void response.writeHead(500).end("oops");
    const [report] = await sut.reportsOf(async () => {
      const response = await sut.infer();
      assert.equal(response.status, 500);
      assert.equal(await response.text(), "oops");
      assert.equal(response.headers.get("straightline-instance"), "a");
    });
    assert.equal(report?.outcome, "OUTCOME_INSTANCE_ERROR");
  });

  it("reports a client's mistake as such", async () => {
    sut.first.listener = (_, response) => void response.writeHead(404).end("{}");
    const [report] = await sut.reportsOf(() => sut.infer());
    assert.equal(report?.outcome, "OUTCOME_CLIENT_ERROR");
  });

  it("passes placement's refusals on with status, code and Retry-After", async () => {
    sut.placement.decide(() => refused("NO_CAPACITY", status.RESOURCE_EXHAUSTED, "nothing is free", 1500));
    const full = await sut.infer();
    assert.deepEqual([full.status, full.headers.get("retry-after")], [429, "2"]);
    assert.deepEqual(await full.json(), { error: "nothing is free" });
    sut.placement.decide(() => refused("UNKNOWN_APPLICATION", status.NOT_FOUND, "no application digits"));
    const unknown = await sut.infer();
    assert.equal(unknown.status, 404);
    assert.equal(unknown.headers.get("straightline-error"), "UNKNOWN_APPLICATION");
  });

  it("passes any method, path and query of a raw application on, without hop-by-hop headers", async () => {
    let seen: IncomingMessage | undefined;
    sut.first.listener = (request, response) => {
      seen = request;
      response.writeHead(204, { "keep-alive": "timeout=5", "set-cookie": ["a=1", "b=2"] }).end();
    };
    const request = httpRequest(`${sut.url}/apps/digits/a%2Fb/c?q=%20`, {
      method: "PROPFIND",
      headers: {
        connection: "keep-alive, x-secret",
        "x-secret": "1",
        "x-kept": "2",
        te: "trailers",
        "straightline-node": "forged",
      },
    });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 204);
    assert.deepEqual(response.headers["set-cookie"], ["a=1", "b=2"]);
    assert.equal(seen?.method, "PROPFIND");
    assert.equal(seen?.url, "/a%2Fb/c?q=%20");
    assert.equal(seen?.headers["x-kept"], "2");
    assert.equal(seen?.headers["x-forwarded-prefix"], "/apps/digits");
    for (const name of ["x-secret", "te", "straightline-node"]) assert.equal(seen?.headers[name], undefined, name);
  });

  it("refuses WebSocket with a clear answer", async () => {
    const request = httpRequest(`${sut.url}/apps/digits/ws`, { headers: { connection: "upgrade", upgrade: "websocket" } });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal(response.statusCode, 501);
    assert.match((await readAll(response)).toString(), /WebSocket/);
  });

  it("continues the client's trace through placement to the instance", async () => {
    let traceparent = "";
    sut.first.listener = (request, response) => {
      traceparent = String(request.headers["traceparent"]);
      response.end();
    };
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const response = await sut.infer({ headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    assert.ok(traceparent.startsWith(`00-${traceId}-`));
    assert.ok(sut.placement.places.at(-1)?.traceparent.startsWith(`00-${traceId}-`));
    assert.equal(response.headers.get("straightline-trace-id"), traceId);
  });

  it("answers health, metadata and model readiness", async () => {
    const get = async (path: string) => {
      const response = await fetch(`${sut.url}${path}`);
      return [response.status, await response.json()];
    };
    assert.deepEqual(await get("/v2/health/live"), [200, { live: true }]);
    assert.deepEqual(await get("/v2/health/ready"), [200, { ready: true }]);
    assert.equal(((await get("/v2"))[1] as { name: string }).name, "straightline-gateway");
    assert.deepEqual(await get("/v2/models/digits/ready"), [200, { name: "digits", ready: true }]);
    assert.equal(sut.placement.places.at(-1)?.dryRun, true);
    sut.placement.decide(() => refused("NO_CAPACITY", status.RESOURCE_EXHAUSTED, "full"));
    assert.equal((await get("/v2/models/digits/ready"))[0], 200);
    sut.placement.decide(() => refused("UNKNOWN_APPLICATION", status.NOT_FOUND, "unknown"));
    assert.equal((await get("/v2/models/digits/ready"))[0], 404);
  });

  it("asks an instance for a model's metadata", async () => {
    sut.first.listener = (request, response) => void response.end(JSON.stringify({ path: request.url }));
    const response = await fetch(`${sut.url}/v2/models/digits/versions/1`);
    assert.deepEqual(await response.json(), { path: "/v2/models/digits/versions/1" });
    assert.equal(sut.placement.places.at(-1)?.data?.sizeBytes, 0);
  });

  for (const [method, path, wanted] of [
    ["GET", "/nothing", 404],
    ["GET", "/v2/models/digits/infer", 404],
    ["POST", "/v2/models/Not%20A%20Name/infer", 400],
    ["GET", "/apps/%ff/x", 400],
  ] as const) {
    it(`answers ${wanted} in the protocol's form to ${method} ${path}`, async () => {
      const response = await fetch(`${sut.url}${path}`, { method });
      assert.equal(response.status, wanted);
      assert.equal(typeof ((await response.json()) as { error: unknown }).error, "string");
    });
  }

  it("cuts off a client that sends its headers too slowly", async () => {
    const socket = connect(sut.gateway.httpPort, "127.0.0.1");
    socket.write("GET /v2 HTTP/1.1\r\nhost: x\r\n");
    socket.resume();
    await once(socket, "close");
  });
});
