import type { JaegerSpan } from "./jaeger.js";

/** Spans without children, in which something is done or waited for by name: time in them is explained by their name. */
const KNOWN_WORK: ReadonlySet<string> = new Set([
  "agent.artifact.fetch",
  "agent.instance.create",
  "agent.instance.ready",
  "container.image",
  "container.start",
  "deployment.assign",
  "deployment.deploy",
  "function.acquire",
  "gateway.connect",
  "gateway.receive",
  "model.boot",
  "model.decode",
  "model.load",
  "model.queue",
  "model.read",
  "model.run",
  "placement.place",
  "placement.report",
  "placement.telemetry",
]);

/** A stretch of time, microseconds since the Unix epoch. */
interface Stretch {
  readonly startUs: number;
  readonly endUs: number;
}

/** A stretch of a span in which none of the spans below it runs. */
export interface Gap extends Stretch {
  readonly span: JaegerSpan;
}

/**
 * The time of a trace that nothing explains. Every instant of the root is either in a span without children, whose name says what is done,
 * or in a span with children while none of them runs; these last are the gaps. A childless span of an unknown name is a gap as a whole.
 */
export function gapsOf(spans: readonly JaegerSpan[]): readonly Gap[] {
  return spans.flatMap((span) => {
    const below = descendants(spans, span);
    if (below.length === 0 && KNOWN_WORK.has(span.name)) return [];
    return uncovered(span, below).map((stretch) => ({ ...stretch, span }));
  });
}

/** Gaps longer than a tenth of the root, as sentences. */
export function longGaps(spans: readonly JaegerSpan[], root: JaegerSpan): string[] {
  const limitUs = (root.endUs - root.startUs) / 10;
  return gapsOf(spans)
    .filter((gap) => gap.endUs - gap.startUs > limitUs)
    .map(
      ({ span, startUs, endUs }) =>
        `${((endUs - startUs) / 1000).toFixed(1)} ms of ${span.name}, ${((startUs - root.startUs) / 1000).toFixed(1)} ms after the root's begin, of ${((root.endUs - root.startUs) / 1000).toFixed(1)} ms in all`,
    );
}

/** The spans that are below one, at any depth. */
function descendants(spans: readonly JaegerSpan[], top: JaegerSpan): JaegerSpan[] {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === top.spanId);
  return children.flatMap((child) => [child, ...descendants(spans, child)]);
}

function uncovered({ startUs, endUs }: Stretch, covers: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  let reachedUs = startUs;
  for (const cover of [...covers].sort((a, b) => a.startUs - b.startUs)) {
    if (cover.startUs >= endUs) break;
    if (cover.startUs > reachedUs) found.push({ startUs: reachedUs, endUs: cover.startUs });
    reachedUs = Math.max(reachedUs, cover.endUs);
  }
  if (reachedUs < endUs) found.push({ startUs: reachedUs, endUs });
  return found;
}

/** `service name` of a span and of each above it, from the root down. */
export function pathOf(spans: readonly JaegerSpan[], span: JaegerSpan): readonly string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent === undefined ? [] : pathOf(spans, parent)), `${span.service} ${span.name}`];
}
