import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { agentPermissions, DEPLOYER_PERMISSIONS } from "./permissions.js";

const FILE = fileURLToPath(new URL("../../../../../deploy/nats/permissions.conf", import.meta.url));

/** Strings of a list in the block of a user. */
function listOf(name: string, user = "vm-1"): string[] {
  const block = readFileSync(FILE, "utf8").split(`user: ${user}`)[1] ?? "";
  const list = new RegExp(`${name}: \\[([^\\]]*)\\]`).exec(block)?.[1] ?? "";
  return [...list.replace(/#.*$/gm, "").matchAll(/"([^"]+)"/g)].map(([, subject]) => subject as string).sort();
}

test("an agent that joined by token may do what one with a password may, and leave", () => {
  const { publish, subscribe } = agentPermissions("vm", "vm-1");
  const own = ["straightline.v1.leave.vm.vm-1", "_INBOX.leave-vm-1.>"];
  assert.deepEqual(publish.filter((subject) => !own.includes(subject)).sort(), listOf("publish"));
  assert.deepEqual(subscribe.filter((subject) => !own.includes(subject)).sort(), listOf("subscribe"));
});

test("whoever has the deployer's credentials may do what the deployer with a password may", () => {
  const { publish, subscribe } = DEPLOYER_PERMISSIONS;
  assert.deepEqual([...publish].sort(), listOf("publish", "deployer"));
  assert.deepEqual([...subscribe].sort(), listOf("subscribe", "deployer"));
});
