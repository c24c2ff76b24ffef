/** A token: balances by the numbers of their owners, in a map that any tool can read. The state is the supply. */
import { fail } from "fvm:actor";

/** [owner, supply] */
export const Constructor = ([owner, supply], { state, emit }) => {
  state.set(supply);
  state.map("balances").set(owner, supply);
  emit({ from: 0, to: owner, amount: supply });
};

/** [receiver, amount]: from whoever calls. */
export const Transfer = ([to, amount], { state, message, emit }) => {
  const balances = state.map("balances");
  const mine = balances.get(message.caller) ?? 0;
  if (!(amount > 0)) throw fail(16, "nothing to transfer");
  if (mine < amount) throw fail(19, "not enough tokens");
  if (mine === amount) balances.delete(message.caller);
  else balances.set(message.caller, mine - amount);
  balances.set(to, (balances.get(to) ?? 0) + amount);
  emit({ from: message.caller, to, amount });
};

/** The balance of an owner. */
export const BalanceOf = (owner, { state }) => state.map("balances").get(owner) ?? 0;

export const TotalSupply = (_, { state }) => state.get();
