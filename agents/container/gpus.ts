import type { HostConfig } from "dockerode";

/** Asks the engine for these GPUs, by number. */
export function gpuDeviceRequest(devices: readonly number[]): Pick<HostConfig, "DeviceRequests"> {
  return { DeviceRequests: [{ Driver: "nvidia", DeviceIDs: devices.map(String), Capabilities: [["gpu"]] }] };
}
