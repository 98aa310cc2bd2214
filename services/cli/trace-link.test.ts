import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { DEFAULT_JAEGER_URL, findTraceLink, jaegerPage } from "./trace-link.js";

const NOWHERE = "http://127.0.0.1:1/";

/** A page that answers `status`, or nothing for 0. */
async function page(status: number) {
  const server = createServer((_request, response) => {
    if (status !== 0) response.writeHead(status).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function find(url: string, isNamed = true): Promise<{ readonly link: string; readonly told: readonly string[] }> {
  const told: string[] = [];
  const link = await findTraceLink({ url, isNamed }, "abc", (line) => told.push(line));
  return { link, told };
}

describe("jaegerPage", () => {
  it("is the default where none is named", () => {
    assert.deepEqual(jaegerPage(""), { url: DEFAULT_JAEGER_URL, isNamed: false });
    assert.deepEqual(jaegerPage(DEFAULT_JAEGER_URL), { url: DEFAULT_JAEGER_URL, isNamed: true });
  });

  for (const text of ["rubbish", "127.0.0.1:16686", "ftp://127.0.0.1", "http://"]) {
    it(`refuses ${text}`, () => {
      assert.throws(() => jaegerPage(text), {
        code: "INVALID_REQUEST",
        message: /^--jaeger-url or STRAIGHTLINE_JAEGER_URL: must be a URL/,
      });
    });
  }
});

describe("findTraceLink", () => {
  it("links to a trace that Jaeger has, and to no other", async () => {
    await using has = await page(200);
    await using hasNot = await page(404);
    assert.deepEqual(await find(`${has.url}/`), { link: `${has.url}/trace/abc`, told: [] });
    assert.deepEqual(await find(hasNot.url), { link: "", told: [] });
  });

  it("tells that a page that was named does not answer, and nothing of one that was only tried", async () => {
    await using silent = await page(0);
    const refused = "no link to the trace: http://127.0.0.1:1 does not answer (ECONNREFUSED)";
    assert.deepEqual(await find(NOWHERE), { link: "", told: [refused] });
    assert.deepEqual(await find(NOWHERE, false), { link: "", told: [] });
    const { told } = await find(silent.url);
    assert.deepEqual(told, [`no link to the trace: ${silent.url} does not answer (nothing within 1000 ms)`]);
  });
});
