/** The names that users may import: a change of it is a change of the package. Runs the built package. */
import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, test } from "vitest";
import type * as blockstore from "../../src/blockstore/index.js";
import type * as chain from "../../src/chain/index.js";
import type * as fvm from "../../src/index.js";
import type * as ipld from "../../src/ipld/index.js";
import { type Gas, type Milligas, milligas, roundUp } from "../../src/message/gas.js";

const exported: Record<string, unknown> = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
).exports;

const namesOf = async (path: string): Promise<string> => {
  const { default: file } = exported[path] as { default: string };
  const names = Object.keys(await import(new URL(`../../${file}`, import.meta.url).href));
  return names.sort().join(" ");
};

test("the subpaths", () => {
  expect(Object.keys(exported)).toMatchInlineSnapshot(`
    [
      ".",
      "./ipld",
      "./blockstore",
      "./chain",
      "./trace",
      "./inspect",
      "./metrics",
      "./node",
      "./queue",
      "./timelock",
      "./simulate",
      "./proofs",
      "./proofs/browser",
      "./actors",
      "./testing",
      "./package.json",
    ]
  `);
});

describe("the names of", () => {
  test("fvm-node", async () =>
    expect(await namesOf(".")).toMatchInlineSnapshot(
      `"BlockCache CarBlockstore CodeCache ConsensusFaultType ErrorNumber EventFlag ExitCode FvmError Genesis HostFault LmdbBlockstore MAINNET_PROOFS Machine MemoryBlockstore NEWEST_VERSION OLDEST_VERSION SyscallError TipsetPool acceptProofs actorAddress actorsOf addressBytes addressId backtraceText blockOf blsAddress bundleFolders checkBundle cidBytes cidFromBytes cidText compareDiffs decodeMessage defineSyscall delegatedAddress deriveNetwork diffText encodeMessage executeMessages executeTipset findBundle formatAddress fromInterfaceBlockstore gas idAddress isFvmError limitMemory memoryUsage networkVersion openBundle parseAddress parseAddressBytes parseCid proofVerifier rejectProofs secp256k1Address toCid trimMemory"`,
    ));
  test("fvm-node/ipld", async () =>
    expect(await namesOf("./ipld")).toMatchInlineSnapshot(
      `"Amt BlockNotFound CHAIN_AMT CarParser CborReader CborWriter EVENTS_AMT HAMT_BIT_WIDTH Hamt Kamt Major MissingBlock buildAmt carPieces cidBytes cidCodec cidFromBytes cidFromParts cidParts cidText decodeCbor encodeCbor isCid isIntact multicodec openCar parseCid readCar streamCar toCid writeCar writeCarFile"`,
    ));
  test("fvm-node/blockstore", async () =>
    expect(await namesOf("./blockstore")).toMatchInlineSnapshot(
      `"BlockCache CarBlockstore GatewayBlockstore LayeredBlockstore LmdbBlockstore MemoryBlockstore RecordingBlockstore S3Blockstore fromInterfaceBlockstore readBlocks writeBlocks"`,
    ));
  test("fvm-node/chain", async () =>
    expect(await namesOf("./chain")).toMatchInlineSnapshot(
      `"BLOCK_GAS_LIMIT BlockValidator CHAIN_NETWORKS Chain ChainStore DRAND MOCK_BEACON Prefetcher SIGNATURE_TYPES SignatureBatch SigningKey TipsetPool UPGRADES aggregateSignatures baseFeeRuleAt beaconRoundAt blocksBehind blocksBeyond chainInfo chainNode chainTipset checkBeaconEntries circulatingSupply collectGarbage cronMessage decodeHeader decodeSignedMessage differenceJson differenceText drawElectionProof drawTicket encodeHeader encodeSignedMessage ethMessageOf ethSenderOf ethSigningBytes ethTransactionBytes ethTransactionHash ethTransactionOf eventCodec executableTipset executeChainTipset executeMessages executeTipset exportSnapshot findMessage findTransaction headerCid headerSigningBytes heightOf importSnapshot lastUpgrade manifestAt manifestOf messageCid messageCodec messageMetaCodec migrateState mockEntry networkVersionAt nextBaseFee readBlockMessages readChainNetwork readEvents readReceipts receiptCodec receiptsArray rewardMessage signBlock signMessage signatureCodec signedMessageCid simulatorFor stateAfter tipsetCid tipsetInfo tipsetOrder tokenCodec upgradesAt validateChain validateStore verifyAggregate verifyBlock verifyElectionProof verifyMessage verifySignature verifyTicket weightAfter winCount winningPostVerifier writeBlockMessages"`,
    ));
  test("fvm-node/trace", async () =>
    expect(await namesOf("./trace")).toMatchInlineSnapshot(
      `"Tracer gasOf lotusTraceText toLotusTrace traceJson"`,
    ));
  test("fvm-node/inspect", async () =>
    expect(await namesOf("./inspect")).toMatchInlineSnapshot(
      `"ACTOR_TYPES BuiltinActors CATEGORY_TITLES GasProfiler addressForms builtinRevert callByAbi callTracer categoryOf changeText compareChanges compareStates comparisonJson comparisonText decodeCall decodeEvent decodedCall decodedLog decodedText deltaOf diffStates errorNumberName errorNumberText ethAddressOf ethToFilecoin evmStateCodec exitCodeName exitCodeText explain exportedMethodNumber filecoinToEth flatCallTracer fourByteTracer gasProfile gasStacks isEthAddress joinAbis listActors loadAbi logOfEvent maskedId nodeName nodesOf parityOutput parityStateDiff parityTrace pathText pprofFile prestateTracer profileJson profileText readActor readBuiltinActors readBytecode readEvmState readSlot readStorage resolveAddressForms speedscopeFile spendingBy storageSlots syscallOf toJson traceContext tracePage"`,
    ));
  test("fvm-node/metrics", async () =>
    expect(await namesOf("./metrics")).toMatchInlineSnapshot(`"collectMetrics traceSpans"`));
  test("fvm-node/node", async () =>
    expect(await namesOf("./node")).toMatchInlineSnapshot(`"RpcError rpcCode startNode"`));
  test("fvm-node/queue", async () =>
    expect(await namesOf("./queue")).toMatchInlineSnapshot(
      `"MemoryQueue codeVersion mapTipsets openQueue runWorker validateQueued"`,
    ));
  test("fvm-node/timelock", async () =>
    expect(await namesOf("./timelock")).toMatchInlineSnapshot(
      `"SEALED_TEXTS TIME_LOCK armor lockRound open openDue seal sealCall sealText watchLocks"`,
    ));
  test("fvm-node/simulate", async () =>
    expect(await namesOf("./simulate")).toMatchInlineSnapshot(`"Simulator overridesFromJson"`));
  test("fvm-node/proofs", async () =>
    expect(await namesOf("./proofs")).toMatchInlineSnapshot(
      `"CertificateChain FINALITY_NETWORKS certificateJson certificatesFromJson decodeBundle decodeCertificate decodePowerTable encodeBundle encodeCertificate encodePowerTable openSnapshotFinality powerTableCid powerTableFromJson powerTableOf proveClaims signCertificate signingBytes tipsetHeaders verifyBundle verifyCertificates"`,
    ));
  test("fvm-node/actors", async () =>
    expect(await namesOf("./actors")).toMatchInlineSnapshot(
      `"ACTOR_LANGUAGES ActorNetwork buildActor buildJavaScript declarationsOf javaScriptConstructorParams readActorManifest runtimeCode runtimeOfCode runtimeWasm"`,
    ));
  test("fvm-node/testing", async () =>
    expect(await namesOf("./testing")).toMatchInlineSnapshot(
      `"DevnetChain DevnetTraffic Genesis MAINNET_MIX USUAL_MIX actorsOf blockOf bundleFolders checkBundle defaultVectorFolder findBundle findGenesis noopActor openBundle parseVector readVector reportOf runVectors vectorFiles"`,
    ));
});

test("the types of the main entry points", () => {
  expectTypeOf<typeof fvm.Machine.create>().parameters.toEqualTypeOf<[fvm.MachineOptions]>();
  expectTypeOf<ReturnType<fvm.Machine["execute"]>>().resolves.toEqualTypeOf<fvm.ApplyResult>();
  expectTypeOf<ReturnType<fvm.Machine["executeSync"]>>().toEqualTypeOf<fvm.ApplyResult>();
  const traced = (machine: fvm.Machine, message: fvm.Message) => machine.execute(message, { trace: true });
  expectTypeOf(traced).returns.resolves.toEqualTypeOf<fvm.TracedResult>();
  expectTypeOf<fvm.Machine["getActor"]>().returns.resolves.toEqualTypeOf<fvm.ActorState | undefined>();
  expectTypeOf<fvm.Machine["flush"]>().returns.resolves.toEqualTypeOf<fvm.Cid>();
  expectTypeOf<typeof chain.executeTipset>().returns.resolves.toEqualTypeOf<fvm.TipsetResult>();
  expectTypeOf<typeof fvm.executeTipset>().toEqualTypeOf<typeof chain.executeTipset>();
  expectTypeOf<typeof fvm.MemoryBlockstore>().toEqualTypeOf<typeof blockstore.MemoryBlockstore>();
  expectTypeOf<fvm.Receipt["gasUsed"]>().toEqualTypeOf<fvm.Gas>();
  expectTypeOf<typeof ipld.parseCid>().returns.toEqualTypeOf<fvm.Cid>();
  // Text is not taken for an address or a CID.
  expectTypeOf<string>().not.toExtend<fvm.Address>();
  expectTypeOf<string>().not.toExtend<fvm.Cid>();
});

test("whole gas is no milligas, nor the other way round", () => {
  expectTypeOf<Gas>().not.toExtend<Milligas>();
  expectTypeOf<Milligas>().not.toExtend<Gas>();
  expectTypeOf(milligas).parameter(0).toEqualTypeOf<Gas>();
  expectTypeOf(roundUp).parameter(0).toEqualTypeOf<Milligas>();
  expectTypeOf<number>().toExtend<Gas>();
});
