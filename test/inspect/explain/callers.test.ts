/** Who may call which methods of builtin actors, by version. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { type ActorType, specOf } from "../../../src/builtin/actors/index.js";
import { parseCid } from "../../../src/encoding/cid.js";
import { allowedCallers, CALLERS } from "../../../src/inspect/explain/callers.js";
import { explain } from "../../../src/inspect/explain/index.js";
import type { CallTrace, MessageTrace } from "../../../src/vm/trace/trace.js";

const versions = Object.keys(CALLERS).map(Number);
const LAST_VERSION = 18;

/** Entries of the table for a version, by `type.method`. */
function entries(version: number): Map<string, string | undefined> {
  const types = Object.entries(CALLERS[version] ?? {});
  return new Map(
    types.flatMap(([type, methods]) =>
      Object.entries(methods).map(([method, who]): [string, string | undefined] => [
        `${type}.${method}`,
        who,
      ]),
    ),
  );
}

function methodsOf(version: number): Set<string> {
  const types = [...new Set(versions.flatMap((one) => Object.keys(CALLERS[one] ?? {})))] as ActorType[];
  return new Set(
    types.flatMap((type) =>
      Object.values(specOf(type, version)?.methods ?? {}).map(({ name }) => `${type}.${name}`),
    ),
  );
}

test.each(versions)("what version %i changes are methods that it has, and new ones are new", (version) => {
  const earlier = versions.filter((one) => one < version).at(-1);
  const known = entries(earlier ?? 0);
  const now = entries(version);
  const [had, has] = [methodsOf(version - 1), methodsOf(version)];
  const changed = [...now].filter(([method, who]) => known.get(method) !== who || !known.has(method));
  expect(changed.length).toBeGreaterThan(0);
  for (const [method] of changed) {
    expect(has).toContain(method);
    if (earlier !== undefined && !known.has(method)) expect(had).not.toContain(method);
  }
});

describe("what versions differ in", () => {
  const signable = "accounts and multisigs";
  type Span = readonly [since: number, who?: string];
  const cases: readonly (readonly [ActorType, method: string, spans: readonly Span[]])[] = [
    ["storagepower", "CreateMiner", [[8, signable], [10]]],
    ["storagemarket", "AddBalance", [[8, signable], [10]]],
    [
      "storagemarket",
      "PublishStorageDeals",
      [
        [8, "the provider's worker and control addresses (accounts or multisigs)"],
        [10, "the provider's owner, worker and control addresses"],
      ],
    ],
    ["storageminer", "DisputeWindowedPoSt", [[8, signable], [10]]],
    ["storageminer", "ReportConsensusFault", [[8, signable], [10]]],
    [
      "storageminer",
      "WithdrawBalance",
      [
        [8, "its owner"],
        [9, "its owner and its beneficiary"],
      ],
    ],
    [
      "multisig",
      "Propose",
      [
        [8, "its signers (accounts or multisigs)"],
        [10, "its signers"],
      ],
    ],
    [
      "multisig",
      "Approve",
      [
        [8, "its signers (accounts or multisigs)"],
        [10, "its signers"],
      ],
    ],
    ["datacap", "Mint", [[8], [9, "the verified registry (f06), which governs datacap"]]],
    ["init", "Exec4", [[8], [10, "the Ethereum address manager (f010)"]]],
    ["storageminer", "ProveCommitSectorsNI", [[8], [14, "its owner, its worker and its control addresses"]]],
  ];
  test.each(cases)("%s.%s", (type, method, spans) => {
    for (let version = 8; version <= LAST_VERSION; version++) {
      const [, who] = spans.findLast(([since]) => since <= version) ?? [];
      expect([version, allowedCallers(type, method, version)]).toEqual([version, who]);
    }
  });
});

describe("explanations", () => {
  const code = parseCid("bafkqaaa");

  /** Why a call of f0101 by f0100 was forbidden. */
  function why(type: ActorType, network: number, method: number, text: string): string | undefined {
    const state = { code, state: code, nonce: 0, balance: 0n, delegatedAddress: undefined };
    const call: CallTrace = {
      from: 100,
      to: idAddress(101),
      method,
      value: 0n,
      params: undefined,
      gasLimit: 1e9,
      readOnly: false,
      callee: { id: 101, state, isConstructor: false },
      steps: [],
      end: { kind: "exit", code: 18, value: undefined },
    };
    const { to, value, gasLimit } = call;
    const fees = { gasFeeCap: 0n, gasPremium: 0n };
    const message = { version: 0, from: idAddress(100), to, nonce: 0, value, gasLimit, method, ...fees };
    const trace: MessageTrace = {
      networkVersion: network,
      epoch: 1,
      builtins: [[type, code]],
      message: { ...message, params: new Uint8Array() },
      call,
    };
    const backtrace = { frames: [{ actorId: 101, method, code: 18, text }], cause: undefined };
    const receipt = { exitCode: 18, returnData: new Uint8Array(), gasUsed: 1, eventsRoot: undefined };
    return explain({ receipt, failure: { kind: "backtrace", backtrace }, trace })?.cause.text;
  }

  const unsupported = "caller f0100 is not one of supported";
  const noSigner = "f0100 is not a signer";
  const cases: readonly (readonly [
    ActorType,
    network: number,
    method: number,
    text: string,
    says: string,
  ])[] = [
    ["storageminer", 16, 16, unsupported, "only its owner may call method WithdrawBalance (16)"],
    ["storageminer", 17, 16, unsupported, "only its owner and its beneficiary may call"],
    ["datacap", 17, 2, `state transaction failed: ${unsupported}`, "only the verified registry (f06), which"],
    ["storagepower", 17, 2, "caller cid type bafk not one of supported", "only accounts and multisigs may"],
    [
      "storagemarket",
      16,
      4,
      "caller f0100 is not worker or control address of provider f05",
      "only the provider's worker and",
    ],
    [
      "storagemarket",
      28,
      4,
      "caller f0100 is not worker or control address of provider f05",
      "only the provider's owner, worker and",
    ],
    [
      "multisig",
      28,
      2,
      noSigner,
      "only its signers may call method Propose (2), and f0100 is not among them",
    ],
    ["multisig", 28, 4, "Cannot cancel another signers transaction", "only the signer who has proposed it"],
    ["multisig", 28, 5, unsupported, "only the multisig itself"],
    ["init", 28, 2, "called type bafk cannot exec actor type bafk", "the init actor creates multisigs and"],
  ];
  test.each(cases)("%s of network %i, method %i: %s", (type, network, method, text, says) => {
    expect(why(type, network, method, text)).toContain(says);
  });

  const others: readonly (readonly [ActorType, method: number, text: string])[] = [
    ["multisig", 5, "102 is already a signer"],
    ["multisig", 5, "cannot add more than 256 signers"],
    ["multisig", 6, "Cannot remove only signer"],
    ["multisig", 7, "f0102 is not a signer"],
    ["storageminer", 16, "beneficiary expiration of epoch 5 passed or quota of 1 depleted with 1 used"],
    ["storageminer", 30, "No changeBeneficiary proposal exists"],
    ["datacap", 14, "state transaction failed: transfer not allowed from f0100 to f05 (governor is f06)"],
    ["init", 2, "cannot exec over an existing actor 102"],
  ];
  test.each(others)("%s, method %i, is not about its caller: %s", (type, method, text) => {
    expect(why(type, 28, method, text)).toBe(`f0101 (${type}) does not let f0100 do this`);
  });
});
