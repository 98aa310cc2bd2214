import type { Logger } from "../../services/common/observe/index.js";
import { LABEL } from "./container-spec.js";
import type { Engine } from "./engine.js";

/** Tells of containers of this node that end, as the engine reports it. */
export interface ExitEvents {
  onExit(listener: () => void): void;
  /** Subscribes where no subscription stands; cheap when one does. Called on each tick, so that an engine's restart is survived. */
  ensureSubscribed(): void;
  close(): void;
}

/** Exits of this node's containers. Without the engine there are no events, and the agent's tick finds exits a little later. */
export function createExitEvents(engine: Engine, nodeId: string, log: Logger): ExitEvents {
  const listeners = new Set<() => void>();
  const ended = new AbortController();
  let subscribed = false;
  const subscribe = async (): Promise<void> => {
    const filters = { type: ["container" as const], event: ["die"], label: [`${LABEL.node}=${nodeId}`] };
    const events = await engine.stream((docker) => docker.getEvents({ filters, abortSignal: ended.signal }));
    for await (const _event of events) for (const listener of listeners) listener();
  };
  return {
    onExit: (listener) => listeners.add(listener),
    ensureSubscribed() {
      if (subscribed || ended.signal.aborted) return;
      subscribed = true;
      subscribe()
        .catch((error) => log.debug({ reason: String(error) }, "no events from the engine"))
        .finally(() => {
          subscribed = false;
        });
    },
    close: () => ended.abort(),
  };
}
