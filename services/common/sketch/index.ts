export {
  createDurationSketch,
  type DurationSketch,
  type DurationSketchData,
  meanMs,
  quantileMs,
} from "./duration-sketch.js";
