export { type JoinDesk, type JoinOptions, openJoinDesk } from "./join.js";
