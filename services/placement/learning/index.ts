export { type Calibration, calibrate, type Measurement } from "./calibrate.js";
export { type Answer, createLearner, type Learner, type NodeFacts } from "./learner.js";
