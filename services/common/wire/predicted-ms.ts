import type { PredictedTime } from "../../../proto/gen/straightline/v1/PredictedTime.js";

/**
 * Expected response time, milliseconds; 0: none can be told. While nobody knows how long serving takes, the other parts (of a small request some microseconds on
 * the network) are no prediction.
 */
export function predictedMs(predicted: PredictedTime | null | undefined): number {
  const { transferMs = 0, waitMs = 0, serviceMs = 0, coldStartMs = 0 } = predicted ?? {};
  return Number(serviceMs) === 0 ? 0 : Number(transferMs) + Number(waitMs) + Number(serviceMs) + Number(coldStartMs);
}
