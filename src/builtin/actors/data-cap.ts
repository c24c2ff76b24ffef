import { embedded, type Fields, hamt, list, type Schema, tuple } from "../schema/schema.js";
import { type ActorSpec, type ByVersion, exported, method, none } from "./spec.js";
import { allocationsRequested, allocationsResponse } from "./verified-registry.js";

const tokenFields: Fields = {
  supply: "dataCap",
  balances: hamt("actor", "dataCap"),
  allowances: hamt("actor", hamt("actor", "dataCap")),
  hamt_bit_width: "u64",
};
const state = tuple({
  governor: "address",
  // 5 on mainnet, and otherwise 3, which is the standard's default.
  token: { kind: "tuple", fields: tokenFields, optional: 0, bitWidth: "hamt_bit_width" },
});

const recipientData: Fields = { recipient_data: embedded(allocationsResponse) };
const mintParams = tuple({ to: "address", amount: "dataCap", operators: list("address") });
const mintReturn = tuple({ balance: "dataCap", supply: "dataCap", recipient_data: embedded("any") });
const balances: Fields = { from_balance: "dataCap", to_balance: "dataCap" };
const burnReturn = tuple({ balance: "dataCap" });
const increaseParams = tuple({ operator: "address", increase: "dataCap" });
const decreaseParams = tuple({ operator: "address", decrease: "dataCap" });
const burnFromParams = tuple({ owner: "address", amount: "dataCap" });
const burnFromReturn = tuple({ balance: "dataCap", allowance: "dataCap" });
const ownerAndOperator = tuple({ owner: "address", operator: "address" });

const transfers = (request: Schema) => {
  const sent: Fields = { to: "address", amount: "dataCap", operator_data: embedded(request) };
  return [
    method("Transfer", tuple(sent), tuple({ ...balances, ...recipientData })),
    method(
      "TransferFrom",
      tuple({ from: "address", ...sent }),
      tuple({ ...balances, allowance: "dataCap", ...recipientData }),
    ),
  ] as const;
};

const construct = method("Constructor", "address");
const mint = method("Mint", mintParams, mintReturn);
const destroy = method("Destroy", tuple({ owner: "address", amount: "dataCap" }), burnReturn);
const name = method("Name", none, "text");
const symbol = method("Symbol", none, "text");
const totalSupply = method("TotalSupply", none, "dataCap");
const increase = method("IncreaseAllowance", increaseParams, "dataCap");
const decrease = method("DecreaseAllowance", decreaseParams, "dataCap");
const revokeParams = tuple({ operator: "address" });
const burn = method("Burn", tuple({ amount: "dataCap" }), burnReturn);
const burnFrom = method("BurnFrom", burnFromParams, burnFromReturn);
const allowance = method("Allowance", ownerAndOperator, "dataCap");

const [transfer9, transferFrom9] = transfers(allocationsRequested[9]);
const v9 = {
  1: construct,
  2: mint,
  3: destroy,
  10: name,
  11: symbol,
  12: totalSupply,
  13: method("BalanceOf", "address", "dataCap"),
  14: transfer9,
  15: transferFrom9,
  16: increase,
  17: decrease,
  18: method("RevokeAllowance", revokeParams),
  19: burn,
  20: burnFrom,
  21: allowance,
};
const v10 = {
  1: construct,
  ...exported(
    mint,
    destroy,
    name,
    symbol,
    method("Granularity", none, "u64"),
    totalSupply,
    method("Balance", "address", "dataCap"),
    ...transfers(allocationsRequested[10]),
    increase,
    decrease,
    method("RevokeAllowance", revokeParams, "dataCap"),
    burn,
    burnFrom,
    allowance,
  ),
};

/** An FRC-0046 token. Source: builtin-actors actors/datacap, crate frc46_token. */
export const dataCap: ByVersion<ActorSpec> = {
  9: { methods: v9, state },
  10: { methods: v10, state },
};
