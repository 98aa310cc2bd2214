export { createEventLoop, type EventLoop, type Timer } from "./event-loop.js";
export { createSharedResource, type Job, type SharedResource } from "./shared-resource.js";
