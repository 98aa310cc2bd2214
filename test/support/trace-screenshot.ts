import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createCommandRunner } from "../../services/cli/provision/index.js";
import { sampleImages } from "../../services/common/sample/index.js";
import { testEngine } from "./docker-engine.js";
import { jaegerAssets } from "./jaeger.js";
import { startTracedMesh } from "./traced-mesh.js";

/**
 * Takes the README's picture of a trace, docs/images/trace.png, from a real run: the sample is deployed, and the first request to its function
 * pays for a cold start. `npm run screenshot`; needs what test:jaeger needs, Jaeger's page (STRAIGHTLINE_TEST_JAEGER_UI) and chromium.
 */

const FOLDER = join(process.cwd(), "docs", "images");
const WIDTH_X_HEIGHT = "1800,815";
const TIMEOUT_MS = 60_000;

const chromium = await createCommandRunner(process.env).find("chromium");
if (chromium === undefined) throw new Error("chromium is not on PATH; apt-get install chromium");
if (jaegerAssets() === "") throw new Error("STRAIGHTLINE_TEST_JAEGER_UI names no folder with Jaeger's page");
const engine = await testEngine();
if (engine.type === "none") throw new Error(engine.skip);
const sut = await startTracedMesh(engine);
try {
  await sut.deploySample();
  const image = (await sampleImages()).at(-1)?.bytes as Buffer;
  const traceId = await sut.infer("serverless", image);
  await sut.jaeger.trace(traceId, (spans) =>
    ["placement.report", "model.run", "client.request", "model.load"].every((wanted) =>
      spans.some(({ name }) => name === wanted),
    ),
  );
  await mkdir(FOLDER, { recursive: true });
  await promisify(execFile)(
    chromium,
    [
      ...["--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", `--window-size=${WIDTH_X_HEIGHT}`],
      // The page asks for the trace and draws it within this time of its own.
      ...["--virtual-time-budget=8000", `--screenshot=${join(FOLDER, "trace.png")}`, `${sut.jaeger.url}/trace/${traceId}`],
    ],
    { timeout: TIMEOUT_MS },
  );
} finally {
  await sut.stop();
  await engine.stop();
}
