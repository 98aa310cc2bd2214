import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** Process id of the child whose command line holds a program's name; throws where there is none. */
export function childOf({ pid }: ChildProcess, program: string): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const found = children.find((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes(program));
  assert.ok(found !== undefined, `no child of ${pid} runs ${program}`);
  return Number(found);
}
