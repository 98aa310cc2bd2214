export { createLeaseReader, createLeaseSigner, type Lease, MAX_CLOCK_SKEW_MS } from "./lease.js";
