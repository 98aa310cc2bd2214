export { type Admission, createAdmission } from "./admission.js";
export { type AttemptContext, type AttemptEnd, type ForwardJob, type ForwardParts, forward, type Measured } from "./attempts.js";
export { type FrontTls, isFronted, readFrontTls } from "./front-tls.js";
export { createLru, type Lru } from "./lru.js";
export { endedOutcome, grpcOutcome, httpOutcome } from "./outcome.js";
export { placementHeaders, printable } from "./placement-headers.js";
export { parseRequestOptions, type RequestOptions } from "./request-options.js";
export { type Failure, grpcFailure, httpFailure, isIdempotentMethod } from "./retry.js";
export { createScope, type RequestScope } from "./scope.js";
