// Original file: straightline/v1/deployment.proto

/**
 * A rollout's stage.
 */
export const RolloutPhase = {
  /**
   * Not set.
   */
  ROLLOUT_PHASE_UNSPECIFIED: 'ROLLOUT_PHASE_UNSPECIFIED',
  /**
   * New instances start; old ones serve until then.
   */
  ROLLOUT_PHASE_PROGRESSING: 'ROLLOUT_PHASE_PROGRESSING',
  /**
   * Every instance runs the present revision and has been ready.
   */
  ROLLOUT_PHASE_COMPLETE: 'ROLLOUT_PHASE_COMPLETE',
  /**
   * A newer revision failed; the present one came back.
   */
  ROLLOUT_PHASE_ROLLED_BACK: 'ROLLOUT_PHASE_ROLLED_BACK',
  /**
   * It failed, and no earlier revision was ready. Agents go on trying.
   */
  ROLLOUT_PHASE_FAILED: 'ROLLOUT_PHASE_FAILED',
} as const;

/**
 * A rollout's stage.
 */
export type RolloutPhase =
  /**
   * Not set.
   */
  | 'ROLLOUT_PHASE_UNSPECIFIED'
  | 0
  /**
   * New instances start; old ones serve until then.
   */
  | 'ROLLOUT_PHASE_PROGRESSING'
  | 1
  /**
   * Every instance runs the present revision and has been ready.
   */
  | 'ROLLOUT_PHASE_COMPLETE'
  | 2
  /**
   * A newer revision failed; the present one came back.
   */
  | 'ROLLOUT_PHASE_ROLLED_BACK'
  | 3
  /**
   * It failed, and no earlier revision was ready. Agents go on trying.
   */
  | 'ROLLOUT_PHASE_FAILED'
  | 4

/**
 * A rollout's stage.
 */
export type RolloutPhase__Output = typeof RolloutPhase[keyof typeof RolloutPhase]
