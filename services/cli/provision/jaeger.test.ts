import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { freePorts } from "../../common/ports/index.js";
import { createCommandRunner } from "./command.js";
import { ensureJaeger } from "./jaeger.js";

const find = (otlpEndpoint: string) =>
  ensureJaeger({
    ...{ otlpEndpoint, jaegerUrl: "http://127.0.0.1:1/", binary: "", configFile: "", mayPull: false, env: {} },
    engineSocket: () => Promise.resolve(undefined),
    signal: new AbortController().signal,
    runner: createCommandRunner({}),
    print: () => undefined,
  });

describe("an OTLP endpoint that the user names", () => {
  it("is used, and told to take nothing where nothing listens, with what to do", async () => {
    const endpoint = `http://127.0.0.1:${(await freePorts("127.0.0.1", 1))[0]}`;
    const target = await find(endpoint);
    assert.equal(target.otlpEndpoint, endpoint);
    assert.match(
      target.told,
      /^http:\S+: nothing takes OTLP there, so traces are lost; start what should, or leave out --otlp-endpoint/,
    );
  });

  for (const [status, isTold] of [
    [200, false],
    [401, false],
    [404, true],
    [502, true],
    [503, true],
  ] as const) {
    it(`${isTold ? "is told to take nothing" : "is taken as it is"} where ${status} is answered`, async () => {
      const server = createServer(
        (request, response) => void request.resume().on("end", () => response.writeHead(status).end("{}")),
      );
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const target = await find(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      server.closeAllConnections();
      server.close();
      assert.equal(target.told.includes("nothing takes OTLP"), isTold, target.told);
    });
  }
});
