import { DeliverPolicy, DiscardPolicy, type JetStreamManager, NatsError, type OrderedConsumerOptions, StorageType } from "nats";
import { busCall, withBusErrors } from "./bus-call.js";
import type { BusConnection } from "./connection.js";
import { JOB_LOG_STREAM, JOB_LOG_WILDCARD, jobLogFilter, jobLogSubject } from "./subjects.js";

/** What stages write, piece by piece, kept for a while and within bounds. */
export interface JobLogs {
  /** Resolves when the piece is stored; the same piece sent again is stored once. Rejects with BUS_UNAVAILABLE. */
  append(runKey: string, offsetBytes: number, piece: Uint8Array): Promise<void>;
  /** Pieces of a job after a place in the stream, waiting at most `waitMs` for the first. */
  read(jobId: string, afterSequence: number, waitMs: number): Promise<JobLogPiece[]>;
}

/** A stored piece. */
export interface JobLogPiece {
  readonly sequence: number;
  readonly data: Uint8Array;
}

const DAY_NS = 86_400 * 1e9;
/** Of all jobs; the oldest pieces go first. */
const MAX_BYTES = 64 * 1024 * 1024;
const KEPT_DAYS = 7;
/** Of one attempt; with pieces of at most 16 KiB some 8 MiB. */
const MAX_PIECES_PER_RUN = 512;
/** A piece that is sent again within this time, since its acknowledgement was lost, is known again. */
const DUPLICATE_WINDOW_NS = 120 * 1e9;
const READ_BATCH = 100;
const NOT_FOUND = 404;

/** Makes the stream of logs when it is not there; one that is keeps the bounds that an operator may have given it. */
export async function createJobLogStream(bus: BusConnection): Promise<void> {
  await withBusErrors(async () => {
    const manager = await bus.client.jetstreamManager();
    if (await hasStream(manager)) return;
    await manager.streams.add({
      name: JOB_LOG_STREAM,
      subjects: [JOB_LOG_WILDCARD],
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_bytes: MAX_BYTES,
      max_age: KEPT_DAYS * DAY_NS,
      max_msgs_per_subject: MAX_PIECES_PER_RUN,
      duplicate_window: DUPLICATE_WINDOW_NS,
    });
  });
}

async function hasStream(manager: JetStreamManager): Promise<boolean> {
  try {
    await manager.streams.info(JOB_LOG_STREAM);
    return true;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === NOT_FOUND) return false;
    throw error;
  }
}

/** Opens the logs; the stream need not be there yet. */
export function openJobLogs(bus: BusConnection): JobLogs {
  return {
    async append(runKey, offsetBytes, piece) {
      const subject = jobLogSubject(runKey);
      await busCall(bus, () => bus.client.jetstream().publish(subject, piece, { msgID: `${subject}.${offsetBytes}` }));
    },
    read: (jobId, afterSequence, waitMs) => withBusErrors(() => read(bus, jobId, afterSequence, waitMs)),
  };
}

/** A consumer for each reading: cheap at the pace of people, and nothing is left behind by a reader that dies. */
async function read(bus: BusConnection, jobId: string, afterSequence: number, waitMs: number): Promise<JobLogPiece[]> {
  const options: Partial<OrderedConsumerOptions> = { filterSubjects: jobLogFilter(jobId) };
  if (afterSequence > 0)
    Object.assign(options, { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: afterSequence + 1 });
  const consumer = await bus.client.jetstream().consumers.get(JOB_LOG_STREAM, options);
  const pieces: JobLogPiece[] = [];
  try {
    for await (const message of await consumer.fetch({ max_messages: READ_BATCH, expires: waitMs })) {
      pieces.push({ sequence: message.seq, data: message.data });
      // What is there has been read: the wait was for the first.
      if (message.info.pending === 0) break;
    }
    return pieces;
  } finally {
    // Gone by itself after a while when this fails.
    await consumer.delete().catch(() => undefined);
  }
}
