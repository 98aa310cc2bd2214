import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createEngine, messageOf, tolerating } from "./engine.js";

/** An engine that refuses everything in these words. */
async function refusingEngine(body: string) {
  const directory = await mkdtemp(join(tmpdir(), "straightline-engine-"));
  const socketPath = join(directory, "engine.sock");
  const server = createServer((_request, response) => response.writeHead(500).end(body));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const end = async (): Promise<void> => {
    server.close();
    await rm(directory, { recursive: true });
  };
  return { ...createEngine(socketPath), [Symbol.asyncDispose]: end };
}

for (const [what, body, said] of [
  [
    "a message with blanks around it and line breaks in it",
    JSON.stringify({ message: " no space\n\tleft - at all \n" }),
    "no space left - at all",
  ],
  ["plain text", "overloaded\n", "overloaded"],
  ["nothing", "", "HTTP status 500"],
] as const) {
  test(`an engine that refuses with ${what} is quoted in its own words, in one line`, async () => {
    await using engine = await refusingEngine(body);
    const inspect = () => engine.call("inspecting", 5000, (docker) => docker.getContainer("a").inspect());
    const pull = () => engine.call("pulling", 5000, (docker) => docker.pull("a:latest"));
    for (const act of [inspect, pull]) {
      assert.equal(messageOf(await act().catch((error: unknown) => error)), said);
    }
    await assert.rejects(tolerating([404], inspect), { message: `the container engine refuses: ${said}` });
  });
}
