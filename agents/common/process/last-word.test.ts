import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withLastWord } from "./last-word.js";

const NODE = `file:///app/server.mjs:1
throw Object.assign(new Error("no model"), { code: "ENOENT" });
      ^

Error: no model
    at file:///app/server.mjs:1:7
    at ModuleJob.run (node:internal/modules/esm/module_job:195:25) {
  code: 'ENOENT'
}

Node.js v20.20.2
`;
const PYTHON = `Traceback (most recent call last):
  File "app.py", line 1, in <module>
    load()
ValueError: no model
`;
const PYTHON_NOTE = `OSError: [Errno 98] in use,
try another
while binding 8000
`;
const PYTHON_GROUP = `  + Exception Group Traceback (most recent call last):
  |     raise ExceptionGroup("no model", [ValueError("x")])
  | ExceptionGroup: no model (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: x
    +------------------------------------
`;
const NODE_HEAP = `
<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
 1: 0xb9c1f0 node::Abort() [node]
16: 0x195e376  [node]
`;
const JAVA = `Exception in thread "main" java.io.IOException: no model
\tat Main.main(Main.java:3)
`;
const GO = `panic: no model

goroutine 1 [running]:
main.(*Server).load(0xc0000120b8)
\t/app/main.go:12 +0x1d
main.main()
\t/app/main.go:7 +0x25
exit status 2
`;
const RUST = `thread 'main' panicked at src/main.rs:2:5:
no model
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
`;

describe("withLastWord", () => {
  const rows: [string, string, string][] = [
    ["nothing", "", "it ended"],
    ["blanks", "\n  \n", "it ended"],
    ["a line", "starting\nno model\n", "it ended: no model"],
    ["an error of Node.js", NODE, "it ended: Error: no model"],
    ["an exception of Python", PYTHON, "it ended: ValueError: no model"],
    ["an exception of Python with more below it", PYTHON_NOTE, "it ended: OSError: [Errno 98] in use,"],
    ["a group of exceptions of Python", PYTHON_GROUP, "it ended: ValueError: x"],
    [
      "Node.js without memory",
      NODE_HEAP,
      "it ended: FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    ],
    ["a fault before what is said at the end", "fatal: no model\nINFO: stopping\n", "it ended: fatal: no model"],
    ["what only looks like a fault", "loaded; 0 errors\non_error: retry\nport 8000 is taken\n", "it ended: port 8000 is taken"],
    ["a line in colours", "\u001b[31mno model\u001b[0m\n", "it ended: no model"],
    ["an exception of Java", JAVA, 'it ended: Exception in thread "main" java.io.IOException: no model'],
    ["a panic of Go", GO, "it ended: panic: no model"],
    ["a panic of Rust", RUST, "it ended: no model"],
    ["indented lines alone", "  usage\n  no model", "it ended: no model"],
    ["a line of JSON", '{"level":60,"msg":"no model"}\n', "it ended: no model"],
    ["JSON of another logger", '{"severity":"ERROR","message":"no\\n model"}', "it ended: no model"],
    ["JSON of a fault before one of none", '{"level":50,"msg":"no model"}\n{"level":30,"msg":"stopped"}', "it ended: no model"],
    ["JSON of no fault", '{"level":"info","msg":"running"}', "it ended"],
    ["JSON without a message", '{"level":60}', 'it ended: {"level":60}'],
    ["the second half of a line of JSON", 'el":60}\n{"a":', 'it ended: {"a":'],
    ["a long line", "x".repeat(5000), `it ended: ${"x".repeat(300)}`],
  ];
  for (const [title, log, expected] of rows) {
    it(`takes ${title}`, () => assert.equal(withLastWord("it ended", { code: 1 }, log), expected));
  }

  for (const end of [{ signal: "SIGKILL" }, { signal: "SIGTERM" }, { code: 137 }, { code: 143 }]) {
    it(`takes nothing as the reason of an end by ${JSON.stringify(end)}`, () =>
      assert.equal(withLastWord("it ended", end, "Error: no model\n"), "it ended"));
  }
  it("takes the last word of what ended by itself, or unseen", () => {
    for (const end of [{ signal: "SIGABRT" }, {}])
      assert.equal(withLastWord("it ended", end, "Error: x\n"), "it ended: Error: x");
  });
});
