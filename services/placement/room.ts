/** What a machine has, and what is asked of it. */
export interface Amounts {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly gpus: number;
}

/** What is held of a machine, and by whom: the name of an application, or that of a job. */
export interface Held {
  readonly capacity: Amounts;
  readonly used: Amounts;
  readonly usedBy: ReadonlyMap<string, Amounts>;
}

/** Nothing at all. */
export const NOTHING: Amounts = { cpuMillicores: 0, memoryBytes: 0, gpus: 0 };
const UNIT = { cpuMillicores: " CPU", memoryBytes: "", gpus: " GPUs" } as const;

const AMOUNT: Readonly<Record<keyof Amounts, (amount: number) => string>> = {
  cpuMillicores: (amount) => `${amount}m`,
  memoryBytes: (amount) => `${Math.round(amount / 1024 ** 2)} MiB`,
  gpus: String,
};

const MAX_HOLDERS = 3;

/** How much of it is free, how much is asked, and who holds most: one phrase. */
export function describeLack(name: keyof Amounts, { capacity, used, usedBy }: Held, asked: Amounts): string {
  const text = AMOUNT[name];
  const free = text(Math.max(0, capacity[name] - used[name]));
  return `${free} of ${text(capacity[name])}${UNIT[name]} are free, ${text(asked[name])} ${asked[name] === 1 ? "is" : "are"} asked${holders(usedBy, name)}`;
}

/** Adds what `holder` holds to what it holds already. */
export function hold(usedBy: Map<string, Amounts>, holder: string, amounts: Amounts, sign: 1 | -1 = 1): void {
  usedBy.set(holder, sumOf(usedBy.get(holder) ?? NOTHING, amounts, sign));
}

/** a + b, or a - b. */
export function sumOf(a: Amounts, b: Amounts, sign: 1 | -1 = 1): Amounts {
  return {
    cpuMillicores: a.cpuMillicores + sign * b.cpuMillicores,
    memoryBytes: a.memoryBytes + sign * b.memoryBytes,
    gpus: a.gpus + sign * b.gpus,
  };
}

function holders(usedBy: Held["usedBy"], name: keyof Amounts): string {
  const all = [...usedBy].filter(([, { [name]: amount }]) => amount > 0).sort(([, a], [, b]) => b[name] - a[name]);
  if (all.length === 0) return "";
  const named = all.slice(0, MAX_HOLDERS).map(([holder, { [name]: amount }]) => `${holder} ${AMOUNT[name](amount)}`);
  const others = all.length > MAX_HOLDERS ? ` and ${all.length - MAX_HOLDERS} more` : "";
  return ` (held by ${named.join(", ")}${others})`;
}

const MAX_NODES = 3;

/** Why none of some nodes takes it: the first few by name, each with its reason. */
export function describeNodes(nodes: readonly { readonly nodeId: string; readonly detail: string }[]): string {
  const named = nodes.slice(0, MAX_NODES).map(({ nodeId, detail }) => `${nodeId}: ${detail}`);
  const others = nodes.length > MAX_NODES ? [`and ${nodes.length - MAX_NODES} more nodes`] : [];
  return [...named, ...others].join("; ");
}
