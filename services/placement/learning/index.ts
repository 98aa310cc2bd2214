export { type Calibration, calibrate, type FormLine, LEAST_FOR_LINE, type Measurement, type ThresholdPair } from "./calibrate.js";
export { type Answer, createLearner, type Learner, type NodeFacts } from "./learner.js";
