export { createRequestSources, type Home, type OfferedRequest, type RequestSource } from "./request-source.js";
export { parseTrace, type TraceData } from "./trace-files.js";
