/** What the server says of itself; `extensions` are those of the Open Inference Protocol. */
export const SERVER_METADATA = {
  name: "straightline-model-server",
  version: "0.1.0",
  extensions: ["binary_tensor_data"],
} as const;
