import { idAddress } from "../../address/address.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";

export const EAM = idAddress(SingletonId.Eam);
export const INIT = idAddress(SingletonId.Init);

export const SEND = 0;
export const CONSTRUCTOR = 1;

/** Methods of the init actor that create actors. */
export const InitMethod = { Exec: 2, Exec4: 3 } as const;

/** Methods of the Ethereum address manager: all of them create a contract. */
export const EamMethod = { Create: 2, Create2: 3, CreateExternal: 4 } as const;

/** Methods of contracts. Source: builtin-actors actors/evm/src/lib.rs. */
export const EvmMethod = {
  Resurrect: 2,
  GetBytecode: 3,
  InvokeContractDelegate: 6,
  /** FRC-0042 number of `InvokeEVM`. */
  InvokeContract: 3844450837,
} as const;

/** Contracts can call none of the methods from 1 to this one: where they do, it is part of an EVM instruction. */
export const LAST_RESERVED_METHOD = 1023;
