/** What is assumed of an instance of which nothing is known; times within a factor of ten of most inference services and starts. */
export const UNKNOWN_INSTANCE = {
  serviceMs: 100,
  coldStartMs: 1000,
  coldStartSpreadRatio: 0.5,
  failureRisk: 0.001,
  /** From sending a request until its failure is known. */
  failedAfterMs: 1000,
} as const;
