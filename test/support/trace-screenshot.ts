import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createCommandRunner } from "../../services/cli/provision/index.js";
import { sampleImages } from "../../services/common/sample/index.js";
import { type BrowserPage, startBrowser } from "./browser.js";
import { testEngine } from "./docker-engine.js";
import { jaegerAssets } from "./jaeger.js";
import { startTracedMesh } from "./traced-mesh.js";

/**
 * Takes the README's picture of a trace, docs/images/trace.png, from a real run: the sample is deployed, and the first request to its function
 * pays for a cold start. The decision's span is opened. `npm run screenshot`; needs what test:jaeger needs, Jaeger's page
 * (STRAIGHTLINE_TEST_JAEGER_UI) and chromium.
 */

const FILE = join(process.cwd(), "docs", "images", "trace.png");
const WIDTH_PX = 1440;
const SCALE = 1.25;
/** Share of the width for names of spans: the longest are read whole. */
const NAMES_SHARE = 0.37;
const NO_SCROLLING = ".KeyValueTable { max-height: none !important; }";

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
  const spans = await sut.jaeger.trace(traceId, (seen) =>
    ["placement.report", "model.run", "client.request", "model.load"].every((wanted) => seen.some(({ name }) => name === wanted)),
  );
  await using page = await startBrowser(chromium, WIDTH_PX, SCALE);
  await widenNames(page, sut.jaeger.url);
  await page.open(`${sut.jaeger.url}/trace/${traceId}`);
  await page.until(`document.querySelectorAll(".span-row").length === ${spans.length}`);
  await openSpan(page, "placement.place");
  await writeFile(FILE, await page.picture(await bottomOf(page, ".VirtualizedTraceView--spans")));
} finally {
  await sut.stop();
  await engine.stop();
}

/** As a user does by dragging the border; the page remembers it. */
async function widenNames(page: BrowserPage, jaegerUrl: string): Promise<void> {
  await page.open(`${jaegerUrl}/search`);
  await page.until(`location.pathname === "/search" && document.readyState === "complete"`);
  await page.evaluate(`localStorage.setItem("spanNameColumnWidth", "${NAMES_SHARE}")`);
}

/** Opens a span and its attributes, all of them, where the page would let one scroll. */
async function openSpan(page: BrowserPage, name: string): Promise<void> {
  const row = `[...document.querySelectorAll(".span-row")].find((row) => row.textContent.includes("${name}"))`;
  // Before the page measures the row.
  await page.evaluate(`document.head.append(Object.assign(document.createElement("style"), { textContent: "${NO_SCROLLING}" }))`);
  await page.evaluate(`${row}.querySelector(".span-view").click()`);
  await page.until(`document.querySelector(".AccordianKeyValues--header") !== null`);
  await page.evaluate(`document.querySelector(".AccordianKeyValues--header").click()`);
  await page.until(`document.querySelector(".KeyValueTable") !== null`);
}

async function bottomOf(page: BrowserPage, selector: string): Promise<number> {
  return Math.ceil(Number(await page.evaluate(`document.querySelector("${selector}").getBoundingClientRect().bottom`)));
}
