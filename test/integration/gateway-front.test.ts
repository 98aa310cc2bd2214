import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { skipWithoutOpenssl } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import type { Decide } from "../support/fake-placement.js";
import { type FrontUnderTest, INFER_PATH, metadataOf, startFrontUnderTest } from "../support/front-harness.js";
import { type GatewayUnderTest, placed, refused, startGatewayUnderTest, startUpstream } from "../support/gateway-harness.js";

/** A ModelInferRequest for the model `app`. */
const REQUEST = Buffer.from([10, 3, ...Buffer.from("app")]);
const bytes = (value: Buffer): Buffer => value;

interface GrpcAnswer {
  readonly error: ServiceError | null;
  readonly message: Buffer | undefined;
}

function infer({ grpcAddress }: GatewayUnderTest): Promise<GrpcAnswer> {
  const client = new Client(grpcAddress, credentials.createInsecure());
  return new Promise((resolve) => {
    const options = { deadline: Date.now() + 20_000 };
    client.makeUnaryRequest(INFER_PATH, bytes, bytes, REQUEST, options, (error, message) => {
      client.close();
      resolve({ error, message });
    });
  });
}

const post = ({ url }: GatewayUnderTest, body: string): Promise<Response> =>
  fetch(`${url}/v2/models/app/infer`, { method: "POST", body, headers: { "straightline-instance": "from the client" } });

describe("a gateway and the front of a node", { skip: skipWithoutOpenssl() }, () => {
  let front: FrontUnderTest;
  let gateway: GatewayUnderTest;
  const fronted = (instanceId: string, port = front.port) =>
    placed(instanceId, { http: `https://127.0.0.1:${port}`, grpc: `127.0.0.1:${port}` });
  /** `gone` first, then `one`. */
  const afterGone: Decide = ({ constraints }) =>
    fronted(constraints?.excludedInstanceIds.includes("gone") === true ? "one" : "gone");
  const start = (certificate: { certFile: string; keyFile: string }) =>
    startGatewayUnderTest(
      () => fronted("one"),
      [
        `--front-ca-file=${front.authority.caFile}`,
        `--front-cert-file=${certificate.certFile}`,
        `--front-key-file=${certificate.keyFile}`,
      ],
    );
  before(async () => {
    front = await startFrontUnderTest();
    gateway = await start(front.gateway);
  });
  beforeEach(() => {
    gateway.placement.decide(() => fronted("one"));
    front.listener = (request, response) => void request.pipe(response);
  });
  after(async () => {
    await gateway.stop();
    await front[Symbol.asyncDispose]();
  });
  const lastOutcome = async (act: () => Promise<unknown>, reports = 1): Promise<readonly string[]> => {
    await gateway.placement.settled();
    const seen = gateway.placement.reports.length;
    await act();
    return (await gateway.placement.waitForReports(seen + reports)).slice(seen).map(({ outcome }) => outcome);
  };

  it("sends HTTP requests through it", async () => {
    const outcomes = await lastOutcome(async () => {
      const answer = await post(gateway, "through the front");
      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), "through the front");
      assert.equal(answer.headers.get("straightline-instance"), "one");
    });
    assert.deepEqual(outcomes, ["OUTCOME_OK"]);
  });

  it("sends gRPC requests through it", async () => {
    const outcomes = await lastOutcome(async () => {
      const { error, message } = await infer(gateway);
      assert.equal(error, null);
      assert.ok(message?.equals(REQUEST));
    });
    assert.deepEqual(outcomes, ["OUTCOME_OK"]);
  });

  it("passes an instance's own gRPC status on, and goes to another when it has not executed the request", async () => {
    const one = front.instances.get("one");
    assert.ok(one);
    front.instances.set("gone", one);
    front.failNextGrpc({ code: status.NOT_FOUND, details: "no such version" });
    const { error } = await infer(gateway);
    assert.deepEqual([error?.code, error?.details], [status.NOT_FOUND, "no such version"]);
    const metadata = metadataOf({ "straightline-executed": "false" });
    front.failNextGrpc({ code: status.RESOURCE_EXHAUSTED, details: "the queue is full", metadata });
    gateway.placement.decide(afterGone);
    const outcomes = await lastOutcome(async () => assert.ok((await infer(gateway)).message?.equals(REQUEST)), 2);
    assert.deepEqual(outcomes, ["OUTCOME_THROTTLED", "OUTCOME_OK"]);
    front.instances.delete("gone");
  });

  it("goes to another instance when one is gone, and tells that it failed, over both", async () => {
    for (const send of [
      () => post(gateway, "again").then((answer) => answer.text()),
      () => infer(gateway).then(({ error }) => error?.details ?? null),
    ]) {
      gateway.placement.decide(afterGone);
      const outcomes = await lastOutcome(async () => assert.ok([null, "again"].includes(await send())), 2);
      assert.deepEqual(outcomes, ["OUTCOME_INSTANCE_ERROR", "OUTCOME_OK"]);
    }
  });

  it("answers 502 and UNAVAILABLE when there is no other", async () => {
    const none: Decide = ({ constraints }) =>
      constraints?.excludedInstanceIds.includes("gone") === true
        ? refused("NO_CAPACITY", status.RESOURCE_EXHAUSTED, "full")
        : fronted("gone");
    gateway.placement.decide(none);
    const answer = await post(gateway, "x");
    assert.deepEqual([answer.status, answer.headers.get("straightline-error")], [502, "INSTANCE_UNAVAILABLE"]);
    assert.match(await answer.text(), /instance gone cannot be reached/);
    assert.equal((await infer(gateway)).error?.code, status.UNAVAILABLE);
  });

  it("does not repeat what the instance may have executed", async () => {
    front.listener = (request) => void request.socket.destroy();
    const outcomes = await lastOutcome(async () => assert.equal((await post(gateway, "x")).status, 502));
    assert.deepEqual(outcomes, ["OUTCOME_INSTANCE_ERROR"]);
  });

  it("passes the instance's own errors on", async () => {
    front.listener = (_, response) => void response.writeHead(404).end("no such version");
    const outcomes = await lastOutcome(async () => assert.equal(await (await post(gateway, "x")).text(), "no such version"));
    assert.deepEqual(outcomes, ["OUTCOME_CLIENT_ERROR"]);
  });

  it("ends the instance's request when its own client leaves", async () => {
    let closed = false;
    front.listener = (request, response) => {
      request.resume();
      response.once("close", () => {
        closed = true;
      });
    };
    const abort = new AbortController();
    const left = assert.rejects(fetch(`${gateway.url}/v2/models/app/infer`, { method: "POST", body: "x", signal: abort.signal }));
    await eventually(() => front.requests > 0, { what: "the request is at the instance" });
    abort.abort();
    await left;
    await eventually(() => closed, { what: "the instance sees that the client has left" });
  });

  it("takes a front whose certificate it does not trust, and one that does not open to it, for one that cannot be reached", async () => {
    await using foreign = await startFrontUnderTest();
    gateway.placement.decide(() => fronted("one", foreign.port));
    const untrusted = await post(gateway, "x");
    assert.equal(untrusted.status, 502);
    assert.match(await untrusted.text(), /cannot be reached/);
    assert.equal((await infer(gateway)).error?.code, status.UNAVAILABLE);
    const operator = await start(front.authority.issue("operator"));
    const closed = await post(operator, "x");
    assert.equal(closed.status, 502);
    assert.match(await closed.text(), /cannot be reached \(403 PERMISSION_DENIED\)/);
    assert.equal((await infer(operator)).error?.code, status.UNAVAILABLE);
    await operator.stop();
  });

  it("does not use fronts without certificates for them, as the public's CAs are no proof, and says what is missing", async () => {
    const plain = await startGatewayUnderTest(() => fronted("one"));
    try {
      const answer = await post(plain, "x");
      assert.deepEqual([answer.status, answer.headers.get("straightline-error")], [500, "CONFIG_INVALID"]);
      assert.match(await answer.text(), /behind its node's front https:.* only with --front-ca-file/);
      assert.match((await infer(plain)).error?.details ?? "", /only with --front-ca-file/);
      assert.equal(front.requests, 0);
      const own = await startUpstream((_, response) => void response.end("on loopback"));
      plain.placement.decide(({ constraints }) =>
        constraints?.excludedInstanceIds.includes("one") === true ? placed("own", { http: own.url }) : fronted("one"),
      );
      assert.equal(await (await post(plain, "x")).text(), "on loopback");
      await own.close();
    } finally {
      await plain.stop();
    }
  });
});
