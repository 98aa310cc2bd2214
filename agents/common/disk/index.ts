export { diskFull, fullText, tellDiskFull } from "./disk-full.js";
export { hasRoom } from "./room.js";
