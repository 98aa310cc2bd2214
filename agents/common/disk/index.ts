export { describeFullDisk, diskFull, STATE_DIRECTORY, tellDiskFull } from "./disk-full.js";
export { hasRoom } from "./room.js";
