import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type ChannelCredentials, credentials, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { StraightLineError } from "../../services/common/errors/index.js";
import { channelCredentials } from "../../services/common/rpc/index.js";
import { straightlineServices } from "../../services/common/wire/index.js";
import { testDirectory } from "../support/agent-harness.js";
import { createAuthority, skipWithoutOpenssl } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, startTestMesh, startTestPlacement } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
const require = createRequire(import.meta.url);

/** A client made of a .proto file that a package of npm carries, as any stranger's would be. */
function strangerClient(packageName: string, proto: string, service: string, port: number) {
  const file = join(dirname(require.resolve(`${packageName}/package.json`)), proto);
  let definition: unknown = loadPackageDefinition(loadSync(file, { enums: String, defaults: true, oneofs: true }));
  for (const name of service.split(".")) definition = (definition as Record<string, unknown>)[name];
  return new (definition as ServiceClientConstructor)(`127.0.0.1:${port}`, credentials.createInsecure());
}

function healthClient(port: number) {
  const client = strangerClient("grpc-health-check", "proto/health/v1/health.proto", "grpc.health.v1.Health", port);
  const check = client["Check"] as Parameters<typeof call<object, { status: string }>>[0];
  return { client, check: (service = "") => call(check.bind(client), { service }) };
}

test("reflection shows every service to those who have no .proto file", options, async () => {
  await using nats = await startNatsServer();
  await using placement = await startTestPlacement(nats.config);
  const proto = "build/proto/grpc/reflection/v1/reflection.proto";
  const client = strangerClient("@grpc/reflection", proto, "grpc.reflection.v1.ServerReflection", placement.port);
  const stream = client["ServerReflectionInfo"]?.() as import("node:stream").Duplex;
  const names: string[] = [];
  stream.on("data", ({ listServicesResponse }: { listServicesResponse: { service: { name: string }[] } }) =>
    names.push(...listServicesResponse.service.map(({ name }) => name)),
  );
  stream.write({ listServices: "*" });
  await eventually(() => names.length > 0, { what: "the list of services" });
  stream.end();
  client.close();
  for (const name of ["PlacementService", "FleetService", "DeploymentService"]) {
    assert.ok(names.includes(`straightline.v1.${name}`), `${name} is not in ${names}`);
  }
});

test("health is SERVING, and NOT_SERVING from the moment of draining on, while what is held is finished", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const health = healthClient(placement.port);
  assert.equal((await health.check()).status, "SERVING");
  for (const name of ["PlacementService", "FleetService", "DeploymentService", "JobService"]) {
    assert.equal((await health.check(`straightline.v1.${name}`)).status, "SERVING", name);
  }
  await assert.rejects(health.check("straightline.v1.NoService"), "a service that is not there");
  const statuses: string[] = [];
  const watch = health.client["Watch"]?.({ service: "" }) as import("node:stream").Readable;
  watch.on("data", ({ status }: { status: string }) => statuses.push(status));
  watch.on("error", () => undefined);
  const named: string[] = [];
  const watchOfOne = health.client["Watch"]?.({ service: "straightline.v1.PlacementService" }) as import("node:stream").Readable;
  watchOfOne.on("data", ({ status }: { status: string }) => named.push(status));
  watchOfOne.on("error", () => undefined);
  await eventually(() => statuses.length === 1 && named.length === 1, { what: "the first statuses" });
  const onVm = { constraints: { kinds: ["NODE_KIND_VM" as const] } };
  await placement.place(onVm);
  const waiting = placement.place({ ...onVm, wait: true }).catch((error: unknown) => error);
  // Calls of one connection are taken in order: once this one is answered, the other waits.
  await placement.place({ dryRun: true });
  const stopped = placement.stop();
  await eventually(() => statuses.length === 2 && named.length === 2, { what: "the second statuses" });
  const refused = await waiting;
  assert.ok(refused instanceof StraightLineError);
  assert.equal(refused.code, "DRAINING");
  assert.deepEqual(statuses, ["SERVING", "NOT_SERVING"]);
  assert.deepEqual(named, ["SERVING", "NOT_SERVING"], "one who probes a service by its name is told as well");
  health.client.close();
  await stopped;
});

test("mutual TLS: who shows a certificate of the named authority is served, nobody else", {
  skip: options.skip || skipWithoutOpenssl(),
}, async () => {
  await using nats = await startNatsServer();
  await using directory = await testDirectory();
  const ours = createAuthority(directory.path, "ours");
  const theirs = createAuthority(directory.path, "theirs");
  const server = ours.issue("server");
  const tls = ["--tls-cert-file", server.certFile, "--tls-key-file", server.keyFile, "--tls-client-ca-file", ours.caFile];
  await using placement = await startTestPlacement(nats.config, { args: tls });
  const list = async (identity: ChannelCredentials) => {
    const client = new (straightlineServices().FleetService)(`127.0.0.1:${placement.port}`, identity);
    try {
      return (await call(client.ListNodes.bind(client), {}, 2000)).nodes;
    } finally {
      client.close();
    }
  };
  assert.deepEqual(await list(channelCredentials(ours.issue("client"))), []);
  const unavailable = { code: "PLACEMENT_UNAVAILABLE" };
  await assert.rejects(list(credentials.createInsecure()), unavailable, "in clear text");
  await assert.rejects(list(channelCredentials({ ...server, certFile: "", keyFile: "" })), unavailable, "without a certificate");
  const stranger = { ...theirs.issue("stranger"), caFile: ours.caFile };
  await assert.rejects(list(channelCredentials(stranger)), unavailable, "with another authority's");
  const elsewhere = { ...server, caFile: theirs.caFile };
  await assert.rejects(list(channelCredentials(elsewhere)), unavailable, "with a server that the client does not trust");
});

test("a certificate that is half given, or cannot be read, keeps placement from starting", options, async () => {
  await using nats = await startNatsServer();
  const half = startTestPlacement(nats.config, { args: ["--tls-cert-file", "/nowhere/cert.pem"] });
  await assert.rejects(half, {
    code: "INSECURE_LISTENER",
    message: /listening on 127\.0\.0\.1 needs --tls-cert-file, --tls-key/,
  });
  const files = ["cert", "key", "client-ca"].flatMap((name) => [`--tls-${name}-file`, `/nowhere/${name}.pem`]);
  const unread = startTestPlacement(nats.config, { args: files });
  await assert.rejects(unread, { code: "CONFIG_INVALID", message: "/nowhere/cert.pem: cannot be read (ENOENT)" });
});
