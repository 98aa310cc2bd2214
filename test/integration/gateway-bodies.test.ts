import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { after, before, beforeEach, describe, it } from "node:test";
import { eventually } from "../support/eventually.js";
import { type GatewayWithInstances, startGatewayWithInstances } from "../support/gateway-harness.js";
import { readAll } from "../support/read-all.js";

const MIB = 1024 * 1024;

describe("the gateway and bodies, deadlines and clients that leave", () => {
  let sut: GatewayWithInstances;

  before(async () => {
    sut = await startGatewayWithInstances(["--max-body-bytes=8MiB"]);
  });
  after(() => sut.stop());
  beforeEach(() => sut.reset());

  it("streams a large body in both directions without holding it", async () => {
    const body = randomBytes(6 * MIB);
    sut.first.listener = (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    };
    const [report] = await sut.reportsOf(async () => {
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
    sut.first.listener = (request, response) => void request.once("data", () => response.end("early"));
    const request = httpRequest(`${sut.url}/apps/digits/slow`, { method: "POST", headers: { "content-length": 3 * MIB } });
    request.on("error", () => {});
    request.write(Buffer.alloc(1000));
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal((await readAll(response)).toString(), "early");
    request.destroy();
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
    sut.first.listener = async (request, response) => {
      assert.equal(request.headers["content-length"], "6");
      response.end((await readAll(request)).toString());
    };
    const request = httpRequest(`${sut.url}/v2/models/digits/infer`, { method: "POST" });
    request.write("abc");
    request.end("def");
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal((await readAll(response)).toString(), "abcdef");
    assert.equal(sut.placement.places.at(-1)?.data?.sizeBytes, 6);
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
    sut.first.listener = (request) => void request.socket.once("close", () => (aborted = true));
    const [report] = await sut.reportsOf(async () => {
      const response = await sut.infer({ headers: { "straightline-deadline-ms": "150" } });
      assert.equal(response.status, 504);
      assert.equal(response.headers.get("straightline-error"), "DEADLINE_EXCEEDED");
      assert.equal(response.headers.get("straightline-instance"), "a");
    });
    assert.equal(report?.outcome, "OUTCOME_TIMEOUT");
    await eventually(() => aborted, { what: "the instance's connection to end" });
  });

  it("answers 504 when placement does not answer within the deadline", async () => {
    sut.placement.decide(() => "silence");
    const response = await sut.infer({ headers: { "straightline-deadline-ms": "100" } });
    assert.equal(response.status, 504);
  });

  it("reports a client that goes away as cancelled, and ends the instance's work", async () => {
    let aborted = false;
    sut.first.listener = (request) => void request.socket.once("close", () => (aborted = true));
    const [report] = await sut.reportsOf(async () => {
      const controller = new AbortController();
      const places = sut.placement.places.length;
      const pending = sut.infer({ signal: controller.signal });
      await eventually(() => sut.placement.places.length > places, { what: "the Place" });
      controller.abort();
      await assert.rejects(pending);
    });
    assert.equal(report?.outcome, "OUTCOME_CANCELLED");
    await eventually(() => aborted, { what: "the instance's connection to end" });
  });

  it("passes server-sent events on as they come, and cuts the client off when they break", async () => {
    let push: (text: string) => void = () => {};
    let cut: () => void = () => {};
    sut.first.listener = (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      push = (text) => void response.write(text);
      cut = () => response.destroy();
    };
    const [report] = await sut.reportsOf(async () => {
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
});
