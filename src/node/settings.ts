/** Settings of a node that answers depend on. */
export interface NodeSettings {
  /** Exactly Lotus's answers, texts and statuses, also where clients of Ethereum expect others. */
  readonly lotus: boolean;
  /** Whether proposed fees are a price times the gas used, as Ethereum's are. Default: those of Lotus. */
  readonly wholeFees?: boolean;
  /** Answer of `web3_clientVersion`, and `Agent` of `Filecoin.Version`. */
  readonly clientVersion: string;
}
