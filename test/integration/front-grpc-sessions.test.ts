import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Stream, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createGrpcSessions, type GrpcSessions } from "../../agents/common/front/grpc-sessions.js";
import { eventually } from "../support/eventually.js";

const IDLE_MS = 150;

describe("the front's connections to instances", () => {
  let server: Http2Server;
  let endpoint: string;
  let sessions: GrpcSessions;
  const accepted: ServerHttp2Session[] = [];
  beforeEach(async () => {
    accepted.length = 0;
    server = createServer((request, response) => {
      // /hold stays open until the client has sent all.
      if (request.url === "/hold") response.writeHead(200);
      request.resume().on("end", () => response.end("done"));
    });
    server.on("session", (session) => accepted.push(session));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    sessions = createGrpcSessions(IDLE_MS);
  });
  afterEach(() => {
    sessions.close();
    for (const session of accepted) session.destroy();
    server.close();
  });
  const open = (path: string): Promise<ClientHttp2Stream> => sessions.request(endpoint, { ":method": "POST", ":path": path });
  const textOf = async (stream: ClientHttp2Stream): Promise<string> => {
    stream.end();
    let text = "";
    for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString();
    return text;
  };

  it("is one for many requests", async () => {
    const streams = await Promise.all([open("/a"), open("/b"), open("/c")]);
    assert.deepEqual(await Promise.all(streams.map(textOf)), ["done", "done", "done"]);
    assert.equal(accepted.length, 1);
  });

  it("outlives a stream on which nothing moves, and takes further ones meanwhile", async () => {
    const held = await open("/hold");
    await once(held, "response");
    await new Promise((resolve) => setTimeout(resolve, 3 * IDLE_MS));
    assert.equal(await textOf(await open("/other")), "done");
    assert.equal(await textOf(held), "done");
    assert.equal(accepted.length, 1);
  });

  it("ends once it is idle, and another takes its place", async () => {
    assert.equal(await textOf(await open("/a")), "done");
    await eventually(() => accepted[0]?.destroyed, { what: "the idle session has ended" });
    assert.equal(await textOf(await open("/b")), "done");
    assert.equal(accepted.length, 2);
  });

  it("is replaced when the instance says farewell, and its end does not touch the one that replaced it", async () => {
    const held = await open("/hold");
    await once(held, "response");
    accepted[0]?.close();
    await eventually(async () => (await textOf(await open("/a")).catch(() => "")) && accepted.length === 2, {
      what: "a session in place of the one that takes no more",
    });
    assert.equal(await textOf(held), "done");
    await eventually(() => accepted[0]?.destroyed, { what: "the first session has ended" });
    assert.equal(await textOf(await open("/b")), "done");
    assert.equal(accepted.length, 2);
  });

  it("rejects, and tries anew, when nobody listens", async () => {
    await assert.rejects(sessions.request("127.0.0.1:9", { ":path": "/" }));
    await assert.rejects(sessions.request("127.0.0.1:9", { ":path": "/" }));
  });
});
