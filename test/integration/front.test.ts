import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { Agent, request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { type Client, type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { createKeyPair } from "../../services/common/bus/index.js";
import { createLeaseSigner } from "../../services/common/lease/index.js";
import { METRIC } from "../../services/common/observe/index.js";
import { createAuthority, selfSigned, skipWithoutOpenssl } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import {
  callFront,
  clientMaterial,
  type FrontUnderTest,
  grpcClient,
  metadataOf,
  startFrontUnderTest,
} from "../support/front-harness.js";

const bytes = (value: Buffer): Buffer => value;
const TO_ONE = { "straightline-instance": "one" };

interface GrpcAnswer {
  readonly code: number;
  readonly details: string;
  readonly message: Buffer | undefined;
  readonly initial: Metadata | undefined;
  readonly trailers: Metadata;
}

function callOnce(client: Client, message: Buffer, metadata: Readonly<Record<string, string>>): Promise<GrpcAnswer> {
  return new Promise((resolve) => {
    let received: Buffer | undefined;
    let initial: Metadata | undefined;
    const done = (_: ServiceError | null, answer?: Buffer): void => {
      received = answer;
    };
    const options = { deadline: Date.now() + 20_000 };
    const call = client.makeUnaryRequest("/echo.Echo/Once", bytes, bytes, message, metadataOf(metadata), options, done);
    call.on("metadata", (metadata: Metadata) => {
      initial = metadata;
    });
    call.on("status", ({ code, details, metadata: trailers }) =>
      setImmediate(() => resolve({ code, details, message: received, initial, trailers })),
    );
  });
}

describe("the front", { skip: skipWithoutOpenssl() }, () => {
  let sut: FrontUnderTest;
  before(async () => {
    sut = await startFrontUnderTest();
  });
  after(() => sut[Symbol.asyncDispose]());

  it("passes a gateway's request on over HTTP/1.1, without what was for the front alone", async () => {
    sut.listener = (request, response) => {
      const { url, method, headers } = request;
      response.writeHead(201, { "x-answer": "yes", "straightline-service-ms": "3" });
      response.end(JSON.stringify({ url, method, headers }));
    };
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=1" };
    const headers = {
      ...TO_ONE,
      ...trace,
      "x-own": "1",
      "straightline-deadline-ms": "900",
      authorization: "Bearer of the application",
    };
    const answer = await callFront(sut, sut.gateway, { method: "POST", path: "/v2/models/m/infer?x=1", headers }, "hello");
    const seen = JSON.parse(answer.text) as { url: string; method: string; headers: Record<string, string> };
    assert.deepEqual([answer.status, answer.headers["x-answer"], answer.headers["straightline-service-ms"]], [201, "yes", "3"]);
    assert.deepEqual([seen.url, seen.method, seen.headers["x-own"]], ["/v2/models/m/infer?x=1", "POST", "1"]);
    assert.equal(seen.headers["straightline-deadline-ms"], "900");
    assert.equal(seen.headers["authorization"], "Bearer of the application");
    assert.deepEqual([seen.headers["traceparent"], seen.headers["tracestate"]], [trace.traceparent, trace.tracestate]);
    assert.equal(seen.headers["straightline-instance"], undefined);
  });

  it("passes a request on over HTTP/2", async () => {
    sut.listener = (request, response) => void request.pipe(response.writeHead(200, { connection: "keep-alive" }));
    const material = { ca: readFileSync(sut.authority.caFile), ...clientMaterial(sut.gateway) };
    const session = connectHttp2(`https://127.0.0.1:${sut.port}`, material);
    const stream = session.request({ ":path": "/echo", ":method": "POST", ...TO_ONE });
    stream.end("over two");
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    session.close();
    assert.equal(headers[":status"], 200);
    assert.equal(Buffer.concat(chunks).toString(), "over two");
  });

  it("passes a gRPC call on, with its trailers", async () => {
    using client = grpcClient(sut, sut.gateway);
    const answer = await callOnce(client, Buffer.from("ping"), { ...TO_ONE, "x-own": "1", traceparent: "t" });
    assert.equal(answer.code, status.OK, answer.details);
    assert.equal(answer.message?.toString(), "ping");
    const seen = JSON.parse(String(answer.trailers.get("seen")[0])) as string[];
    assert.ok(seen.includes("x-own") && seen.includes("traceparent") && !seen.includes("straightline-instance"), seen.join());
  });

  it("passes the status of a gRPC call on that fails before its first message", async () => {
    using client = grpcClient(sut, sut.gateway);
    sut.failNextGrpc({ code: status.NOT_FOUND, details: "no such model", metadata: metadataOf({ "x-own": "1" }) });
    const answer = await callOnce(client, Buffer.from("ping"), TO_ONE);
    assert.deepEqual([answer.code, answer.details], [status.NOT_FOUND, "no such model"]);
    assert.equal(answer.trailers.get("x-own")[0], "1");
    assert.equal((await callOnce(client, Buffer.from("ping"), TO_ONE)).message?.toString(), "ping");
  });

  it("passes each message of a stream on as it comes", async () => {
    using client = grpcClient(sut, sut.gateway);
    const call = client.makeBidiStreamRequest("/echo.Echo/Each", bytes, bytes, metadataOf(TO_ONE), {
      deadline: Date.now() + 20_000,
    });
    const ended = once(call, "status") as Promise<[{ code: number; metadata: Metadata }]>;
    for (const text of ["a", "b", "c"]) {
      const back = once(call, "data") as Promise<[Buffer]>;
      call.write(Buffer.from(text));
      // The next goes out only when this one has come back: nothing is held on the way.
      assert.equal((await back)[0].toString(), text);
    }
    call.end();
    const [{ code, metadata }] = await ended;
    assert.equal(code, status.OK);
    assert.equal(metadata.get("seen").length, 1);
  });

  it("opens to a lease, which names the instance", async () => {
    sut.listener = (request, response) => void response.end(JSON.stringify(request.headers));
    const answer = await callFront(sut, undefined, { headers: { "straightline-lease": sut.lease() } });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((JSON.parse(answer.text) as Record<string, string>)["straightline-lease"], undefined);
    using client = grpcClient(sut, undefined);
    const call = await callOnce(client, Buffer.from("leased"), { "straightline-lease": sut.lease() });
    assert.equal(call.message?.toString(), "leased", call.details);
  });

  const past = (): number => Date.now() - 60_000;
  const REFUSED: Readonly<
    Record<string, { readonly headers: () => Record<string, string>; readonly status: number; readonly why: RegExp }>
  > = {
    "without a certificate": { headers: () => TO_ONE, status: 401, why: /show a gateway's certificate, or a lease/ },
    "an expired lease": {
      headers: () => ({ "straightline-lease": sut.lease({ issuedAtMs: past() - 1000, expiresAtMs: past() }) }),
      status: 401,
      why: /has expired/,
    },
    "a lease of another node": {
      headers: () => ({ "straightline-lease": sut.lease({ nodeId: "node-2" }) }),
      status: 403,
      why: /for another instance/,
    },
    "a lease for another instance than the one named": {
      headers: () => ({ "straightline-lease": sut.lease({ instanceId: "two" }), ...TO_ONE }),
      status: 403,
      why: /for another instance/,
    },
    "a tampered lease": {
      headers: () => ({
        "straightline-lease": sut.lease().replace(/\.[^.]+\./, `.${Buffer.from('{"instanceId":"one"}').toString("base64url")}.`),
      }),
      status: 401,
      why: /not signed by this mesh/,
    },
    "a lease of another mesh": {
      headers: () => {
        const lease = {
          placementId: "p",
          application: "app",
          nodeId: "node-1",
          instanceId: "one",
          issuedAtMs: Date.now(),
          expiresAtMs: Date.now() + 1000,
        };
        return { "straightline-lease": createLeaseSigner(createKeyPair("account").seed)(lease) };
      },
      status: 401,
      why: /not signed by this mesh/,
    },
  };
  for (const [what, { headers, status: wanted, why }] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, async () => {
      let reached = false;
      sut.listener = (_, response) => {
        reached = true;
        response.end();
      };
      const answer = await callFront(sut, undefined, { method: "POST", headers: headers() }, "body");
      assert.equal(answer.status, wanted);
      assert.match(answer.text, why);
      assert.equal(answer.headers["straightline-executed"], "unreachable");
      using client = grpcClient(sut, undefined);
      const call = await callOnce(client, Buffer.from("x"), headers());
      assert.equal(call.code, wanted === 401 ? status.UNAUTHENTICATED : status.PERMISSION_DENIED);
      assert.equal(reached, false);
    });
  }

  it("refuses a certificate of its authority that is not a gateway's", async () => {
    const answer = await callFront(sut, sut.authority.issue("operator"), { headers: TO_ONE });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /not a gateway's/);
  });

  it("refuses a certificate that another authority has made out to the gateway, also when its session is resumed", async () => {
    const foreign = createAuthority(sut.directory, "foreign").issue("foreign-gateway");
    // The common name must be the gateway's, or nothing is tried.
    const named = selfSigned(sut.directory);
    for (const tls of [foreign, named]) assert.equal((await callFront(sut, tls, { headers: TO_ONE })).status, 401);
    const options: ConnectionOptions = {
      host: "127.0.0.1",
      port: sut.port,
      ca: readFileSync(sut.authority.caFile),
      ALPNProtocols: ["http/1.1"],
    };
    const first = connectTls({ ...options, ...clientMaterial(named) });
    const [session] = (await Promise.race([once(first, "session"), once(first, "close")])) as [Buffer];
    first.destroy();
    const second = connectTls({ ...options, ...clientMaterial(named), session });
    await once(second, "secureConnect");
    second.write("GET / HTTP/1.1\r\nhost: x\r\nstraightline-instance: one\r\n\r\n");
    const [answer] = (await once(second, "data")) as [Buffer];
    assert.ok(second.isSessionReused(), "the session was resumed");
    second.destroy();
    assert.match(answer.toString(), /^HTTP\/1.1 40[13] /);
  });

  it("reveals nothing: an instance that is not there looks the same to whoever may not pass", async () => {
    const [there, not] = [
      await callFront(sut, undefined, { headers: TO_ONE }),
      await callFront(sut, undefined, { headers: { "straightline-instance": "none" } }),
    ];
    assert.equal(there.text, not.text);
  });

  it("tells a gateway that an instance is gone and has seen nothing", async () => {
    const answer = await callFront(sut, sut.gateway, { headers: { "straightline-instance": "gone" } });
    assert.deepEqual([answer.status, answer.headers["straightline-executed"]], [502, "unreachable"]);
    const one = sut.instances.get("one");
    assert.ok(one);
    sut.instances.set("dead", { ...one, httpEndpoint: "http://127.0.0.1:9", grpcEndpoint: "127.0.0.1:9" });
    const dead = await callFront(sut, sut.gateway, { headers: { "straightline-instance": "dead" } });
    assert.deepEqual([dead.status, dead.headers["straightline-executed"]], [502, "unreachable"]);
    using client = grpcClient(sut, sut.gateway);
    const call = await callOnce(client, Buffer.from("x"), { "straightline-instance": "dead" });
    assert.equal(call.code, status.UNAVAILABLE);
    assert.equal(call.initial?.get("straightline-executed")[0], "unreachable");
  });

  it("carries large bodies both ways", async () => {
    sut.listener = (request, response) => void request.pipe(response);
    const body = Buffer.alloc(20 * 1024 * 1024, "straightline ");
    const answer = await callFront(sut, sut.gateway, { method: "POST", headers: TO_ONE }, body);
    assert.equal(answer.text.length, body.length);
    using client = grpcClient(sut, sut.gateway);
    const call = await callOnce(client, body, TO_ONE);
    assert.ok(call.message?.equals(body), call.details);
  });

  it("holds back a client whose instance does not read", async () => {
    let sent = 0;
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    sut.listener = (request, response) => {
      request.pause();
      void released.then(() => request.resume().once("end", () => response.end("read")));
    };
    const material = { ca: readFileSync(sut.authority.caFile), ...clientMaterial(sut.gateway) };
    const request = httpsRequest({
      host: "127.0.0.1",
      port: sut.port,
      method: "POST",
      headers: TO_ONE,
      agent: false,
      ...material,
    });
    const piece = Buffer.alloc(256 * 1024);
    // All of it would go where nothing is held back; the kernel lets the buffers of four sockets grow to 70 MiB and more.
    const muchBytes = 160 * 1024 * 1024;
    let full = false;
    const deadline = Date.now() + 15_000;
    while (sent < muchBytes && !full && Date.now() < deadline) {
      sent += piece.length;
      if (!request.write(piece))
        full = !(await Promise.race([
          once(request, "drain").then(() => true),
          new Promise<boolean>((r) => setTimeout(r, 1500, false)),
        ]));
    }
    assert.ok(full, `it took ${sent} bytes`);
    release();
    request.end();
    const [response] = await once(request, "response");
    response.resume();
    assert.equal(response.statusCode, 200);
  });

  it("refuses bodies beyond the instance's limit, told or not", async () => {
    const one = sut.instances.get("one");
    assert.ok(one);
    sut.instances.set("small", { ...one, payloadLimitBytes: 1000 });
    sut.listener = (request, response) => void request.resume().on("end", () => response.end());
    const headers = { "straightline-instance": "small" };
    const told = await callFront(
      sut,
      sut.gateway,
      { method: "POST", headers: { ...headers, "content-length": "1001" } },
      Buffer.alloc(1001),
    );
    assert.equal(told.status, 413);
    assert.match(told.text, /at most 1000 bytes/);
    const untold = await callFront(
      sut,
      sut.gateway,
      { method: "POST", headers: { ...headers, "transfer-encoding": "chunked" } },
      Buffer.alloc(5000),
    );
    assert.equal(untold.status, 413);
    using client = grpcClient(sut, sut.gateway);
    const call = await callOnce(client, Buffer.alloc(5000), headers);
    assert.equal(call.code, status.INVALID_ARGUMENT, call.details);
  });

  it("tells whoever may not pass so, however much is still to be sent", async () => {
    const body = Buffer.alloc(16 * 1024 * 1024);
    for (const headers of [TO_ONE, { ...TO_ONE, expect: "100-continue" }]) {
      const answer = await callFront(sut, undefined, { method: "POST", headers }, body);
      assert.equal(answer.status, 401);
    }
  });

  it("lets a client that asks first send its body once it may pass", async () => {
    sut.listener = (request, response) => void request.pipe(response);
    const material = { ca: readFileSync(sut.authority.caFile), ...clientMaterial(sut.gateway) };
    const headers = { ...TO_ONE, expect: "100-continue", "content-length": "5" };
    const options = { host: "127.0.0.1", port: sut.port, method: "POST", headers, agent: false, ...material } as const;
    const request = httpsRequest(options);
    request.flushHeaders();
    await once(request, "continue");
    request.end("asked");
    const [response] = await once(request, "response");
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).toString(), "asked");
  });

  it("ends the instance's request when the client leaves", async () => {
    const seen = { begun: false, closed: false };
    sut.listener = (_, response) => {
      seen.begun = true;
      response.writeHead(200).write("begun");
      response.once("close", () => {
        seen.closed = true;
      });
    };
    const material = { ca: readFileSync(sut.authority.caFile), ...clientMaterial(sut.gateway) };
    const request = httpsRequest({ host: "127.0.0.1", port: sut.port, headers: TO_ONE, agent: false, ...material });
    request.on("error", () => {});
    request.end();
    await once(request, "response");
    assert.deepEqual(seen, { begun: true, closed: false });
    request.destroy();
    await eventually(() => seen.closed, { what: "the instance sees that the client has left" });
  });

  it("cuts an answer that the instance breaks off", async () => {
    sut.listener = (_, response) => {
      response.writeHead(200).write("half");
      setImmediate(() => response.destroy());
    };
    await assert.rejects(callFront(sut, sut.gateway, { headers: TO_ONE }));
  });

  it("says what is missing of a request or its headers", async () => {
    assert.equal((await callFront(sut, sut.gateway)).status, 400);
    const large = { ...TO_ONE, "x-large": "x".repeat(20_000) };
    assert.equal((await callFront(sut, sut.gateway, { headers: large })).status, 431);
  });
});

describe("the front's metrics", { skip: skipWithoutOpenssl() }, () => {
  it("count requests by application and what has become of them, and connections", async () => {
    await using sut = await startFrontUnderTest();
    assert.equal((await callFront(sut, sut.gateway, { headers: TO_ONE })).status, 200);
    assert.equal((await callFront(sut, undefined, { headers: { "straightline-lease": sut.lease() } })).status, 200);
    assert.equal((await callFront(sut, undefined, { headers: TO_ONE })).status, 401);
    assert.equal((await callFront(sut, sut.authority.issue("stranger"), { headers: TO_ONE })).status, 403);
    assert.equal((await callFront(sut, sut.gateway, { headers: { "straightline-instance": "none" } })).status, 502);
    sut.listener = (request) => void request.socket.destroy();
    assert.equal((await callFront(sut, sut.gateway, { headers: TO_ONE })).status, 502);
    assert.deepEqual(sut.counted(METRIC.frontRequests), {
      ...{ "app passed": 2, " UNAUTHENTICATED": 1, " PERMISSION_DENIED": 1 },
      ...{ " INSTANCE_UNAVAILABLE": 1, "app INSTANCE_UNAVAILABLE": 1 },
    });
    assert.deepEqual(sut.counted(METRIC.frontConnections), { accepted: 6 });
    await eventually(() => sut.counted(METRIC.frontActive)[""] === 0, { what: "the connections' end" });
  });

  it("count clients that leave before their answer, and what is no TLS", async () => {
    await using sut = await startFrontUnderTest();
    let arrived: () => void = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    sut.listener = () => arrived();
    const material = { ca: readFileSync(sut.authority.caFile), ...clientMaterial(sut.gateway) };
    const request = httpsRequest({ host: "127.0.0.1", port: sut.port, headers: TO_ONE, agent: false, ...material });
    request.on("error", () => {});
    request.end();
    await arrival;
    request.destroy();
    connect(sut.port, "127.0.0.1")
      .on("error", () => {})
      .end("no TLS at all");
    const counts = (): unknown[] => [
      sut.counted(METRIC.frontRequests)["app client-gone"],
      sut.counted(METRIC.frontConnections)["handshake"],
    ];
    await eventually(() => isDeepStrictEqual(counts(), [1, 1]), { what: "both to be counted" });
  });
});

describe("the front's limits", { skip: skipWithoutOpenssl() }, () => {
  it("holds no more connections than it may", async () => {
    await using sut = await startFrontUnderTest({ maxConnections: 2 });
    const material = { ca: readFileSync(sut.authority.caFile), ...clientMaterial(sut.gateway) };
    const agent = new Agent({ keepAlive: true, maxSockets: 2, ...material });
    const hold = sut.listener;
    sut.listener = () => {};
    for (let n = 0; n < 2; n++) {
      const request = httpsRequest({ host: "127.0.0.1", port: sut.port, headers: TO_ONE, agent });
      request.on("error", () => {});
      request.end();
      await once(request, "socket").then(([socket]) => once(socket, "secureConnect"));
    }
    await assert.rejects(callFront(sut, sut.gateway, { headers: TO_ONE }));
    assert.deepEqual(sut.counted(METRIC.frontConnections), { accepted: 2, limit: 1 });
    agent.destroy();
    sut.listener = hold;
    await eventually(
      () =>
        callFront(sut, sut.gateway, { headers: TO_ONE }).then(
          ({ status: code }) => code === 200,
          () => false,
        ),
      { what: "room again" },
    );
  });

  it("lets requests under way finish when it closes", async () => {
    await using sut = await startFrontUnderTest();
    let finish: () => void = () => {};
    let begun = false;
    sut.listener = (_, response) => {
      begun = true;
      finish = () => response.end("finished");
    };
    const answer = callFront(sut, sut.gateway, { headers: TO_ONE });
    await eventually(() => begun, { what: "the request is at the instance" });
    const closed = sut.front.close(10_000);
    await assert.rejects(callFront(sut, sut.gateway, { headers: TO_ONE }));
    finish();
    assert.equal((await answer).text, "finished");
    await closed;
  });

  it("ends kept connections when it closes, refusing what comes on them meanwhile as never executed", async () => {
    await using sut = await startFrontUnderTest();
    const kept = new Agent({
      keepAlive: true,
      maxSockets: 1,
      ca: readFileSync(sut.authority.caFile),
      ...clientMaterial(sut.gateway),
    });
    const idle = new Agent({
      keepAlive: true,
      maxSockets: 1,
      ca: readFileSync(sut.authority.caFile),
      ...clientMaterial(sut.gateway),
    });
    const call = (agent: Agent) => callFront(sut, sut.gateway, { headers: TO_ONE, agent });
    assert.equal((await call(idle)).headers.connection, "keep-alive");
    let finish: () => void = () => {};
    sut.listener = (_, response) => {
      finish = () => response.end("finished");
    };
    const answer = call(kept);
    await eventually(() => sut.requests === 1, { what: "the request is at the instance" });
    let isClosed = false;
    const closed = sut.front.close(20_000).then(() => {
      isClosed = true;
    });
    await eventually(() => Object.keys(idle.freeSockets).length === 0, { what: "the idle connection has ended" });
    assert.equal(isClosed, false);
    finish();
    const { text, headers } = await answer;
    assert.deepEqual([text, headers.connection], ["finished", "close"]);
    const startedMs = performance.now();
    await closed;
    assert.ok(performance.now() - startedMs < 10_000, "it does not wait for its whole grace");
  });

  it("refuses what comes on a kept connection while it closes, as never executed", async () => {
    await using sut = await startFrontUnderTest();
    const material = { ca: readFileSync(sut.authority.caFile), ...clientMaterial(sut.gateway) };
    const socket = connectTls({ host: "127.0.0.1", port: sut.port, ALPNProtocols: ["http/1.1"], ...material });
    await once(socket, "secureConnect");
    let answered = "";
    socket.on("data", (data: Buffer) => {
      answered += data.toString();
    });
    // The headers of the first answer promise a kept connection before the front begins to close.
    let finish: () => void = () => {};
    sut.listener = (_, response) => {
      response.writeHead(200, { "content-length": "8" }).write("half");
      finish = () => response.end("half");
    };
    const request = "GET / HTTP/1.1\r\nhost: x\r\nstraightline-instance: one\r\n\r\n";
    socket.write(request);
    await eventually(() => answered.endsWith("half"), { what: "half an answer" });
    const closed = sut.front.close(20_000);
    socket.write(request);
    finish();
    await once(socket, "close");
    await closed;
    assert.equal(sut.requests, 1);
    assert.match(answered, /^HTTP\/1.1 200 .*halfhalf(HTTP\/1.1 502 .*straightline-executed: unreachable.*)?$/s);
  });

  it("gives a connection up that has carried no request that may pass, and a session after a refusal", async () => {
    await using sut = await startFrontUnderTest({ idleTimeoutMs: 300 });
    const material = { ca: readFileSync(sut.authority.caFile) };
    const silent = connectTls({ host: "127.0.0.1", port: sut.port, ALPNProtocols: ["h2"], ...material });
    silent.resume();
    await once(silent, "close");
    await using patient = await startFrontUnderTest();
    const session = connectHttp2(`https://127.0.0.1:${patient.port}`, { ca: readFileSync(patient.authority.caFile) });
    const stream = session.request({ ":path": "/", ...TO_ONE });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    assert.equal(headers[":status"], 401);
    stream.resume();
    await once(session, "close");
  });

  it("leaves a request alone that waits for its answer longer than a connection may be idle", async () => {
    await using sut = await startFrontUnderTest({ idleTimeoutMs: 200 });
    sut.listener = (_, response) => void setTimeout(() => response.end("late"), 900);
    assert.equal((await callFront(sut, sut.gateway, { headers: TO_ONE })).text, "late");
  });

  it("does not start on every address without a name to advertise", async () => {
    await assert.rejects(startFrontUnderTest({ host: "0.0.0.0", advertisedHost: "" }), {
      code: "CONFIG_INVALID",
      message: /front\.advertisedHost.*0\.0\.0\.0/,
    });
  });

  for (const missing of ["certFile", "keyFile", "clientCaFile"] as const) {
    it(`does not start without ${missing}`, async () => {
      await assert.rejects(startFrontUnderTest({ [missing]: "" }), { code: "INSECURE_LISTENER", message: /--front-cert-file/ });
    });
  }
});
