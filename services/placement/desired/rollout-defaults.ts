/** Without progress for longer, a rollout has failed. */
export const DEFAULT_READY_TIMEOUT_MS = 300_000;
/** Failed starts in a row of one instance, with which it has failed too. */
export const DEFAULT_MAX_FAILED_STARTS = 3;
