import { ErrorCode, NatsError } from "nats";
import { StraightLineError } from "../errors/index.js";
import type { BusConnection } from "./connection.js";

/** Wrong last sequence: somebody else wrote meanwhile. */
const WRONG_LAST_SEQUENCE = 10_071;
const STREAM_NOT_FOUND = 10_059;
const NO_STORE =
  "NATS answers, but its store does not: JetStream is still starting, switched off, or what it stored is gone; restore a backup and restart the placement service";

/** Turns a NATS fault into CONFLICT or BUS_UNAVAILABLE. */
export async function withBusErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof StraightLineError) throw error;
    if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) {
      throw new StraightLineError("CONFLICT", "the entry changed meanwhile", { cause: error });
    }
    throw new StraightLineError("BUS_UNAVAILABLE", hasNoStore(error) ? NO_STORE : "NATS JetStream does not answer", {
      cause: error,
    });
  }
}

/** NATS knows no such stream, or nobody there stores what is sent. */
function hasNoStore(error: unknown): boolean {
  return error instanceof NatsError && (error.api_error?.err_code === STREAM_NOT_FOUND || error.code === ErrorCode.NoResponders);
}

/**
 * The same, and a call that is under way when NATS is lost ends with BUS_UNAVAILABLE at once: the client would wait for an answer that cannot come any more. As after any
 * BUS_UNAVAILABLE, a write may have been done.
 */
export async function busCall<T>(bus: Pick<BusConnection, "onStatus">, call: () => Promise<T>): Promise<T> {
  const loss = whenLost(bus);
  try {
    return await Promise.race([withBusErrors(call), loss.lost]);
  } finally {
    loss.close();
  }
}

function whenLost(bus: Pick<BusConnection, "onStatus">): { readonly lost: Promise<never>; close(): void } {
  let close = (): void => undefined;
  const lost = new Promise<never>((_, reject) => {
    const subscription = bus.onStatus(({ type }) => {
      if (type === "disconnected") reject(new StraightLineError("BUS_UNAVAILABLE", "the connection to NATS was lost; try again"));
    });
    close = subscription.close;
  });
  return { lost, close };
}
