import { idAddress } from "../../../../address/address.js";
import { exportedMethodNumber } from "../../../../builtin/frc42.js";
import { CborReader } from "../../../../ipld/cbor.js";
import { SingletonId } from "../../../../vm/state-tree/actor-state.js";
import type { SigningKey } from "../../../signatures/keys.js";
import { pieceCid } from "../../commitments.js";
import { EPOCHS_IN_DAY } from "../../epochs.js";
import { params } from "../../params.js";
import type { Draft, Outcome, Scene } from "../draft.js";
import { native } from "../senders.js";
import { SECTORS_3 } from "./prove.js";

const ADD_VERIFIED_CLIENT = 4;
const TRANSFER = exportedMethodNumber("Transfer");
const GAS = { verify: 80_000_000, message: 120_000_000, allocation: 40_000_000 } as const;
/** Bytes. */
const CAP = 2 ** 50;
/** Units of the token in a byte. */
const DATA_CAP = 10n ** 18n;
const MOST_ALLOCATIONS = 3;
/** Epochs. */
const TERM = {
  least: 180 * EPOCHS_IN_DAY,
  most: 1000 * EPOCHS_IN_DAY,
  start: 30 * EPOCHS_IN_DAY,
} as const;

/** The verifier gives a client data cap. Undefined: there is no verifier. */
export function verifyClient({ draw, world }: Scene): Draft | undefined {
  const { verifier } = world;
  return verifier && verification(verifier, native(draw, world), world.verified);
}

function verification(verifier: SigningKey, client: SigningKey, verified: Set<SigningKey>): Draft {
  return {
    from: verifier,
    to: idAddress(SingletonId.VerifiedRegistry),
    method: ADD_VERIFIED_CLIENT,
    params: params([{ address: client.address }, BigInt(CAP)]),
    gasLimit: GAS.verify,
    learn: ({ exitCode }) => {
      if (exitCode === 0) verified.add(client);
    },
  };
}

/** A client allocates data cap to sectors of a provider, which can claim it with ProveCommitSectors3; without clients, somebody becomes one. */
export function allocate(scene: Scene): Draft | undefined {
  const { draw, world, networkVersion, epoch } = scene;
  if (world.verified.size === 0) return verifyClient(scene);
  const chosen = draw.pick(world.providers);
  const { provider } = chosen;
  const pieces = Array.from({ length: 1 + draw.below(MOST_ALLOCATIONS) }, () => pieceCid(draw.bytes()));
  const { size } = provider.sectors;
  const allocations = pieces.map((piece) => [
    provider.id as number,
    { cid: piece },
    size,
    TERM.least,
    TERM.most,
    epoch + TERM.start,
  ]);
  const registry = { address: idAddress(SingletonId.VerifiedRegistry) };
  const amount = BigInt(size * pieces.length) * DATA_CAP;
  return {
    from: draw.pick([...world.verified]),
    to: idAddress(SingletonId.DataCap),
    method: TRANSFER,
    params: params([registry, amount, params([allocations, []])]),
    gasLimit: GAS.message + GAS.allocation * pieces.length,
    learn: (outcome) => {
      if (outcome.exitCode !== 0 || networkVersion < SECTORS_3) return;
      for (const [i, id] of allocationsIn(outcome).entries()) {
        const piece = pieces[i];
        if (piece === undefined) continue;
        chosen.promised.push({ piece, allocation: { client: Number(outcome.sender), id } });
      }
    },
  };
}

/** The token returns what the registry says: results of allocations and extensions, and IDs. */
function allocationsIn({ returnData }: Outcome): number[] {
  const transfer = new CborReader(returnData);
  transfer.tuple(3);
  transfer.skip();
  transfer.skip();
  const response = new CborReader(transfer.bytes());
  response.tuple(3);
  response.skip();
  response.skip();
  return Array.from({ length: response.array() }, () => Number(response.u64()));
}
