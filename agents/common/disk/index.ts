export { describeFullDisk, diskFull, tellDiskFull } from "./disk-full.js";
export { hasRoom } from "./room.js";
