import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

/**
 * Runs the built tests: `node dist/test/run.js [group ...]`, by default `npm test`'s groups. Groups run one after the other, from quick to slow; inside the groups unit and install, where
 * much is waited for, two files run at a time; the others need the machine to themselves. Ends with a line `N passed, N failed, N skipped`.
 */

const BUILD = join(fileURLToPath(import.meta.url), "..", "..");

interface Group {
  readonly name: string;
  readonly folders: readonly string[];
  readonly concurrency: number;
  /** One file may take this long, milliseconds. */
  readonly timeoutMs: number;
  /** False: runs only when it is asked for by name. */
  readonly default: boolean;
}

const GROUPS: readonly Group[] = [
  {
    name: "unit",
    folders: ["services", "agents", "test/support", "test/bench", "test/scenarios"],
    concurrency: 2,
    timeoutMs: 240_000,
    default: true,
  },
  { name: "integration", folders: ["test/integration"], concurrency: 1, timeoutMs: 300_000, default: true },
  { name: "conformance", folders: ["test/conformance"], concurrency: 1, timeoutMs: 300_000, default: true },
  { name: "e2e", folders: ["test/e2e"], concurrency: 1, timeoutMs: 600_000, default: true },
  { name: "converge", folders: ["test/converge"], concurrency: 1, timeoutMs: 1_500_000, default: false },
  { name: "jaeger", folders: ["test/jaeger"], concurrency: 1, timeoutMs: 420_000, default: false },
  { name: "install", folders: ["test/install"], concurrency: 2, timeoutMs: 2_400_000, default: false },
];

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

function testFiles(group: Group): string[] {
  return group.folders
    .flatMap((folder) => listFolder(join(BUILD, folder)))
    .filter((file) => file.endsWith(".test.js") && existsSync(sourceOf(file)))
    .sort();
}

/** The compiler leaves the output of a removed file behind; such a test is none any more. */
function sourceOf(file: string): string {
  return join(BUILD, "..", relative(BUILD, file).replace(/\.js$/, ".ts"));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  } catch {
    // A group whose folder does not exist has no tests; the sum at the end shows it.
    return [];
  }
}

async function runGroup(group: Group, totals: Totals): Promise<void> {
  const files = testFiles(group);
  console.log(`\n== ${group.name}: ${files.length} files`);
  if (files.length === 0) return;
  const stream = run({ files, concurrency: group.concurrency, timeout: group.timeoutMs });
  stream.on("test:pass", (data) => {
    if (!isLeaf(data)) return;
    if (data.skip === undefined || data.skip === false) totals.passed += 1;
    else totals.skipped += 1;
  });
  stream.on("test:fail", (data) => {
    if (data.details.type === "suite") return;
    totals.failed += 1;
    process.exitCode = 1;
  });
  await new Promise<void>((resolve, reject) => {
    stream
      .compose(new spec())
      .on("data", (chunk: string) => process.stdout.write(chunk))
      .on("end", resolve)
      .on("error", reject);
  });
}

/** The runner also reports suites and whole files; only tests count. */
function isLeaf(data: { name: string; file?: string; details: { type?: string } }): boolean {
  return data.details.type !== "suite" && !data.name.endsWith(".test.js");
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !GROUPS.some((group) => group.name === name));
if (unknown.length > 0) throw new Error(`unknown group ${unknown.join(", ")}; known: ${GROUPS.map((g) => g.name).join(", ")}`);
const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
for (const group of GROUPS) {
  if (wanted.length === 0 ? group.default : wanted.includes(group.name)) await runGroup(group, totals);
}
if (totals.passed + totals.failed === 0) {
  console.error(`no test was found below ${relative(process.cwd(), BUILD)}`);
  process.exitCode = 1;
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
