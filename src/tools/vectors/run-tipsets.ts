import { ADDRESS_PROTOCOL, addressProtocol } from "../../address/address.js";
import { parseAddress } from "../../address/text.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { executeTipset } from "../../chain/execution/execute-tipset.js";
import type { ChainNode } from "../../chain/execution/node.js";
import type { BlockMessage, Tipset, TipsetBlock, TipsetResult } from "../../chain/execution/tipset.js";
import type { Cid } from "../../encoding/cid.js";
import { decodeMessage } from "../../message/message.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { type NetworkVersion, networkVersion } from "../../vm/network/version.js";
import { compareReceipt, type Mismatch } from "./compare.js";
import { compareTipset } from "./compare-tipset.js";
import { describeFailure } from "./explain.js";
import { SECP_SIGNATURE_BYTES } from "./prepare.js";
import type { Runner, Surroundings } from "./runner.js";
import type { TipsetVector, Variant, VectorBlock } from "./vector.js";

/** Executes the tipsets of a vector, up to the first one that comes out otherwise than it says. */
export const runTipsets: Runner<TipsetVector> = async (vector, variant, surroundings) => {
  const node = nodeOf(vector, variant, surroundings);
  const results: ApplyResult[] = [];
  let applyNs = 0n;
  let runNs = 0n;
  let start = 0n;
  const { crew } = surroundings;
  // Vectors enter behind the selection of messages, as Lotus's vector runner does.
  const watch = {
    selected: true,
    ...(crew !== undefined && { pool: { crew } }),
    onMessage: () => {
      start = process.hrtime.bigint();
    },
    onResult: (result: ApplyResult) => {
      applyNs += process.hrtime.bigint() - start;
      results.push(result);
      surroundings.onResult?.(result);
    },
  };
  let root: Cid = vector.stateRoot;
  let mismatches: Mismatch[] = [];
  for (const [index, tipset] of tipsetsOf(vector, variant).entries()) {
    const first = results.length;
    const begin = process.hrtime.bigint();
    const result = await executeTipset(node, root, tipset, watch);
    runNs += process.hrtime.bigint() - begin;
    mismatches = [...compareResults(vector, results, first), ...compareRoots(vector, index, result)];
    if (mismatches.length > 0) break;
    root = result.stateRoot;
  }
  return {
    gasUsed: results.map(({ receipt }) => receipt.gasUsed),
    applyNs: Number(applyNs),
    runNs: Number(runNs),
    mismatches,
    notes: () => results.flatMap(({ failure }, i) => describeFailure(`result ${i}`, failure)),
  };
};

/** The node that a vector's tipsets are executed with. */
export function nodeOf(
  vector: Pick<TipsetVector, "chainId" | "genesisTimestamp" | "circulatingSupply">,
  { networkVersion }: Pick<Variant, "networkVersion">,
  {
    store,
    blockCache,
    externs,
    proofs,
    watching,
  }: Pick<Surroundings, "blockCache" | "externs" | "proofs"> &
    Partial<Pick<Surroundings, "watching">> & { readonly store: Blockstore },
): ChainNode {
  return {
    chainId: vector.chainId,
    genesisTimestamp: vector.genesisTimestamp,
    blockstore: store,
    blockCache,
    externs,
    proofs,
    networkVersion: () => networkVersion,
    circulatingSupply: () => vector.circulatingSupply,
    missingBlocks: "receipt",
    ...watching,
  };
}

/** The tipsets of a vector. */
export function tipsetsOf(
  vector: TipsetVector,
  { epoch: start, networkVersion: version }: Variant,
): Tipset[] {
  const network = networkVersion(version);
  return vector.tipsets.map(({ epochOffset, baseFee, timestamp, blocks }, i) => ({
    epoch: start + epochOffset,
    parentEpoch: start + (vector.tipsets[i - 1]?.epochOffset ?? 0),
    timestamp,
    baseFee,
    blocks: blocks.map((block) => blockOf(block, network)),
  }));
}

/** As Lotus's vector runner has it: whoever does not sign with secp256k1 comes first, and unsigned. */
function blockOf({ miner, winCount, messages }: VectorBlock, network: NetworkVersion): TipsetBlock {
  const all = messages.map((bytes) => ({ message: decodeMessage(bytes, network), rawLength: bytes.length }));
  const isSecp = ({ message }: BlockMessage) => addressProtocol(message.from) === ADDRESS_PROTOCOL.SECP256K1;
  const signed = all.filter(isSecp).map(({ message, rawLength }) => ({
    message,
    rawLength: rawLength + SECP_SIGNATURE_BYTES,
  }));
  return { miner: parseAddress(miner), winCount, messages: [...all.filter((m) => !isSecp(m)), ...signed] };
}

/** The vector lists all results, those of implicit messages too. */
function compareResults(
  { expected }: TipsetVector,
  results: readonly ApplyResult[],
  first: number,
): Mismatch[] {
  return results.slice(first).flatMap((result, i) => {
    const receipt = expected.receipts[first + i];
    return receipt === undefined
      ? [{ field: `result ${first + i}`, expected: "none", actual: "one" }]
      : compareReceipt(`result ${first + i}`, receipt, result);
  });
}

function compareRoots({ expected, tipsets }: TipsetVector, index: number, result: TipsetResult): Mismatch[] {
  const isLast = index === tipsets.length - 1;
  return compareTipset(
    `tipset ${index}`,
    {
      receiptsRoot: expected.receiptsRoots[index],
      stateRoot: isLast ? expected.stateRoot : undefined,
      details: expected.tipsets?.[index],
    },
    result,
  );
}
