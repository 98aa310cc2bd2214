import { createCgroupBackend } from "./cgroup.js";
import { createSystemdBackend } from "./systemd.js";
import type { LimitBackend } from "./types.js";
import { createWatchdogBackend } from "./watchdog.js";

export type { LimitBackend, LimitScope } from "./types.js";
export { createCgroupBackend, createSystemdBackend, createWatchdogBackend };

/** The strongest way to limit processes that works here. systemd comes first: where it runs, the control groups are its own. */
export function detectLimitBackend(name: string): LimitBackend {
  return createSystemdBackend() ?? createCgroupBackend(name) ?? createWatchdogBackend();
}
