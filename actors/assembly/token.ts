/** A small token. State: [[owner ID, amount], …]. */
import { createBlock, loadState, readBlock, saveState } from "./fvm/blocks";
import { CborReader, CborWriter } from "./fvm/cbor";
import { Event } from "./fvm/event";
import { exit, ILLEGAL_ARGUMENT, INSUFFICIENT_FUNDS, unhandled } from "./fvm/exit";
import { CBOR } from "./fvm/generation";
import { Message } from "./fvm/message";

const CONSTRUCTOR = 1;
const TRANSFER = 2;
const BALANCE = 3;

export function invoke(params: u32): u32 {
  const message = new Message();
  if (message.method === CONSTRUCTOR) return construct(params);
  if (message.method === TRANSFER) return transfer(message.caller, params);
  if (message.method === BALANCE) return balance(params);
  return unhandled();
}

/** [owner, supply]: the whole supply goes to one owner. */
function construct(params: u32): u32 {
  const request = new CborReader(readBlock(params)).tuple(2);
  const ledger = new Ledger();
  const owner = request.uint();
  const supply = request.uint();
  ledger.add(owner, supply);
  ledger.save();
  new Event().with("mint", owner).with("amount", supply).emit();
  return 0;
}

/** [receiver, amount] */
function transfer(from: u64, params: u32): u32 {
  const request = new CborReader(readBlock(params)).tuple(2);
  const to = request.uint();
  const amount = request.uint();
  if (amount === 0) exit(ILLEGAL_ARGUMENT, "nothing to transfer");
  const ledger = Ledger.load();
  if (ledger.balance(from) < amount) exit(INSUFFICIENT_FUNDS, "not enough tokens");
  ledger.add(from, 0 - amount);
  ledger.add(to, amount);
  ledger.save();
  new Event().with("from", from).with("to", to).with("amount", amount).emit();
  return 0;
}

/** owner -> amount */
function balance(params: u32): u32 {
  const owner = new CborReader(readBlock(params)).uint();
  return createBlock(CBOR, new CborWriter().uint(Ledger.load().balance(owner)).done());
}

class Ledger {
  private owners: Array<u64> = [];
  private amounts: Array<u64> = [];

  static load(): Ledger {
    const ledger = new Ledger();
    const state = new CborReader(loadState());
    const count = state.array();
    for (let i: u64 = 0; i < count; i++) {
      const entry = state.tuple(2);
      const owner = entry.uint();
      ledger.add(owner, entry.uint());
    }
    return ledger;
  }

  balance(owner: u64): u64 {
    const index = this.owners.indexOf(owner);
    return index < 0 ? 0 : unchecked(this.amounts[index]);
  }

  /** Amounts wrap, so adding `0 - n` takes n away. */
  add(owner: u64, amount: u64): void {
    const index = this.owners.indexOf(owner);
    if (index < 0) {
      this.owners.push(owner);
      this.amounts.push(amount);
    } else {
      this.amounts[index] = unchecked(this.amounts[index]) + amount;
    }
  }

  save(): void {
    const state = new CborWriter().array(this.owners.length);
    for (let i = 0; i < this.owners.length; i++) {
      state.array(2).uint(unchecked(this.owners[i])).uint(unchecked(this.amounts[i]));
    }
    saveState(state.done());
  }
}
