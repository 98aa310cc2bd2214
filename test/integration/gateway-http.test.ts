import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { connect } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { status } from "@grpc/grpc-js";
import {
  type GatewayUnderTest,
  placed,
  refused,
  startGatewayUnderTest,
  startUpstream,
  type Upstream,
} from "../support/gateway-harness.js";
import { waitFor } from "../support/wait-for.js";

const MIB = 1024 * 1024;

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A port on which nothing listens. */
async function deadUrl(): Promise<string> {
  const upstream = await startUpstream(() => {});
  await upstream.close();
  return upstream.url;
}

describe("the gateway over HTTP", () => {
  let sut: GatewayUnderTest;
  let first: Upstream;
  let second: Upstream;
  let onFirst: RequestListener;
  let onSecond: RequestListener;

  before(async () => {
    first = await startUpstream((request, response) => onFirst(request, response));
    second = await startUpstream((request, response) => onSecond(request, response));
    sut = await startGatewayUnderTest(
      () => placed("a", { http: first.url }),
      ["--max-body-bytes=8MiB", "--headers-timeout=500ms"],
    );
  });
  after(async () => {
    await sut.stop();
    await Promise.all([first.close(), second.close()]);
  });
  beforeEach(() => {
    onFirst = (_, response) => void response.end("first");
    onSecond = (_, response) => void response.end("second");
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: second.url }) : placed("a", { http: first.url }),
    );
  });

  const lastReport = async (act: () => Promise<unknown>, count = 1) => {
    await sut.placement.settled();
    const seen = sut.placement.reports.length;
    await act();
    const reports = await sut.placement.waitForReports(seen + count);
    return reports.slice(seen);
  };
  const lastPlace = () => sut.placement.places.at(-1);
  const infer = (init: RequestInit = {}): Promise<Response> =>
    fetch(`${sut.url}/v2/models/digits/infer?x=1`, { method: "POST", body: "hello", ...init });

  it("places by the body's size, forwards, says where the request went, and reports", async () => {
    let seen: { path: string; headers: IncomingMessage["headers"]; body: string } | undefined;
    onFirst = async (request, response) => {
      seen = { path: request.url ?? "", headers: request.headers, body: (await readAll(request)).toString() };
      response.writeHead(200, { "straightline-service-ms": "7", "straightline-cold-start-ms": "120", "x-own": "1" });
      response.end("done");
    };
    let response: Response | undefined;
    const [report] = await lastReport(async () => {
      response = await infer({ headers: { "content-type": "application/json; charset=utf-8", "idempotency-key": "k1" } });
      assert.equal(await response.text(), "done");
    });
    assert.equal(seen?.path, "/v2/models/digits/infer?x=1");
    assert.equal(seen?.body, "hello");
    assert.equal(seen?.headers["idempotency-key"], "k1");
    assert.match(String(seen?.headers["x-forwarded-for"]), /127\.0\.0\.1/);
    assert.equal(seen?.headers["straightline-placement-id"], "p-a");
    const remainingMs = Number(seen?.headers["straightline-deadline-ms"]);
    assert.ok(remainingMs > 5000 && remainingMs <= 10_000, `remaining ${remainingMs}`);
    const place = lastPlace();
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
    await infer({
      headers: {
        "straightline-policy": "vm-only",
        "straightline-frequency-hint": "12.5",
        "straightline-kinds": "vm, serverless",
        "straightline-deadline-ms": "2000",
      },
    });
    const place = lastPlace();
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
      const response = await infer({ headers: { [name]: value } });
      assert.equal(response.status, 400);
      assert.equal(response.headers.get("straightline-error"), "INVALID_REQUEST");
      const { error } = (await response.json()) as { error: string };
      assert.ok(error.includes(name) && error.includes(value), error);
    });
  }

  it("streams a large body in both directions without holding it", async () => {
    const body = randomBytes(6 * MIB);
    onFirst = (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    };
    const [report] = await lastReport(async () => {
      const response = await fetch(`${sut.url}/apps/digits/echo`, { method: "POST", body });
      const digest = createHash("sha256")
        .update(Buffer.from(await response.arrayBuffer()))
        .digest("hex");
      assert.equal(digest, createHash("sha256").update(body).digest("hex"));
    });
    assert.equal(report?.requestBytes, body.length);
    assert.equal(report?.responseBytes, body.length);
  });

  it("lets the first bytes through before the last have come", async () => {
    onFirst = (request, response) => void request.once("data", () => response.end("early"));
    const request = httpRequest(`${sut.url}/apps/digits/slow`, { method: "POST", headers: { "content-length": 3 * MIB } });
    request.on("error", () => {});
    request.write(Buffer.alloc(1000));
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal((await readAll(response)).toString(), "early");
    request.destroy();
  });

  it("retries elsewhere when the connection is refused, and reports both", async () => {
    const dead = await deadUrl();
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: second.url }) : placed("a", { http: dead }),
    );
    let body = "";
    onSecond = async (request, response) => {
      body = (await readAll(request)).toString();
      response.end("second");
    };
    const reports = await lastReport(async () => {
      const response = await infer();
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
    onFirst = (_, response) => void response.writeHead(429, { "straightline-executed": "false" }).end();
    const reports = await lastReport(async () => assert.equal(await (await infer()).text(), "second"), 2);
    assert.equal(reports[0]?.outcome, "OUTCOME_THROTTLED");
  });

  it("does not send a request again that may have been executed", async () => {
    onFirst = (request) => void request.once("data", () => request.socket.destroy());
    const [report] = await lastReport(async () => {
      const response = await infer();
      assert.equal(response.status, 502);
      assert.equal(response.headers.get("straightline-error"), "INSTANCE_UNAVAILABLE");
      assert.equal(response.headers.get("straightline-attempts"), "1");
    });
    assert.equal(report?.outcome, "OUTCOME_INSTANCE_ERROR");
  });

  it("sends it again when the application is idempotent", async () => {
    onFirst = (request) => void request.once("data", () => request.socket.destroy());
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a")
        ? placed("b", { http: second.url }, { idempotent: true })
        : placed("a", { http: first.url }, { idempotent: true }),
    );
    assert.equal(await (await infer()).text(), "second");
  });

  it("does not retry once a body larger than the buffer has been partly sent", async () => {
    onFirst = (request) => {
      let bytes = 0;
      request.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > 2 * MIB) request.socket.destroy();
      });
    };
    sut.placement.decide(() => placed("a", { http: first.url }, { idempotent: true }));
    const places = sut.placement.places.length;
    const response = await infer({ body: Buffer.alloc(4 * MIB) });
    assert.equal(response.status, 502);
    assert.equal(sut.placement.places.length, places + 1);
  });

  it("retries a large body of which nothing was sent", async () => {
    const dead = await deadUrl();
    onSecond = async (request, response) => void response.end(String((await readAll(request)).length));
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a") ? placed("b", { http: second.url }) : placed("a", { http: dead }),
    );
    assert.equal(await (await infer({ body: Buffer.alloc(4 * MIB) })).text(), String(4 * MIB));
  });

  it("passes an instance's fault on, with the placement, and reports it", async () => {
    onFirst = (_, response) => void response.writeHead(500).end("oops");
    const [report] = await lastReport(async () => {
      const response = await infer();
      assert.equal(response.status, 500);
      assert.equal(await response.text(), "oops");
      assert.equal(response.headers.get("straightline-instance"), "a");
    });
    assert.equal(report?.outcome, "OUTCOME_INSTANCE_ERROR");
  });

  it("reports a client's mistake as such", async () => {
    onFirst = (_, response) => void response.writeHead(404).end("{}");
    const [report] = await lastReport(() => infer());
    assert.equal(report?.outcome, "OUTCOME_CLIENT_ERROR");
  });

  for (const { title, body, headers, wanted, code } of [
    {
      title: "413 for a body above the limit",
      body: Buffer.alloc(0),
      headers: { "content-length": 9 * MIB },
      wanted: 413,
      code: "BODY_TOO_LARGE",
    },
    {
      title: "411 for a large body without a length",
      body: Buffer.alloc(2 * MIB),
      headers: { "transfer-encoding": "chunked" },
      wanted: 411,
      code: "LENGTH_REQUIRED",
    },
  ]) {
    it(`answers ${title} without reading it all, and closes the connection`, async () => {
      const places = sut.placement.places.length;
      const request = httpRequest(`${sut.url}/v2/models/digits/infer`, { method: "POST", headers });
      request.on("error", () => {});
      if (body.length > 0) request.write(body);
      else request.flushHeaders();
      const [response] = (await once(request, "response")) as [IncomingMessage];
      assert.equal(response.statusCode, wanted);
      assert.equal(response.headers["straightline-error"], code);
      assert.equal(response.headers.connection, "close");
      assert.match((await readAll(response)).toString(), /content-length/);
      assert.equal(sut.placement.places.length, places);
      request.destroy();
    });
  }

  it("takes a small chunked body and tells placement its size", async () => {
    onFirst = async (request, response) => {
      assert.equal(request.headers["content-length"], "6");
      response.end((await readAll(request)).toString());
    };
    const request = httpRequest(`${sut.url}/v2/models/digits/infer`, { method: "POST" });
    request.write("abc");
    request.end("def");
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal((await readAll(response)).toString(), "abcdef");
    assert.equal(lastPlace()?.data?.sizeBytes, 6);
  });

  it("asks for the body by 100-continue only when it is wanted", async () => {
    const send = (headers: Record<string, string | number>) => {
      const request = httpRequest(`${sut.url}/v2/models/digits/infer`, {
        method: "POST",
        headers: { expect: "100-continue", ...headers },
      });
      let continued = false;
      request.on("error", () => {});
      request.on("continue", () => {
        continued = true;
        request.end("hello");
      });
      request.flushHeaders();
      return once(request, "response").then(([response]) => ({ response: response as IncomingMessage, continued }));
    };
    const good = await send({ "content-length": 5 });
    assert.deepEqual([good.response.statusCode, good.continued], [200, true]);
    const bad = await send({ "content-length": 9 * MIB });
    assert.deepEqual([bad.response.statusCode, bad.continued], [413, false]);
  });

  it("answers 504 when the deadline passes, aborts the instance, and reports a timeout", async () => {
    let aborted = false;
    onFirst = (request) => void request.socket.once("close", () => (aborted = true));
    const [report] = await lastReport(async () => {
      const response = await infer({ headers: { "straightline-deadline-ms": "150" } });
      assert.equal(response.status, 504);
      assert.equal(response.headers.get("straightline-error"), "DEADLINE_EXCEEDED");
      assert.equal(response.headers.get("straightline-instance"), "a");
    });
    assert.equal(report?.outcome, "OUTCOME_TIMEOUT");
    await waitFor(() => aborted, "the instance's connection to end");
  });

  it("answers 504 when placement does not answer within the deadline", async () => {
    sut.placement.decide(() => "silence");
    const response = await infer({ headers: { "straightline-deadline-ms": "100" } });
    assert.equal(response.status, 504);
  });

  it("passes placement's refusals on with status, code and Retry-After", async () => {
    sut.placement.decide(() => refused("NO_CAPACITY", status.RESOURCE_EXHAUSTED, "nothing is free", 1500));
    const full = await infer();
    assert.deepEqual([full.status, full.headers.get("retry-after")], [429, "2"]);
    assert.deepEqual(await full.json(), { error: "nothing is free" });
    sut.placement.decide(() => refused("UNKNOWN_APPLICATION", status.NOT_FOUND, "no application digits"));
    const unknown = await infer();
    assert.equal(unknown.status, 404);
    assert.equal(unknown.headers.get("straightline-error"), "UNKNOWN_APPLICATION");
  });

  it("reports a client that goes away as cancelled, and ends the instance's work", async () => {
    let aborted = false;
    onFirst = (request) => void request.socket.once("close", () => (aborted = true));
    const [report] = await lastReport(async () => {
      const controller = new AbortController();
      const places = sut.placement.places.length;
      const pending = infer({ signal: controller.signal });
      await waitFor(() => sut.placement.places.length > places, "the Place");
      controller.abort();
      await assert.rejects(pending);
    });
    assert.equal(report?.outcome, "OUTCOME_CANCELLED");
    await waitFor(() => aborted, "the instance's connection to end");
  });

  it("passes server-sent events on as they come, and cuts the client off when they break", async () => {
    let push: (text: string) => void = () => {};
    let cut: () => void = () => {};
    onFirst = (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      push = (text) => void response.write(text);
      cut = () => response.destroy();
    };
    const [report] = await lastReport(async () => {
      const response = await fetch(`${sut.url}/apps/digits/events?from=3`);
      assert.equal(response.headers.get("content-type"), "text/event-stream");
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      for (const text of ["data: 1\n\n", "data: 2\n\n"]) {
        push(text);
        assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), text);
      }
      cut();
      await assert.rejects(reader.read());
    });
    assert.equal(report?.outcome, "OUTCOME_INSTANCE_ERROR");
  });

  it("passes any method, path and query of a raw application on, without hop-by-hop headers", async () => {
    let seen: IncomingMessage | undefined;
    onFirst = (request, response) => {
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
    onFirst = (request, response) => {
      traceparent = String(request.headers["traceparent"]);
      response.end();
    };
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const response = await infer({ headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    assert.ok(traceparent.startsWith(`00-${traceId}-`));
    assert.ok(lastPlace()?.traceparent.startsWith(`00-${traceId}-`));
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
    assert.equal(lastPlace()?.dryRun, true);
    sut.placement.decide(() => refused("NO_CAPACITY", status.RESOURCE_EXHAUSTED, "full"));
    assert.equal((await get("/v2/models/digits/ready"))[0], 200);
    sut.placement.decide(() => refused("UNKNOWN_APPLICATION", status.NOT_FOUND, "unknown"));
    assert.equal((await get("/v2/models/digits/ready"))[0], 404);
  });

  it("asks an instance for a model's metadata", async () => {
    onFirst = (request, response) => void response.end(JSON.stringify({ path: request.url }));
    const response = await fetch(`${sut.url}/v2/models/digits/versions/1`);
    assert.deepEqual(await response.json(), { path: "/v2/models/digits/versions/1" });
    assert.equal(lastPlace()?.data?.sizeBytes, 0);
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
