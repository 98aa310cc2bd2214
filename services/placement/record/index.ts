export { recordingFault } from "./fault.js";
export type { Outcome } from "./format.js";
export { kindOf, outcomeOf } from "./outcome.js";
export { type RecordedDecision, type RecordedEvent, readRecording } from "./reader.js";
export { type RecorderOptions, startRecorder } from "./recorder.js";
