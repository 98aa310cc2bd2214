import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { eventually } from "../support/eventually.js";
import { startFakePlacement } from "../support/fake-placement.js";
import {
  type GatewayUnderTest,
  placed,
  startGatewayUnderTest,
  startUpstream,
  type Upstream,
} from "../support/gateway-harness.js";

describe("the gateway and its placement service", () => {
  let sut: GatewayUnderTest;
  let upstream: Upstream;
  let answer: (response: ServerResponse) => void;

  before(async () => {
    upstream = await startUpstream((request, response) => {
      request.resume();
      answer(response);
    });
    sut = await startGatewayUnderTest(() => placed("a", { http: upstream.url }), ["--max-concurrent-requests=40"]);
  });
  after(async () => {
    await sut.stop();
    await upstream.close();
  });
  beforeEach(() => {
    answer = (response) => void response.end("ok");
    sut.placement.decide(() => placed("a", { http: upstream.url }));
  });

  const infer = (init: RequestInit = {}): Promise<Response> =>
    fetch(`${sut.url}/v2/models/digits/infer`, { method: "POST", body: "x", ...init });

  it("sends requests that arrive together in fewer messages than requests", async () => {
    await Promise.all(Array.from({ length: 30 }, () => infer()));
    assert.ok(Math.max(...sut.placement.batches) > 1, `batches ${sut.placement.batches}`);
    assert.equal(sut.placement.streams, 1);
    await sut.placement.settled();
  });

  it("opens a broken stream again and sends the requests in flight once more", async () => {
    const { streams } = sut.placement;
    const before = sut.placement.places.length;
    sut.placement.decide((_, number) => (number === before + 1 ? "silence" : placed("a", { http: upstream.url })));
    const pending = infer();
    await eventually(() => sut.placement.places.length === before + 1, { what: "the first Place" });
    sut.placement.breakStreams();
    assert.equal((await pending).status, 200);
    assert.equal(sut.placement.places.length, before + 2);
    assert.equal(sut.placement.streams, streams + 1);
  });

  it("answers 503 when the stream breaks again", async () => {
    sut.placement.decide(() => "silence");
    const before = sut.placement.places.length;
    const pending = infer();
    for (const sends of [1, 2]) {
      await eventually(() => sut.placement.places.length === before + sends, { what: `send ${sends}` });
      sut.placement.breakStreams();
    }
    const response = await pending;
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("straightline-error"), "PLACEMENT_UNAVAILABLE");
  });

  it("keeps reports while placement is away and sends them when it is back", async () => {
    await sut.placement.settled();
    const held: ServerResponse[] = [];
    answer = (response) => void held.push(response);
    const reports = sut.placement.reports.length;
    const pending = infer();
    await eventually(() => held.length === 1, { what: "the request at the instance" });
    sut.placement.breakStreams();
    held[0]?.end("late");
    assert.equal(await (await pending).text(), "late");
    assert.equal((await sut.placement.waitForReports(reports + 1)).at(-1)?.outcome, "OUTCOME_OK");
  });

  it("gives a slot back that was granted after the client had left", async () => {
    let grant: () => void = () => {};
    await sut.placement.settled();
    const reports = sut.placement.reports.length;
    const places = sut.placement.places.length;
    sut.placement.hold((release) => {
      grant = release;
    });
    const controller = new AbortController();
    const pending = infer({ signal: controller.signal });
    await eventually(() => sut.placement.places.length > places, { what: "the Place" });
    controller.abort();
    await assert.rejects(pending);
    grant();
    const report = (await sut.placement.waitForReports(reports + 1))[reports];
    assert.equal(report?.outcome, "OUTCOME_CANCELLED");
  });

  it("refuses at once beyond its limit of concurrent requests", async () => {
    const held: ServerResponse[] = [];
    answer = (response) => void held.push(response);
    const pending = Array.from({ length: 40 }, () => infer());
    await eventually(() => held.length === 40, { what: "40 requests at the instance" });
    const refused = await infer();
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("straightline-error"), "OVERLOADED");
    assert.equal(refused.headers.get("retry-after"), "1");
    for (const response of held) response.end();
    for (const response of await Promise.all(pending)) assert.equal(response.status, 200);
    answer = (response) => void response.end();
    assert.equal((await infer()).status, 200);
  });

  it("lets a slow client slow the instance down rather than hold the answer", async () => {
    let written = 0;
    const total = 64 * 1024 * 1024;
    const chunk = Buffer.alloc(64 * 1024);
    answer = (response) => {
      const more = (): void => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    };
    const socket = connect(sut.gateway.httpPort, "127.0.0.1");
    socket.pause();
    socket.write("GET /apps/digits/big HTTP/1.1\r\nhost: x\r\n\r\n");
    let last = 0;
    let unchanged = 0;
    await eventually(
      () => {
        unchanged = written > 0 && written === last ? unchanged + 1 : 0;
        last = written;
        return unchanged === 20;
      },
      { what: "the instance to stall" },
    );
    assert.ok(written < total / 2, `${written} bytes were taken from the instance`);
    socket.destroy();
    await sut.placement.settled();
    assert.equal(sut.placement.reports.at(-1)?.outcome, "OUTCOME_CANCELLED");
  });
});

describe("a gateway without its placement service", () => {
  it("starts, says that it is not ready, answers 503, and works once placement comes", async () => {
    const upstream = await startUpstream((_, response) => void response.end("ok"));
    const sut = await startGatewayUnderTest(() => placed("a", { http: upstream.url }));
    const port = Number(sut.placement.address.split(":")[1]);
    await sut.placement.stop();
    assert.equal((await fetch(`${sut.url}/v2/health/live`)).status, 200);
    assert.equal((await fetch(`${sut.url}/v2/health/ready`)).status, 503);
    const refused = await fetch(`${sut.url}/v2/models/digits/infer`, { method: "POST" });
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("straightline-error"), "PLACEMENT_UNAVAILABLE");
    const back = await startFakePlacement(() => placed("a", { http: upstream.url }), port);
    let status = 0;
    for (let tries = 0; tries < 20 && status !== 200; tries++) {
      status = (await fetch(`${sut.url}/v2/models/digits/infer`, { method: "POST" })).status;
    }
    assert.equal(status, 200);
    assert.equal((await fetch(`${sut.url}/v2/health/ready`)).status, 200);
    await sut.stop();
    await back.stop();
    await upstream.close();
  });

  it("finishes what it holds when it is stopped, refuses the rest, and sends the last report", async () => {
    let finish: () => void = () => {};
    const upstream = await startUpstream((_, response) => {
      finish = () => void response.end("done");
      response.writeHead(200);
      response.write("begun ");
    });
    const sut = await startGatewayUnderTest(() => placed("a", { http: upstream.url }));
    const agent = new Agent({ keepAlive: true, maxSockets: 2 });
    const request = httpRequest(`${sut.url}/apps/digits/long`, { agent });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const steps = [...sut.gateway.stopSteps];
    await steps.shift()?.run();
    await assert.rejects(fetch(`${sut.url}/v2/health/live`), "a new connection is refused");
    const rest = (async () => {
      for (const step of steps) await step.run();
    })();
    finish();
    let text = "";
    for await (const chunk of response) text += chunk;
    assert.equal(text, "begun done");
    await rest;
    assert.equal(sut.placement.reports.at(-1)?.outcome, "OUTCOME_OK");
    agent.destroy();
    await sut.placement.stop();
    await upstream.close();
  });
});
