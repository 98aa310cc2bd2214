export { type PackedFolder, packFolder } from "./pack-folder.js";
