import { type Cid, parseCid } from "../encoding/cid.js";
import type { U64 } from "../util/u64.js";

/** Trust root of a network's F3: what its users know of it beforehand. */
export interface FinalityNetwork {
  /** F3's name of the network, which signatures sign. */
  readonly name: string;
  readonly firstInstance: U64;
  /** The epoch from which on F3 decides. */
  readonly firstEpoch: number;
  /** CID of the table that the first certificate is checked with. */
  readonly firstPowerTable: Cid;
}

/** Networks whose nodes agree on a first power table. Source: Lotus build/buildconstants/f3manifest_*.json. */
export const FINALITY_NETWORKS = {
  mainnet: {
    name: "filecoin",
    firstInstance: 0,
    firstEpoch: 4_920_480,
    firstPowerTable: parseCid("bafy2bzacecklgxd2eksmodvhgurqvorkg3wamgqkrunir3al2gchv2cikgmbu"),
  },
  calibnet: {
    name: "calibrationnet2",
    firstInstance: 0,
    firstEpoch: 3_451_774,
    firstPowerTable: parseCid("bafy2bzacednijkh5dhb6jb7snxhhtjt7zuqaydlewoha3ordhy76dhgwtmptg"),
  },
} as const satisfies Record<string, FinalityNetwork>;
