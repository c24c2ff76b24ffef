import { type Address, idAddress } from "../../../src/address/address.js";
import { Blocks, type Blockstore } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { executableMessage, type Message, type MessageRules } from "../../../src/message/message.js";
import { Fatal } from "../../../src/message/outcome.js";
import { finish } from "../../../src/util/waits.js";
import type { ApplyKind, ApplyResult } from "../../../src/vm/executor/apply-result.js";
import type { Executor } from "../../../src/vm/executor/executor.js";
import type { Externs } from "../../../src/vm/externs/externs.js";
import { noAnswers } from "../../../src/vm/externs/no-answers.js";
import { ReplayingExterns } from "../../../src/vm/externs/replaying.js";
import { Genesis } from "../../../src/vm/genesis/genesis.js";
import { ControlBlock } from "../../../src/vm/kernel/control-block.js";
import { assembleExecutor } from "../../../src/vm/machine/assemble.js";
import { loadState } from "../../../src/vm/machine/load.js";
import { machineSyscalls } from "../../../src/vm/machine/native-stack.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { ReplayingProofs } from "../../../src/vm/proofs/replaying.js";
import { rejectProofs } from "../../../src/vm/proofs/verifier.js";
import type { ActorState } from "../../../src/vm/state-tree/actor-state.js";
import type { StateTree } from "../../../src/vm/state-tree/state-tree.js";
import type { Observer } from "../../../src/vm/trace/observation.js";
import { FakeNativeBlocks } from "../../support/fake-native-blocks.js";
import { type Actor, ScriptedStack } from "./scripted-stack.js";

const BUILTINS = ["system", "init", "cron", "account", "reward", "placeholder", "eam", "ethaccount"];

/** A key that nobody has, by its first byte. */
export function secpAddress(first: number): Address {
  return `\x01${String.fromCharCode(first)}${"\0".repeat(19)}` as Address;
}

/** An account with one FIL. */
export const ALICE = secpAddress(1);

export interface NetworkOptions {
  /** Default 28. */
  readonly version?: number;
  /** Scripts by name: of builtin actors, or of contracts, one instance each with 1000 attoFIL. */
  readonly actors?: Readonly<Record<string, Actor>>;
  readonly externs?: Partial<Externs>;
  /** Over the store with the state. */
  readonly blockstore?: (store: MemoryBlockstore) => Blockstore;
  readonly missingBlocks?: "host-fault" | "receipt";
  readonly observer?: Observer;
}

/** A machine whose actors are scripts. */
export class ScriptedNetwork {
  private nonce = 0;

  private constructor(
    readonly executor: Executor,
    readonly tree: StateTree,
    readonly stack: ScriptedStack,
    readonly blocks: Blocks,
    private readonly ids: ReadonlyMap<string, number>,
    private readonly codes: ReadonlyMap<string, Cid>,
    private readonly rules: MessageRules,
  ) {}

  static async create(options: NetworkOptions = {}): Promise<ScriptedNetwork> {
    const network = networkVersion(options.version ?? 28);
    const store = new MemoryBlockstore();
    const bytes = (name: string) => new TextEncoder().encode(name);
    const builtins = Object.fromEntries(BUILTINS.map((name) => [name, bytes(name)]));
    const genesis = new Genesis(store, { network: network.version, networkName: "test", builtins });
    const ids = new Map([["alice", genesis.addAccount(ALICE, 10n ** 18n)]]);
    const codes = new Map(BUILTINS.map((name) => [name, genesis.codeOf(name)]));
    const scripts = new Map<Cid, Actor>([[genesis.codeOf("account"), succeed]]);
    for (const [name, actor] of Object.entries(options.actors ?? {})) {
      const code = codes.get(name) ?? genesis.addCode(bytes(name));
      if (!codes.has(name)) ids.set(name, genesis.addActor({ code, balance: 1000n }));
      codes.set(name, code);
      scripts.set(code, actor);
    }
    const stateRoot = await genesis.write();

    const blocks = new Blocks(new FakeNativeBlocks(false), options.blockstore?.(store) ?? store);
    const { tree, manifest } = await finish(
      loadState(blocks, network, { stateRoot, changes: [], manifest: undefined }),
    );
    const context = {
      epoch: 100,
      timestamp: 3000,
      baseFee: 10n,
      circulatingSupply: 0n,
      chainId: 314,
      initialStateRoot: stateRoot,
      manifest,
      debug: undefined,
    };
    const stack = new ScriptedStack(machineSyscalls(network, context), scripts);
    const executor = assembleExecutor({
      network,
      context,
      tree,
      blocks,
      stack,
      control: new ControlBlock(stack.control),
      code: {
        admit: (code) => code,
        load: () => {
          throw new Fatal("no such code");
        },
      },
      externs: new ReplayingExterns({ ...noAnswers, ...options.externs }, () => 0n, context.epoch),
      proofs: new ReplayingProofs(rejectProofs),
      missingBlocks: options.missingBlocks ?? "host-fault",
      observer: options.observer,
    });
    return new ScriptedNetwork(executor, tree, stack, blocks, ids, codes, network.rules);
  }

  id(name: string): number {
    return this.ids.get(name) ?? fail(name);
  }

  address(name: string): Address {
    return idAddress(this.id(name));
  }

  code(name: string): Cid {
    return this.codes.get(name) ?? fail(name);
  }

  actor(name: string): ActorState {
    return this.tree.getActor(this.id(name)) ?? fail(name);
  }

  /** Executes a message of Alice to a contract. */
  async send(
    to: string | Address,
    fields: Partial<Message> = {},
    options: { readonly kind?: ApplyKind; readonly changes?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<ApplyResult> {
    const { kind = "explicit", changes = false, signal } = options;
    const fieldsOf: Message = {
      version: 0,
      from: ALICE,
      to: this.ids.has(to) ? this.address(to) : (to as Address),
      nonce: this.nonce,
      value: 0n,
      gasLimit: 1_000_000_000,
      gasFeeCap: 0n,
      gasPremium: 0n,
      method: 2,
      params: new Uint8Array(),
      ...fields,
    };
    const message = executableMessage(fieldsOf, this.rules);
    const result = await finish(
      this.executor.execute({ message, kind, rawLength: 100, changes, signal }),
      signal,
    );
    if (kind === "explicit" && result.failure?.kind !== "preflight") this.nonce++;
    return result;
  }
}

export const succeed: Actor = () => ({ exit: 0 });

export function failing(exit: number, data?: Uint8Array): Actor {
  return () => (data === undefined ? { exit } : { exit, data });
}

function fail(name: string): never {
  throw new Error(`no actor ${name}`);
}
