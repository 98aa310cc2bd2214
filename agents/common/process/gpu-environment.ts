/** What makes a process see these GPUs and no other; with none it sees none. */
export function gpuEnvironment(devices: readonly number[]): Record<string, string> {
  // In the order of their numbers; CUDA's own begins with the fastest.
  return { CUDA_VISIBLE_DEVICES: devices.join(","), CUDA_DEVICE_ORDER: "PCI_BUS_ID" };
}
