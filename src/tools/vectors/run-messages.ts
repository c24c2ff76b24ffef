import { ADDRESS_PROTOCOL, addressProtocol } from "../../address/address.js";
import { cidText } from "../../encoding/cid.js";
import { decodeMessage } from "../../message/message.js";
import { oncePer } from "../../util/once-per.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { Machine } from "../../vm/machine/machine.js";
import { type NetworkVersion, networkVersion } from "../../vm/network/version.js";
import { compareOutcome, compareReceipt, type Mismatch, mismatches } from "./compare.js";
import { describeFailure, explainRoots } from "./explain.js";
import type { Runner } from "./runner.js";
import type { MessageVector, Variant, VectorMessage } from "./vector.js";

/** Bytes that a secp256k1 signature and its wrapping add to a message on chain, bytes. */
export const SECP_SIGNATURE_BYTES = 65 + 4;
const BLOCK_DELAY_SECONDS = 30;

/** Executes the messages of a vector on one machine and compares receipts, fees and the state root. */
export const runMessages: Runner<MessageVector> = async (
  vector,
  variant,
  { store, blockCache, externs, proofs, watching },
) => {
  const messages = preparedMessages(vector, variant);
  const begin = process.hrtime.bigint();
  const machine = await Machine.create({
    network: variant.networkVersion,
    stateRoot: vector.stateRoot,
    blockstore: store,
    blockCache,
    epoch: variant.epoch,
    timestamp: BLOCK_DELAY_SECONDS * variant.epoch,
    baseFee: vector.baseFee,
    circulatingSupply: vector.circulatingSupply,
    chainId: vector.chainId,
    externs,
    proofs,
    missingBlocks: "receipt",
    ...watching,
  });
  try {
    const results: ApplyResult[] = [];
    const start = process.hrtime.bigint();
    for (const { message, options } of messages) results.push(machine.executeSync(message, options));
    const applyNs = Number(process.hrtime.bigint() - start);
    const root = await machine.flush();
    const runNs = Number(process.hrtime.bigint() - begin);
    const { stateRoot } = vector.expected;
    return {
      gasUsed: results.map(({ receipt }) => receipt.gasUsed),
      applyNs,
      runNs,
      // The root says least, so it comes last.
      mismatches: [
        ...results.flatMap((result, i) => compareResult(vector, i, result)),
        ...mismatches("", [["state root", cidText(stateRoot), cidText(root)]]),
      ],
      notes: () => [
        ...results.flatMap(({ failure }, i) => describeFailure(`message ${i}`, failure)),
        ...explainRoots((cid) => store.get(cid), stateRoot, root),
      ],
    };
  } finally {
    machine.close();
  }
};

/** Decoded once: a thousand new objects before each run would be moved about by the collector during it. */
function preparedMessages(vector: MessageVector, variant: Variant): readonly Prepared[] {
  const prepared = preparedByVersion(vector);
  const network = networkVersion(variant.networkVersion);
  const known = prepared.get(network) ?? vector.messages.map((message) => prepare(message, network));
  prepared.set(network, known);
  return known;
}

const preparedByVersion = oncePer((_: MessageVector) => new Map<NetworkVersion, readonly Prepared[]>());
type Prepared = ReturnType<typeof prepare>;

function prepare({ bytes, kind }: VectorMessage, network: NetworkVersion) {
  const message = decodeMessage(bytes, network);
  const isSecp = addressProtocol(message.from) === ADDRESS_PROTOCOL.SECP256K1;
  return { message, options: { kind, rawLength: bytes.length + (isSecp ? SECP_SIGNATURE_BYTES : 0) } };
}

function compareResult({ expected }: MessageVector, index: number, result: ApplyResult): Mismatch[] {
  const receipt = expected.receipts[index];
  const outcome = expected.outcomes?.[index];
  return [
    ...(receipt === undefined ? [] : compareReceipt(`message ${index}`, receipt, result)),
    ...(outcome === undefined ? [] : compareOutcome(`message ${index}`, outcome, result)),
  ];
}
