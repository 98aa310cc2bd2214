import { causeChain } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import { createBacklog, type DecisionListener, type MadeDecision, type ReportedOutcome } from "../beside/index.js";
import { createEncoder, encodeLine } from "./encoder.js";
import { openRotatingFile } from "./rotating-file.js";

/** Where decisions are recorded. */
export interface RecorderOptions {
  readonly path: string;
  readonly maxBytes: number;
  readonly files: number;
  readonly log: Logger;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

type Item = { readonly made: MadeDecision } | { readonly report: ReportedOutcome };

/** Decisions and reports held in memory; beyond it they are left out, and the recording says so. */
const MOST_HELD = 4096;
/** Writing a decision costs about one and a half times as much as making it: see test/bench/record.bench.ts. */
const CPU_SHARE = 0.3;
/** So often at most it is logged that decisions are left out. */
const WARN_MS = 10_000;

/** Records decisions and how they ended. Throws CONFIG_INVALID where the file cannot be written; a disk that fails later ends the recording alone. */
export function startRecorder({ path, maxBytes, files, log, now }: RecorderOptions): DecisionListener {
  const encoder = createEncoder();
  const onFailure = (error: unknown): void =>
    log.error({ chain: causeChain(error), file: path }, "recording has ended: the file cannot be written");
  const file = openRotatingFile({ path, maxBytes, files, begin: () => encoder.begin(Math.round(now())), onFailure });
  const warn = createWarning(log, path);
  let lost = 0;
  const backlog = createBacklog<Item>({
    limit: MOST_HELD,
    cpuShare: CPU_SHARE,
    work(item) {
      lost += backlog.takeDropped();
      if (!file.isReady()) {
        lost += 1;
        return;
      }
      if (lost > 0) {
        warn(lost);
        file.write(encodeLine({ type: "dropped", count: lost }));
        lost = 0;
      }
      file.write("made" in item ? encoder.decision(item.made) : encodeLine({ type: "report", ...item.report }));
    },
    onError: (error) => log.error({ chain: causeChain(error) }, "a decision could not be recorded"),
  });
  return {
    decided: (made) => backlog.add({ made }),
    reported: (report) => backlog.add({ report }),
    async stop() {
      backlog.finish();
      await file.close();
    },
  };
}

function createWarning(log: Logger, path: string): (count: number) => void {
  let warnedMs = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (count) => {
    unsaid += count;
    if (performance.now() - warnedMs < WARN_MS) return;
    log.warn({ count: unsaid, file: path }, "decisions are missing in the recording: there was no time to write them");
    warnedMs = performance.now();
    unsaid = 0;
  };
}
