import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModelServerConfig } from "./config.js";

test("without anything set, the server listens on loopback only", () => {
  const { host, port, grpcPort, concurrency } = loadModelServerConfig({}, []);
  assert.deepEqual([host, port, grpcPort, concurrency], ["127.0.0.1", 8000, 8001, 1]);
});

test("the address that an agent hands over is taken", () => {
  const { host, port, grpcPort } = loadModelServerConfig({ HOST: "0.0.0.0", PORT: "0", GRPC_PORT: "41001" }, []);
  assert.deepEqual([host, port, grpcPort], ["0.0.0.0", 0, 41001]);
});

test("our own name goes before the platform's, an argument before both", () => {
  const env = { PORT: "1", STRAIGHTLINE_MODEL_SERVER_PORT: "2" };
  assert.equal(loadModelServerConfig(env, []).port, 2);
  assert.equal(loadModelServerConfig(env, ["--port", "3"]).port, 3);
});

test("every fault of the configuration is told at once", () => {
  const env = { PORT: "70000", STRAIGHTLINE_MODEL_SERVER_MAX_BODY: "much", STRAIGHTLINE_MODEL_SERVER_TIMEOUT: "soon" };
  assert.throws(() => loadModelServerConfig(env, []), /port.*maxBodyBytes.*timeoutMs/s);
});
