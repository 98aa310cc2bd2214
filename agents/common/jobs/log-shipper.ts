import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { JobLog, JobLog__Output } from "../../../proto/gen/straightline/v1/JobLog.js";
import type { JobLogs } from "../../../services/common/bus/index.js";
import { messageCodec } from "../../../services/common/wire/index.js";
import { boundLogFile } from "../process/index.js";
import type { SentLog } from "./run-folder.js";

/** Sends a growing log file to the bus, piece by piece. */
export interface LogShipper {
  /** Sends what is new, at most 1 MiB; true: there is more. Rejects with BUS_UNAVAILABLE; what was not stored is sent again. */
  ship(): Promise<boolean>;
  /** What is to be kept for a later agent; the same object while nothing has been sent. */
  sent(): SentLog;
}

/** What a shipper needs. */
export interface LogShipperOptions {
  readonly logs: () => Promise<JobLogs>;
  readonly runKey: string;
  readonly stage: string;
  readonly attempt: number;
  readonly file: string;
  /** What an earlier agent has sent. */
  readonly sent: SentLog;
}

const PIECE_BYTES = 16 * 1024;
const PIECES_AT_ONCE = 64;
/** On disk; twice as much while not all has been sent, and what has not by then is lost. */
const LOG_LIMIT_BYTES = 4 * 1024 * 1024;

/** A shipper for one attempt. */
export function createLogShipper({ logs, runKey, stage, attempt, file, sent: before }: LogShipperOptions): LogShipper {
  const codec = messageCodec<JobLog, JobLog__Output>("JobLog");
  let sent = before;
  const send = async (): Promise<boolean> => {
    for (let pieces = 0; pieces < PIECES_AT_ONCE; pieces++) {
      const { shippedBytes: offsetBytes, cutBytes } = sent;
      const data = readPiece(file, offsetBytes - cutBytes);
      if (data.length === 0) return false;
      await (await logs()).append(runKey, offsetBytes, codec.encode({ stage, attempt, offsetBytes, data }));
      sent = { shippedBytes: offsetBytes + data.length, cutBytes };
    }
    return true;
  };
  return {
    sent: () => sent,
    async ship() {
      let hasMore = true;
      try {
        hasMore = await send();
        return hasMore;
      } finally {
        boundLogFile(file, hasMore ? 2 * LOG_LIMIT_BYTES : LOG_LIMIT_BYTES);
        // The file was cut: what follows goes on at the offset of all that was sent before.
        if (sizeOf(file) < sent.shippedBytes - sent.cutBytes) sent = { ...sent, cutBytes: sent.shippedBytes };
      }
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readPiece(file: string, position: number): Buffer {
  if (sizeOf(file) <= position) return Buffer.alloc(0);
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(PIECE_BYTES);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, PIECE_BYTES, position));
  } finally {
    closeSync(descriptor);
  }
}
