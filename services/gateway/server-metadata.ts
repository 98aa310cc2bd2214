import { programVersion } from "../common/version/index.js";

/** What the gateway says of itself; extensions are the instances' own, since bodies pass through unread. */
export const SERVER_METADATA = { name: "straightline-gateway", version: programVersion(), extensions: [] as string[] } as const;
