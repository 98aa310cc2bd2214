import assert from "node:assert/strict";
import { it } from "node:test";
import type { ApplicationStatus } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import { watchStatus } from "./watch-status.js";

it("a watch tells that the fleet has fallen silent and that it is heard again, not each millisecond of it", async () => {
  const looks = [0, 3000, 3100, 3200, 0, 0];
  const sent: ApplicationStatus[] = [];
  const ending = new AbortController();
  await watchStatus({
    read: () => {
      const fleetSilentMs = looks.shift() ?? 0;
      if (looks.length === 0) ending.abort();
      return { generation: 1, fleetSilentMs };
    },
    send: async (status) => void sent.push(status),
    signal: ending.signal,
  });
  assert.deepEqual(
    sent.map(({ fleetSilentMs }) => fleetSilentMs),
    [0, 3000, 0],
  );
});
