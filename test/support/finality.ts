/** Networks of F3 to test with, whose keys the test has. */
import type { ChainTipset } from "../../src/chain/history/chain-tipset.js";
import type { PowerDelta, PowerEntry, PowerTable } from "../../src/finality/power-table.js";
import { changedTable, inTableOrder, powerTableCid } from "../../src/finality/power-table.js";
import { signCertificate } from "../../src/finality/sign.js";
import type { FinalityTipset } from "../../src/finality/tipset.js";
import type { FinalityState } from "../../src/finality/verify.js";
import { native } from "../../src/native/index.js";
import { latin1Bytes } from "../../src/util/bytes.js";

const NO_COMMITMENTS = new Uint8Array(32);

/** Participants that sign whatever they are asked to. */
export class TestSigners {
  readonly #secrets = new Map<number | bigint, Uint8Array>();
  #instance = 0;
  #base: FinalityTipset | undefined;
  /** The table that the next certificate is checked with. */
  table: PowerTable;

  constructor(
    count: number,
    readonly network = "test",
  ) {
    this.table = inTableOrder(
      Array.from({ length: count }, (_, i) => this.join(1000 + i, BigInt(count + i))),
    );
  }

  /** A participant with a key of its own; the table does not have it yet. */
  join(participant: number, power: bigint): PowerEntry {
    const secret = native.blsSecret(latin1Bytes(`${this.network} ${participant}`.padEnd(32))) as Uint8Array;
    this.#secrets.set(participant, secret);
    return { participant, power, key: native.blsPublicKey(secret) as Uint8Array };
  }

  /** State that a verifier is to trust now. */
  get state(): FinalityState {
    return { network: this.network, nextInstance: this.#instance, table: this.table, base: this.#base };
  }

  /** A certificate that makes these tipsets final, signed by all but some places of the table. */
  certify(
    tipsets: readonly ChainTipset[],
    deltas: readonly PowerDelta[] = [],
    absent: readonly number[] = [],
  ): Uint8Array {
    const final = tipsets.map((tipset) => this.#tipset(tipset));
    const next = changedTable(this.table, deltas);
    if (typeof next === "string") throw new Error(next);
    const certificate = {
      instance: this.#instance,
      chain: this.#base === undefined ? final : [this.#base, ...final],
      supplementalData: { commitments: NO_COMMITMENTS, powerTable: powerTableCid(next) },
      powerTableDelta: deltas,
    };
    const secrets = this.table.map(({ participant }, place) =>
      absent.includes(place) ? undefined : this.#secrets.get(participant),
    );
    const signed = signCertificate(this.network, this.table, certificate, secrets);
    this.#instance++;
    this.#base = final.at(-1) ?? this.#base;
    this.table = next;
    return signed;
  }

  #tipset({ epoch, key }: ChainTipset): FinalityTipset {
    return {
      epoch,
      key: latin1Bytes(key.join("")),
      powerTable: powerTableCid(this.table),
      commitments: NO_COMMITMENTS,
    };
  }
}
