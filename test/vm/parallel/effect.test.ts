import { expect, it } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { ExitCode } from "../../../src/message/outcome.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import {
  decodeEffect,
  decodeWrites,
  type Effect,
  encodeEffect,
  rootsOf,
} from "../../../src/vm/parallel/effect.js";
import { outcomeOf } from "../../../src/vm/parallel/outcome.js";
import { type ActorId, EMPTY_ARRAY, emptyActor } from "../../../src/vm/state-tree/actor-state.js";
import { isTrueOf, ReadSet } from "../../../src/vm/state-tree/read-set.js";
import type { ActorChange } from "../../../src/vm/state-tree/state-diff.js";

const actor = { ...emptyActor(EMPTY_ARRAY, undefined), nonce: 7, balance: 100n };
const address = idAddress(3);

it("an effect survives its bytes", () => {
  const writes = {
    actors: new Map<ActorId, ActorChange>([
      [1, { kind: "removed" }],
      [2n ** 60n, { kind: "added", actor: { ...actor, delegatedAddress: address } }],
      [
        3,
        {
          kind: "changed",
          code: EMPTY_ARRAY,
          state: EMPTY_ARRAY,
          nonce: 2n ** 63n,
          balance: -5n,
          delegatedAddress: null,
        },
      ],
      [4, { kind: "changed", balance: 2n ** 70n, delegatedAddress: address }],
    ]),
    addresses: new Map([[address, 4]]),
  } as const;
  const receipt = {
    exitCode: 33,
    returnData: Uint8Array.of(1, 2),
    gasUsed: 2n ** 55n,
    eventsRoot: EMPTY_ARRAY,
  };
  const entries = [{ flags: 3, key: "t1", codec: 0x55, value: Uint8Array.of(9) }];
  const frame = { actorId: 5, method: 2n ** 62n, code: 33, text: "ü" } as const;
  const cause = { kind: "syscall", module: "ipld", name: "open", errno: 6, text: "no" } as const;
  const effect: Effect = {
    roots: rootsOf([3, 9], writes),
    writes,
    supposed: {
      actors: [
        [
          1,
          {
            code: undefined,
            delegatedAddress: undefined,
            state: undefined,
            nonce: undefined,
            balance: undefined,
          },
        ],
        [
          2,
          {
            code: EMPTY_ARRAY,
            delegatedAddress: address,
            state: EMPTY_ARRAY,
            nonce: 0,
            balance: { isExact: true, attoFil: 0n },
          },
        ],
      ],
      addresses: [
        [address, undefined],
        [idAddress(9), 12],
      ],
      outcome: {
        receipt,
        returnCodec: 0x71,
        invocations: 3,
        events: [{ emitter: 2n ** 54n, entries }],
        backtrace: { frames: [frame], cause },
      },
    },
  };
  const bytes = latin1Bytes(encodeEffect(effect));
  expect(decodeEffect(bytes)).toEqual(effect);
  expect(decodeWrites(bytes)).toEqual(writes);
  expect(effect.roots).toEqual({ read: [3, 9], written: [1, 2n ** 60n, 3] });
});

it("an outcome that is due to the thread that met it does not count", () => {
  const receipt = {
    exitCode: ExitCode.AssertionFailed,
    returnData: new Uint8Array(),
    gasUsed: 1,
    eventsRoot: undefined,
  };
  const rest = { receipt, returnCodec: undefined, invocations: 0, events: [] };
  const fatal = { frames: [], cause: { kind: "fatal", text: "missing block", cause: undefined } } as const;
  const result = (failure: object) => ({ ...rest, failure }) as unknown as Parameters<typeof outcomeOf>[0];
  expect(outcomeOf(result({ kind: "backtrace", backtrace: fatal }))).toBeUndefined();
  expect(outcomeOf(result({ kind: "preflight", text: "nonce" }))).toBeUndefined();
  expect(outcomeOf(result({ kind: "backtrace", backtrace: { frames: [], cause: undefined } }))).toBeDefined();
});

it("a balance counts as far as it was looked at", () => {
  const read = (look: (reads: ReadSet) => void) => {
    const reads = new ReadSet();
    reads.actor(1, actor);
    look(reads);
    const [entry] = reads.actorReads();
    return (balance: bigint) => isTrueOf((entry as NonNullable<typeof entry>)[1], { ...actor, balance });
  };
  const unread = read(() => undefined);
  expect([0n, 100n, 200n].map(unread)).toEqual([true, true, true]);
  const compared = read((reads) => {
    reads.balanceAtLeast(1, 100n, 60n);
    // It has paid 60.
    reads.balanceAtLeast(1, 40n, 20n);
  });
  expect([79n, 80n, 1000n].map(compared)).toEqual([false, true, true]);
  const refused = read((reads) => reads.balanceAtLeast(1, 100n, 101n));
  expect([99n, 100n, 101n].map(refused)).toEqual([false, true, false]);
  const told = read((reads) => reads.balance(1));
  expect([99n, 100n, 101n].map(told)).toEqual([false, true, false]);
});

it("roots and nonces count if they were read, code and existence always", () => {
  const reads = new ReadSet();
  reads.actor(1, actor);
  reads.actor(2, undefined);
  const [[, mine], [, nobody]] = reads.actorReads() as [[unknown, never], [unknown, never]];
  expect(isTrueOf(mine, { ...actor, nonce: 8 })).toBe(true);
  expect(isTrueOf(mine, undefined)).toBe(false);
  expect(isTrueOf(nobody, undefined)).toBe(true);
  expect(isTrueOf(nobody, actor)).toBe(false);
  reads.whole(1);
  const [[, whole]] = reads.actorReads() as [[unknown, never]];
  expect(isTrueOf(whole, actor)).toBe(true);
  expect(isTrueOf(whole, { ...actor, nonce: 8 })).toBe(false);
});
