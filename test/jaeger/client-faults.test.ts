import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import type { PlaceResponse } from "../../proto/gen/straightline/v1/PlaceResponse.js";
import type { ReportRequest__Output } from "../../proto/gen/straightline/v1/ReportRequest.js";
import { startRpcServer } from "../../services/common/rpc/index.js";
import { straightlineServices } from "../../services/common/wire/index.js";
import { createAuthority, skipWithoutOpenssl } from "../support/certificates.js";
import { EXAMPLE_CLIENTS, type ExampleClient, IMAGE, runClient } from "../support/example-clients.js";
import { skipWithoutJaeger, startTestJaeger, type TestJaeger } from "../support/jaeger.js";

const DEADLINE_MS = 1500;
/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:1";

/** What an instance answers, what placement is then told, and what the client says. */
interface Case {
  readonly name: string;
  readonly answer: RequestListener;
  readonly outcome: string;
  /** On standard error; absent: none, and the label on standard output. */
  readonly says?: RegExp;
}

const INFERENCE = JSON.stringify({ outputs: [{ name: "label", data: ["180"] }] });

function answer(code: number, body: string, headers: Record<string, string> = {}): RequestListener {
  return (request, response) => void request.resume().on("end", () => response.writeHead(code, headers).end(body));
}

const CASES: readonly Case[] = [
  { name: "an inference answer", answer: answer(200, INFERENCE), outcome: "OUTCOME_OK" },
  {
    name: "an inference answer with times that are none",
    answer: answer(200, INFERENCE, { "straightline-service-ms": "soon", "straightline-cold-start-ms": "" }),
    outcome: "OUTCOME_OK",
  },
  {
    name: "400, in many lines",
    answer: answer(400, '{"error":\n "image: cannot be\u001b[31m decoded"}'),
    outcome: "OUTCOME_CLIENT_ERROR",
    says: /\/v2\/models\/app\/infer: 400 \{"error": "image: cannot be \[31m decoded"\}/,
  },
  { name: "413, at length", answer: answer(413, "x".repeat(100_000)), outcome: "OUTCOME_CLIENT_ERROR", says: /: 413 x{500}$/ },
  { name: "408", answer: answer(408, "late"), outcome: "OUTCOME_CLIENT_ERROR", says: /: 408 late/ },
  { name: "429", answer: answer(429, "full"), outcome: "OUTCOME_THROTTLED", says: /: 429 full/ },
  {
    name: "503, not executed",
    answer: answer(503, "full", { "straightline-executed": "false" }),
    outcome: "OUTCOME_THROTTLED",
    says: /: 503 full/,
  },
  { name: "503", answer: answer(503, "broken"), outcome: "OUTCOME_INSTANCE_ERROR", says: /: 503 broken/ },
  { name: "500", answer: answer(500, ""), outcome: "OUTCOME_INSTANCE_ERROR", says: /: 500$/ },
  ...["{}", "no json", "null", '{"outputs": null}', '{"outputs": [5]}', '{"outputs": [{"name": "label"}]}'].map((body) => ({
    name: `200 with ${body}`,
    answer: answer(200, body),
    outcome: "OUTCOME_INSTANCE_ERROR",
    says: /: no inference answer: \S/,
  })),
  {
    name: "an inference answer of something else",
    answer: answer(200, '{"outputs": [{"name": "score", "data": [1]}]}'),
    outcome: "OUTCOME_OK",
    says: /: the answer has no label$/,
  },
  {
    name: "a connection that breaks off",
    answer: ({ socket }) => void socket.destroy(),
    outcome: "OUTCOME_INSTANCE_ERROR",
    says: /\/infer: \S/,
  },
  { name: "silence", answer: () => undefined, outcome: "OUTCOME_TIMEOUT", says: /\/infer: \S/ },
];

/** What each client refuses by itself. */
const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [["--nope", IMAGE], /^client: .*-nope.*\n$/],
  [["--kind", "moon", IMAGE], /^client: .*moon.*\n$/],
  [["--kind", "", IMAGE], /^client: .*kind.*\n$/],
  [["--kind", "--placement", "127.0.0.1:7070", IMAGE], /^client: .+\n$/],
  [["--placement", "", IMAGE], /^client: .*placement.*must be printable ASCII, and not empty\n$/],
  [["--application", "", IMAGE], /^client: .*application.*must be printable ASCII, and not empty\n$/],
  [["--content-type", "image/png\nx", IMAGE], /^client: .*content-type.*must be printable ASCII, and not empty\n$/],
  [[], /^client: .*file.*\n$/],
];

/** Each client against an instance that does as a case says, placed there by a placement service that remembers what it is told. */
describe("an example client and what goes wrong", { skip: skipWithoutJaeger() || skipWithoutOpenssl() }, () => {
  let work: string;
  let mesh: StubMesh;
  let jaeger: TestJaeger;
  before(async () => {
    work = await mkdtemp(join(tmpdir(), "straightline-client-faults-"));
    mesh = await startStubMesh();
    jaeger = await startTestJaeger();
  });
  after(async () => {
    await jaeger?.[Symbol.asyncDispose]();
    await mesh?.stop();
    await rm(work, { recursive: true, force: true });
  });

  beforeEach(() => mesh.reset());

  for (const [language, build] of Object.entries(EXAMPLE_CLIENTS)) {
    describe(language, () => {
      let client: ExampleClient;
      before(async () => {
        client = await build(work);
      });
      const call = (env: Readonly<Record<string, string>> = {}) =>
        runClient(client, ["--placement", mesh.address, "--application", "app", IMAGE], env);

      for (const { name, answer, outcome, says } of CASES) {
        it(`${name}: ${outcome}`, async () => {
          mesh.answer = answer;
          if (says === undefined) assert.equal(JSON.parse((await call()).stdout).label, "180");
          else await assert.rejects(call(), (error) => isToldInOneLine(error, says));
          assert.deepEqual(
            mesh.reports.map((report) => report.outcome),
            [outcome],
          );
        });
      }

      it("400 over TLS: OUTCOME_CLIENT_ERROR", async () => {
        const { url, caFile, ...instance } = await startTlsInstance(work, answer(400, "bad"));
        mesh.httpEndpoint = url;
        try {
          const trust = { SSL_CERT_FILE: caFile, NODE_EXTRA_CA_CERTS: caFile };
          await assert.rejects(call(trust), (error) => isToldInOneLine(error, /\/infer: 400 bad$/));
          assert.deepEqual(
            mesh.reports.map(({ outcome }) => outcome),
            ["OUTCOME_CLIENT_ERROR"],
          );
        } finally {
          await instance.stop();
        }
      });

      it("what has failed first is told, also where the report fails too", async () => {
        mesh.answer = answer(400, "bad");
        mesh.refusesReports = true;
        await assert.rejects(call(), (error) => isToldInOneLine(error, /: 400 bad$/));
      });

      it("wrong arguments: one line, exit code 2", async () => {
        for (const [args, stderr] of WRONG) {
          await assert.rejects(runClient(client, args), { code: 2, stdout: "", stderr }, args.join(" "));
        }
      });

      it("--help: usage, exit code 0", async () => {
        const { stdout, stderr } = await runClient(client, ["--help"]);
        assert.match(stdout, /usage: .*-placement/s);
        assert.equal(stderr, "");
      });

      it("spans that cannot be sent: one line, exit code 0", async () => {
        mesh.answer = answer(200, INFERENCE);
        const { stdout, stderr } = await call({ OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE });
        assert.equal(JSON.parse(stdout).label, "180");
        assert.match(stderr, /^client: .+\n$/);
      });

      it("a failure is one in its spans", async () => {
        let traceparent = "";
        mesh.answer = (request, response) => {
          traceparent = String(request.headers["traceparent"]);
          answer(400, "bad")(request, response);
        };
        await assert.rejects(call({ OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlpEndpoint }), { code: 1 });
        const spans = await jaeger.trace(traceparent.split("-")[1] ?? "", (seen) => seen.length === 4);
        const failed = spans.filter(({ tags }) => tags["error"] === true);
        assert.deepEqual(
          failed.map(({ name }) => name),
          ["classify", "POST"],
        );
        assert.equal(failed[1]?.tags["http.response.status_code"], 400);
      });
    });
  }

  it("typescript: --proto without the files is a wrong argument", async () => {
    const client = await (EXAMPLE_CLIENTS["typescript"] as (work: string) => Promise<ExampleClient>)(work);
    const stderr = /^client: --proto: \S+ has no straightline\/v1\/placement\.proto\n$/;
    await assert.rejects(runClient(client, ["--proto", work, IMAGE]), { code: 2, stdout: "", stderr });
  });
});

function isToldInOneLine(error: unknown, says: RegExp): true {
  const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
  assert.deepEqual([code, stdout], [1, ""], stderr);
  assert.match(stderr, /^client: \P{Cc}+\n$/u);
  assert.match(stderr.trimEnd(), says);
  assert.ok(stderr.split("http://").length <= 2, `the URL once: ${stderr}`);
  return true;
}

/** An instance behind TLS, whose certificate the authority in `caFile` has issued. */
async function startTlsInstance(directory: string, listener: RequestListener) {
  const { caFile, certFile, keyFile } = createAuthority(directory, "ca").issue("instance");
  const server = createTlsServer({ cert: await readFile(certFile), key: await readFile(keyFile) }, listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caFile,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A placement service with one instance. */
interface StubMesh {
  /** Of the placement service, host:port. */
  readonly address: string;
  answer: RequestListener;
  refusesReports: boolean;
  /** Where placement says that the instance is; `answer` after a reset. */
  httpEndpoint: string;
  /** Since the last reset. */
  readonly reports: readonly ReportRequest__Output[];
  /** Forgets the reports, and takes new ones. */
  reset(): void;
  stop(): Promise<void>;
}

async function startStubMesh(): Promise<StubMesh> {
  const reports: ReportRequest__Output[] = [];
  const instance = createServer((request, response) => mesh.answer(request, response)).listen(0, "127.0.0.1");
  await once(instance, "listening");
  const ownEndpoint = `http://127.0.0.1:${(instance.address() as AddressInfo).port}`;
  const Place = (_call: unknown, done: sendUnaryData<PlaceResponse>): void =>
    done(null, {
      placement: {
        placementId: "p",
        kind: "NODE_KIND_VM",
        instanceId: "a",
        httpEndpoint: mesh.httpEndpoint,
        deadlineMs: DEADLINE_MS,
      },
    });
  const Report = ({ request }: ServerUnaryCall<ReportRequest__Output, object>, done: sendUnaryData<object>): void => {
    if (!mesh.refusesReports) reports.push(request);
    done(mesh.refusesReports ? { code: status.NOT_FOUND, details: "unknown" } : null, {});
  };
  const server = await startRpcServer({
    host: "127.0.0.1",
    port: 0,
    tls: { certFile: "", keyFile: "", clientCaFile: "" },
    services: [{ definition: straightlineServices().PlacementService.service, implementation: { Place, Report } }],
    reflection: "straightline",
    maxMessageBytes: 4 * 1024 * 1024,
  });
  const mesh: StubMesh = {
    address: `127.0.0.1:${server.port}`,
    answer: answer(200, INFERENCE),
    refusesReports: false,
    httpEndpoint: ownEndpoint,
    reports,
    reset() {
      reports.length = 0;
      mesh.refusesReports = false;
      mesh.httpEndpoint = ownEndpoint;
    },
    async stop() {
      instance.close();
      instance.closeAllConnections();
      await server.drain(100);
    },
  };
  return mesh;
}
