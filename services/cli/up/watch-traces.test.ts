import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { watchTraces } from "./watch-traces.js";

const PERIOD_MS = 10;

/** Takes traces and shows them, as a Jaeger does. */
async function startFakeJaeger() {
  let lookCount = 0;
  const server = createServer((request, response) => {
    lookCount += 1;
    request.resume();
    response.end(JSON.stringify({ data: [] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const end = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const looked = async (count: number): Promise<void> => {
    while (lookCount < count) await delay(PERIOD_MS);
  };
  return { url, end, looked };
}

describe("watching what takes the traces", () => {
  for (const [what, isOurs, hasPage, remedy] of [
    ["a Jaeger of our own", true, true, /start `up` again/],
    ["the user's Jaeger", false, true, /start it again/],
    ["a collector without a page", false, false, /start it again/],
  ] as const) {
    it(`says once that ${what} answers no more`, async () => {
      const jaeger = await startFakeJaeger();
      const said: string[] = [];
      const target = { otlpEndpoint: jaeger.url, jaegerUrl: hasPage ? jaeger.url : "", isOurs };
      const end = watchTraces(target, (line) => said.push(line), PERIOD_MS);
      await jaeger.looked(5);
      assert.equal(said.length, 0);
      jaeger.end();
      while (said.length === 0) await delay(PERIOD_MS);
      await delay(10 * PERIOD_MS);
      end();
      assert.equal(said.length, 1);
      const line = said.join();
      assert.ok(line.includes(`${jaeger.url} answers no more`), line);
      assert.match(line, remedy);
    });
  }

  it("says nothing of what never answered, nor after its end", async () => {
    const jaeger = await startFakeJaeger();
    const said: string[] = [];
    const end = watchTraces(
      { otlpEndpoint: jaeger.url, jaegerUrl: jaeger.url, isOurs: true },
      (line) => said.push(line),
      PERIOD_MS,
    );
    await jaeger.looked(2);
    end();
    jaeger.end();
    watchTraces({ otlpEndpoint: jaeger.url, jaegerUrl: "", isOurs: false }, (line) => said.push(line), PERIOD_MS);
    await delay(10 * PERIOD_MS);
    assert.deepEqual(said, []);
  });
});
