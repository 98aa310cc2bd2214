import { containerOnly } from "./container-only/container-only.js";
import { leastOutstanding } from "./least-outstanding/least-outstanding.js";
import { createRegistry, type PolicyRegistry } from "./registry.js";
import { serverlessOnly } from "./serverless-only/serverless-only.js";
import { straightline } from "./straightline/straightline.js";
import { vmOnly } from "./vm-only/vm-only.js";

export { createRegistry, type PolicyRegistry } from "./registry.js";

/** Every policy that ships; a new one is a folder and a line here. */
export const POLICIES: PolicyRegistry = createRegistry([straightline, vmOnly, containerOnly, serverlessOnly, leastOutstanding]);
