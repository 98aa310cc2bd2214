import { programVersion } from "../common/version/index.js";

/** What the server says of itself; `extensions` are those of the Open Inference Protocol. */
export const SERVER_METADATA = {
  name: "straightline-model-server",
  version: programVersion(),
  extensions: ["binary_tensor_data"],
} as const;
