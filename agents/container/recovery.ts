import { StraightLineError } from "../../services/common/errors/index.js";
import type { Logger } from "../../services/common/observe/index.js";
import type { DriverInstance } from "../common/index.js";
import type { Containers } from "./containers.js";

/** Finding again what an earlier agent of the node runs, also when the engine comes later than the agent. */
export interface Recovery {
  /** What runs; empty while the engine cannot be reached, which must not keep the agent from starting. */
  recover(): Promise<DriverInstance[]>;
  /**
   * Makes up for a `recover` that could not reach the engine, before anything is started: the agent has begun without those containers and
   * will start others in their place, so they are stopped. Nothing to do otherwise.
   */
  complete(): Promise<void>;
}

const STRANGER_GRACE_MS = 5000;

/** Recovery of the containers of one node. */
export function createRecovery(containers: Containers, log: Logger): Recovery {
  let missed = false;
  let underWay: Promise<void> | undefined;
  const stopStrangers = async (): Promise<void> => {
    for (const { instanceId } of await containers.recover()) await containers.stop(instanceId, STRANGER_GRACE_MS);
    missed = false;
  };
  return {
    async recover() {
      try {
        return await containers.recover();
      } catch (error) {
        if (!(error instanceof StraightLineError)) throw error;
        log.warn({ code: error.code }, error.message);
        missed = true;
        return [];
      }
    },
    async complete() {
      if (!missed) return;
      underWay ??= stopStrangers().finally(() => {
        underWay = undefined;
      });
      await underWay;
    },
  };
}
