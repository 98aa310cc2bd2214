import type { ArrivalReport, ArrivalReport__Output } from "../../proto/gen/straightline/v1/ArrivalReport.js";
import { ARRIVALS_SUBJECT, type BusConnection } from "../common/bus/index.js";
import { causeChain } from "../common/errors/index.js";
import type { Logger } from "../common/observe/index.js";
import { messageCodec } from "../common/wire/index.js";
import type { Arrivals, WaitQueue } from "./state/index.js";

/** What the exchange works with. */
export interface ArrivalsExchange {
  readonly bus: BusConnection;
  /** Unique among the replicas. */
  readonly replica: string;
  readonly arrivals: Arrivals;
  readonly waitQueue: Pick<WaitQueue<unknown>, "sizes">;
  readonly log: Logger;
}

/** So old is the news that the autoscaler acts on, at most. */
const PERIOD_MS = 500;

/** Replicas tell each other what has arrived; what is told while NATS is away is lost. Gives what ends it. */
export function exchangeArrivals({ bus, replica, arrivals, waitQueue, log }: ArrivalsExchange): () => void {
  const codec = messageCodec<ArrivalReport, ArrivalReport__Output>("ArrivalReport");
  const subscription = bus.subscribe(ARRIVALS_SUBJECT, ({ data }) => {
    try {
      arrivals.take(codec.decode(data));
    } catch (error) {
      log.warn({ chain: causeChain(error) }, "what another replica tells of arrivals cannot be read");
    }
  });
  const timer = setInterval(() => {
    const report = arrivals.report(replica, new Map(waitQueue.sizes()));
    if (report !== undefined && bus.isConnected()) bus.publish(ARRIVALS_SUBJECT, codec.encode(report));
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
    subscription.close();
  };
}
