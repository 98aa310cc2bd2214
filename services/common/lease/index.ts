export { createLeaseReader, createLeaseSigner, type Lease, MAX_LEASE_MS } from "./lease.js";
