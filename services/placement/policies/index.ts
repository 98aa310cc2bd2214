import { adaptive } from "./adaptive/adaptive.js";
import { containerOnly } from "./container-only/container-only.js";
import { leastOutstanding } from "./least-outstanding/least-outstanding.js";
import { peakEwma } from "./peak-ewma/peak-ewma.js";
import { powerOfTwo } from "./power-of-two/power-of-two.js";
import { random } from "./random/random.js";
import { createRegistry, type PolicyRegistry } from "./registry.js";
import { roundRobin } from "./round-robin/round-robin.js";
import { serverlessOnly } from "./serverless-only/serverless-only.js";
import { straightline } from "./straightline/straightline.js";
import { vmOnly } from "./vm-only/vm-only.js";

export { createRegistry, type PolicyRegistry } from "./registry.js";

/** Every policy that ships; a new one is a folder and a line here. */
export const POLICIES: PolicyRegistry = createRegistry([
  straightline,
  adaptive,
  vmOnly,
  containerOnly,
  serverlessOnly,
  random,
  roundRobin,
  leastOutstanding,
  powerOfTwo,
  peakEwma,
]);
