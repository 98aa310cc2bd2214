import type { PredictedTime } from "../../../proto/gen/straightline/v1/PredictedTime.js";

/**
 * Expected response time, milliseconds; undefined: none can be told. While nobody knows how long serving takes, the other parts (of a small request some microseconds on
 * the network) are no prediction.
 */
export function predictedMs(predicted: PredictedTime | null | undefined): number | undefined {
  const { transferMs = 0, waitMs = 0, serviceMs = 0, coldStartMs = 0 } = predicted ?? {};
  return Number(serviceMs) === 0 ? undefined : Number(transferMs) + Number(waitMs) + Number(serviceMs) + Number(coldStartMs);
}
