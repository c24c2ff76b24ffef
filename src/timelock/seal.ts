import { sha256 } from "@noble/hashes/sha2.js";
import type { Stanza } from "age-encryption";
import { beaconAt, type DrandBeacon } from "../chain/networks/beacons.js";
import type { ChainNetwork } from "../chain/networks/networks.js";
import { beaconRoundAt } from "../chain/rules/beacon-round.js";
import type { BeaconEntry } from "../chain/types/header.js";
import { FvmError } from "../errors.js";
import { hex } from "../util/bytes.js";
import { isBytes } from "../util/check.js";
import { optionalPackage } from "../util/optional-package.js";
import { checkOption } from "../util/options.js";
import type { U64 } from "../util/u64.js";
import { decryptKey, encryptKey } from "./ibe.js";

type Age = typeof import("age-encryption");

/** A round of an unchained beacon: what is sealed to it opens with its entry. */
export interface LockRound {
  readonly beacon: DrandBeacon;
  readonly round: U64;
}

/** Source of the entries that open sealed bytes. */
export interface Opening {
  readonly beacon: DrandBeacon;
  /** The entry of a round; it may throw that there is none yet. */
  readonly entryOf: (round: bigint) => BeaconEntry | Promise<BeaconEntry>;
}

/** Kind of the stanza that holds the key, as drand's tlock has it. */
const STANZA = "tlock";
const ARMOR = "-----BEGIN AGE";

/**
 * The round that a block of an epoch has to know. Throws `FvmError` INVALID_OPTION if entries of its beacon are no keys:
 * the mock's, which anybody can make, and those of chained networks.
 */
export function lockRound(network: ChainNetwork, epoch: number): LockRound {
  const beacon = beaconAt(network.beacons, epoch);
  if (beacon.kind === "drand" && !beacon.isChained) return { beacon, round: beaconRoundAt(network, epoch) };
  const kind = beacon.kind === "mock" ? "the mock, whose entries anybody can make" : "chained";
  throw new FvmError("INVALID_OPTION", {
    option: "epoch",
    reason: `the beacon of epoch ${epoch} is ${kind}`,
  });
}

/**
 * Seals bytes to a round: an age file of some 370 bytes more, which drand's tlock and tlock-js open, too. Needs the
 * package age-encryption.
 *
 * @throws FvmError INVALID_OPTION, PACKAGE_MISSING
 */
export async function seal(content: Uint8Array, { beacon, round }: LockRound): Promise<Uint8Array> {
  checkOption("content", content, isBytes);
  const { Encrypter, Stanza } = await age();
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey: (key) => [
      new Stanza(
        [STANZA, String(round), hex(beacon.hash)],
        encryptKey(beacon.publicKey, digestOf(BigInt(round)), key),
      ),
    ],
  });
  return encrypter.encrypt(content);
}

/**
 * Opens sealed bytes, also in age's armor. Needs the package age-encryption.
 *
 * @throws FvmError INVALID_SEALED, PACKAGE_MISSING; what `entryOf` throws
 */
export async function open(sealed: Uint8Array, { beacon, entryOf }: Opening): Promise<Uint8Array> {
  checkOption("sealed", sealed, isBytes);
  const { Decrypter, armor: armors } = await age();
  const decrypter = new Decrypter();
  let ended: unknown;
  decrypter.addIdentity({
    unwrapFileKey: async (stanzas: readonly Stanza[]) => {
      try {
        return await keyIn(stanzas, { beacon, entryOf });
      } catch (error) {
        ended = error;
        throw error;
      }
    },
  });
  try {
    const text = Buffer.from(sealed).toString("latin1");
    return await decrypter.decrypt(text.trimStart().startsWith(ARMOR) ? armors.decode(text) : sealed);
  } catch (cause) {
    if (ended !== undefined) throw ended;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FvmError("INVALID_SEALED", { reason }, { cause });
  }
}

/** Sealed bytes as text, in age's armor. Throws `FvmError` PACKAGE_MISSING. */
export async function armor(sealed: Uint8Array): Promise<string> {
  return (await age()).armor.encode(sealed);
}

async function keyIn(stanzas: readonly Stanza[], { beacon, entryOf }: Opening): Promise<Uint8Array> {
  const stanza = stanzas.find(({ args: [kind, ...rest] }) => kind === STANZA && rest.length === 2);
  if (stanza === undefined) throw invalid("it is not sealed to a round");
  const [, digits = "", hash] = stanza.args;
  if (hash !== hex(beacon.hash)) throw invalid(`it is sealed to the beacon ${hash}`);
  const round = /^[1-9][0-9]{0,19}$/.test(digits) ? BigInt(digits) : 0n;
  if (round === 0n || round >= 2n ** 64n) throw invalid(`there is no round ${digits}`);
  const entry = await entryOf(round);
  const key = BigInt(entry.round) === round ? decryptKey(entry.data, stanza.body) : undefined;
  if (key === undefined) throw invalid(`the entry of round ${entry.round} does not open it`);
  return key;
}

function invalid(reason: string): FvmError {
  return new FvmError("INVALID_SEALED", { reason });
}

/** Digest that the entry of a round signs. */
function digestOf(round: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(round);
  return sha256(bytes);
}

function age(): Promise<Age> {
  return optionalPackage<Age>("age-encryption", "age-encryption", "time locks");
}
