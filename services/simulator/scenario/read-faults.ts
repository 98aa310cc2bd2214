import { duration, integer, list, number, optional, positive, type Read, required, shape, tagged, text } from "./read.js";
import type { Fault, Interference, Window } from "./types.js";

/** Long past any run: a fault without an end. */
const FOREVER_MS = 1e12;

const nodes = list(text(/./, "the name of a node or of a group"), 1);
const window = { from: required(duration), for: optional(duration, FOREVER_MS) };

interface Timed {
  readonly from: number;
  readonly for: number;
}

function timed<A extends Timed>(read: Read<A>): Read<Omit<A, keyof Timed> & Window> {
  return (value, path, faults) => {
    const known = read(value, path, faults);
    if (known === undefined) return undefined;
    const { from, for: forMs, ...same } = known;
    return { ...same, fromMs: from, forMs };
  };
}

/** The gateway's own limit of a connection attempt. */
const DEFAULT_NOTICE_MS = 2000;

const nodeLoss: Read<object> = (value, path, faults) => {
  const known = timed(shape({ ...window, nodes: required(nodes), notice: optional(duration, DEFAULT_NOTICE_MS) }))(
    value,
    path,
    faults,
  );
  if (known === undefined) return undefined;
  const { notice, ...same } = known;
  return { ...same, noticeMs: notice };
};

/** A fault. */
export const faultOf = tagged<Fault>({
  "node-loss": nodeLoss,
  "agent-loss": timed(shape({ ...window, nodes: required(nodes) })),
  "slow-node": timed(shape({ ...window, nodes: required(nodes), factor: required(positive) })),
  "nats-outage": timed(shape(window)),
  "function-throttling": timed(shape({ ...window, nodes: required(nodes), workers: required(integer()) })),
});

/** A neighbour. */
export const interferenceOf: Read<Interference> = timed(
  shape({ ...window, nodes: required(nodes), cores: required(number(0, 10_000)) }),
);
