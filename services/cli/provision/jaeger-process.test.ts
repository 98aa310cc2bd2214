import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { withTimeout } from "../../common/lifecycle/index.js";
import { answersAsJaeger, answersOtlp } from "./jaeger-process.js";

/** Far above what a probe may take, far below undici's own time-outs. */
const BOUND_MS = 20_000;

async function withServer<T>(answer: RequestListener, look: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await withTimeout(look(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), BOUND_MS, "the probe");
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("looking for a Jaeger", () => {
  for (const [name, look] of Object.entries({ answersOtlp, answersAsJaeger })) {
    it(`${name} gives up on something that never ends its answer`, async () => {
      const endless: RequestListener = (_request, response) => {
        response.writeHead(200);
        const writing = setInterval(() => response.write(" "), 100);
        response.on("close", () => clearInterval(writing));
      };
      assert.equal(await withServer(endless, look), false);
    });
    it(`${name} takes 404 for something else`, async () => {
      assert.equal(await withServer((_request, response) => response.writeHead(404).end("{}"), look), false);
    });
  }
  it("answersOtlp knows what takes traces", async () => {
    assert.equal(await withServer((_request, response) => response.writeHead(200).end("{}"), answersOtlp), true);
  });
});
