export { createNodeCollector, type NodeCollector, type NodeReading } from "./node-collector.js";
