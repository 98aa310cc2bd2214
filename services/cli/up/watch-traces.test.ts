import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../../test/support/eventually.js";
import { watchTraces } from "./watch-traces.js";

const PERIOD_MS = 10;

/** Takes traces and shows them, as a Jaeger does. */
async function startFakeJaeger() {
  let lookCount = 0;
  let status = 200;
  const server = createServer((request, response) => {
    lookCount += 1;
    request.resume();
    response.writeHead(status).end(JSON.stringify({ data: [] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const end = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const failAs = (code: number): void => {
    status = code;
  };
  const looked = async (count: number): Promise<void> => {
    const until = lookCount + count;
    await eventually(() => lookCount >= until, { what: `${count} looks`, pollMs: PERIOD_MS });
  };
  return { url, end, failAs, looked };
}

type FakeJaeger = Awaited<ReturnType<typeof startFakeJaeger>>;

describe("watching what takes the traces", () => {
  for (const [what, isOurs, fail, remedy] of [
    ["a Jaeger of our own that has died", true, ({ end }: FakeJaeger) => end(), /start `up` again/],
    ["the user's collector that has died", false, ({ end }: FakeJaeger) => end(), /start it again/],
    ["a proxy before a dead collector", false, ({ failAs }: FakeJaeger) => failAs(502), /start it again/],
  ] as const) {
    it(`says once that ${what} takes traces no more, even if a page still answers`, async () => {
      const [collector, page] = [await startFakeJaeger(), await startFakeJaeger()];
      const said: string[] = [];
      const target = { otlpEndpoint: collector.url, jaegerUrl: page.url, isOurs };
      const end = watchTraces(target, (line) => said.push(line), PERIOD_MS);
      await collector.looked(5);
      assert.equal(said.length, 0);
      fail(collector);
      await eventually(() => said.length > 0, { what: "the telling" });
      await delay(10 * PERIOD_MS);
      end();
      for (const fake of [collector, page]) fake.end();
      assert.equal(said.length, 1);
      const line = said.join();
      assert.ok(line.includes(`${collector.url} takes traces no more`), line);
      assert.match(line, remedy);
    });
  }

  it("says nothing of a page that has died, as traces are taken still", async () => {
    const [collector, page] = [await startFakeJaeger(), await startFakeJaeger()];
    const said: string[] = [];
    const target = { otlpEndpoint: collector.url, jaegerUrl: page.url, isOurs: false };
    const end = watchTraces(target, (line) => said.push(line), PERIOD_MS);
    await collector.looked(1);
    page.end();
    await collector.looked(10);
    end();
    collector.end();
    assert.deepEqual(said, []);
  });

  it("says nothing of what never answered, nor after its end", async () => {
    const jaeger = await startFakeJaeger();
    const said: string[] = [];
    const target = { otlpEndpoint: jaeger.url, isOurs: true };
    const end = watchTraces(target, (line) => said.push(line), PERIOD_MS);
    await jaeger.looked(2);
    end();
    jaeger.end();
    watchTraces(target, (line) => said.push(line), PERIOD_MS);
    await delay(10 * PERIOD_MS);
    assert.deepEqual(said, []);
  });
});
