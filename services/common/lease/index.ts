export { createLeaseReader, createLeaseSigner, type Lease } from "./lease.js";
