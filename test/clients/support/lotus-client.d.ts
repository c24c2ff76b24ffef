/** The parts of Lotus's JavaScript client that come without types. */
declare module "@filecoin-shipyard/lotus-client-provider-nodejs" {
  export class NodejsProvider {
    /** The URL's protocol says whether it is HTTP or WebSocket. */
    constructor(url: string, options?: { readonly token?: string });
  }
}

declare module "@filecoin-shipyard/lotus-client-schema" {
  /** Methods of a Lotus node, by name. */
  export const mainnet: { readonly fullNode: { readonly methods: Readonly<Record<string, unknown>> } };
}
