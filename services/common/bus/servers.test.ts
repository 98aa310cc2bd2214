import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../errors/index.js";
import { readServers } from "./servers.js";

describe("readServers", () => {
  const cases: [string, string, readonly string[], [string, string] | undefined][] = [
    ["one address", "nats://127.0.0.1:4222", ["nats://127.0.0.1:4222"], undefined],
    ["several, with blanks", " nats://a:1 , b:2,c", ["nats://a:1", "b:2", "c"], undefined],
    ["an address of IPv6", "nats://u:p@[::1]:4222", ["nats://[::1]:4222"], ["u", "p"]],
    ["user and password, taken out", "tls://vm-1:secret@a:4222", ["tls://a:4222"], ["vm-1", "secret"]],
    ["the first login, for every address", "a:1,nats://u:p@b:2,nats://x:y@c:3", ["a:1", "nats://b:2", "nats://c:3"], ["u", "p"]],
    ["an encoded password", "nats://u:p%40%2F%3A%25@a:1", ["nats://a:1"], ["u", "p@/:%"]],
    ["a user without a password", "u@a:1", ["a:1"], ["u", ""]],
  ];
  for (const [what, servers, addresses, login] of cases) {
    it(`reads ${what}`, () => {
      const expected = login === undefined ? undefined : { user: login[0], password: login[1] };
      assert.deepEqual(readServers(servers), { addresses, login: expected });
    });
  }

  it("refuses a password that is not encoded, without showing it", () => {
    assert.throws(
      () => readServers("nats://u:100%secret@a:1"),
      (error: unknown) => {
        assert.ok(error instanceof StraightLineError);
        assert.equal(error.code, "CONFIG_INVALID");
        assert.match(error.message, /must be percent-encoded; write % as %25/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  });
});
