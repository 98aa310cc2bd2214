import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changeKeys, readKey } from "./config-file.js";

const FILE = "# ours\nnodeId: 'n1'\nnats:\n  servers: nats://a # the first\nlabels: a=b\n";

describe("a configuration file", () => {
  it("gives a key by its path, whatever its quotes", () => {
    assert.deepEqual(
      ["nodeId", "nats.servers", "zone", "nats.caFile"].map((key) => readKey(FILE, key)),
      ["n1", "nats://a", undefined, undefined],
    );
    assert.equal(readKey("", "nodeId"), undefined);
  });

  it("is changed only where it is asked for", () => {
    assert.equal(
      changeKeys(FILE, ["nats.servers=nats://b?x=1", "zone=z"]),
      "# ours\nnodeId: 'n1'\nnats:\n  servers: nats://b?x=1 # the first\nlabels: a=b\nzone: z\n",
    );
  });

  it("can be begun, and keeps words that look like something else", () => {
    const text = changeKeys("", ["nodeId=0123", "zone=true", "nats.servers=nats://a"]);
    assert.deepEqual(
      [readKey(text, "nodeId"), readKey(text, "zone"), readKey(text, "nats.servers")],
      ["0123", "true", "nats://a"],
    );
    assert.match(text, /nodeId: "0123"/);
  });

  it("is refused when it is none", () => {
    assert.throws(() => readKey("a: [", "a"), { code: "CONFIG_INVALID", message: /not YAML/ });
    assert.throws(() => changeKeys("- a\n", ["a=b"]), { code: "CONFIG_INVALID", message: /must hold keys/ });
    assert.throws(() => changeKeys("", ["=b"]), { message: /must be a key/ });
  });
});
