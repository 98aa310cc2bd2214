/** Limits of a thread that simulates. Most objects die young; with this much room for them a run takes a fifth less time. */
export const SIMULATION_THREAD_LIMITS = { maxYoungGenerationSizeMb: 192 } as const;
