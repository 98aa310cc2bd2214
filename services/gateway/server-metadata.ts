/** What the gateway says of itself; extensions are the instances' own, since bodies pass through unread. */
export const SERVER_METADATA = { name: "straightline-gateway", version: "0.1.0", extensions: [] as string[] } as const;
