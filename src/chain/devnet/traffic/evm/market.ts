import type { Address } from "../../../../address/address.js";
import { type EthAddress, filecoinToEth } from "../../../../builtin/evm/index.js";
import type { SigningKey } from "../../../signatures/keys.js";
import type { Draft, Drafting, Scene } from "../draft.js";
import { caller } from "../senders.js";
import { Exchange, Token } from "./bytecode.js";
import { childOf, evmCall, evmCreate, evmInput } from "./call.js";

/** A market of two tokens, and who has them. */
export interface TokenMarket {
  readonly exchange: Address;
  /** Both made by the exchange's constructor. */
  readonly tokens: readonly [Address, Address];
  /** Have some of each. */
  readonly holders: Set<SigningKey>;
  /** Owners who let others take their tokens. */
  readonly grants: { readonly owner: SigningKey; readonly spender: SigningKey; readonly side: 0 | 1 }[];
  /** Let the exchange take their tokens, by side. */
  readonly approved: readonly [Set<SigningKey>, Set<SigningKey>];
}

const GAS = { create: 600_000_000, enter: 60_000_000, token: 30_000_000, swap: 150_000_000 } as const;
const MOST_MARKETS = 2;
/** Parts of 100 of calls that create another market, as long as there may be one. */
const CREATIONS = 2;
const TRANSFER = Token.selectors["transfer(address,uint256)"];
const TRANSFER_FROM = Token.selectors["transferFrom(address,address,uint256)"];
const APPROVE = Token.selectors["approve(address,uint256)"];
/** Uses of tokens of 100 that approve, and such that take what was approved, if there is something. */
const APPROVALS = 10;
const TAKEN = 20;
const UNLIMITED = 2n ** 256n - 1n;
/** In a token's smallest units. */
const MOST_PAID = 10 ** 12;
/** Transfers of 100 that fail, because nobody has so much. */
const TOO_LARGE = 3;
const FAR_TOO_MUCH = 10n ** 40n;

/** Trades on a market: the sender needs the token, and has to approve. */
export const swapTokens: Drafting = (scene) => {
  const { draw, world } = scene;
  const market = marketOf(scene);
  if (market === undefined) return createMarket(scene);
  const from = caller(draw, world);
  const side = draw.below(2);
  if (!market.holders.has(from)) return enter(from, market);
  if (!market.approved[side]?.has(from)) return approve(from, market, side as 0 | 1);
  const paid = 1 + draw.below(MOST_PAID);
  const input = evmInput(Exchange.selectors["swap(uint256,uint256,uint256)"], side, paid, 0);
  return evmCall(from, market.exchange, input, GAS.swap);
};

/** Sends tokens, or approves that somebody takes some, or takes some. */
export const useToken: Drafting = (scene) => {
  const { draw, world } = scene;
  const market = marketOf(scene);
  if (market === undefined) return createMarket(scene);
  const from = caller(draw, world);
  if (!market.holders.has(from)) return enter(from, market);
  const other = draw.pick(world.senders.filter(({ type }) => type === "delegated"));
  const side = draw.below(2) as 0 | 1;
  if (draw.chance(APPROVALS)) return allow(from, market, side, other);
  const grant = draw.chance(TAKEN) ? market.grants.find(({ spender }) => spender === from) : undefined;
  const value = draw.chance(TOO_LARGE) ? FAR_TOO_MUCH : draw.below(MOST_PAID);
  const to = ethOf(other);
  return grant === undefined
    ? evmCall(from, market.tokens[side], evmInput(TRANSFER, to, value), GAS.token)
    : evmCall(
        from,
        market.tokens[grant.side],
        evmInput(TRANSFER_FROM, ethOf(grant.owner), to, value),
        GAS.token,
      );
};

/** Ethereum accounts only, because the address of another is not known before it has an ID. */
function allow(from: SigningKey, { tokens, grants }: TokenMarket, side: 0 | 1, spender: SigningKey): Draft {
  return {
    ...evmCall(from, tokens[side], evmInput(APPROVE, ethOf(spender), UNLIMITED), GAS.token),
    learn: ({ exitCode }) => {
      if (exitCode === 0 && from.type === "delegated") grants.push({ owner: from, spender, side });
    },
  };
}

function marketOf({ draw, world }: Scene): TokenMarket | undefined {
  const { markets } = world;
  if (markets.length === 0 || (markets.length < MOST_MARKETS && draw.chance(CREATIONS))) return undefined;
  return draw.pick(markets);
}

function createMarket({ draw, world }: Scene): Draft {
  return evmCreate(caller(draw, world), Exchange.initcode, GAS.create, (exchange) => {
    const tokens = [childOf(exchange, 1), childOf(exchange, 2)] as const;
    world.markets.push({
      exchange,
      tokens,
      holders: new Set(),
      grants: [],
      approved: [new Set(), new Set()],
    });
  });
}

function enter(from: SigningKey, { exchange, holders }: TokenMarket): Draft {
  return {
    ...evmCall(from, exchange, evmInput(Exchange.selectors["enter()"]), GAS.enter),
    learn: ({ exitCode }) => {
      if (exitCode === 0) holders.add(from);
    },
  };
}

function approve(from: SigningKey, { exchange, tokens, approved }: TokenMarket, side: 0 | 1): Draft {
  const input = evmInput(APPROVE, ethOf(exchange), UNLIMITED);
  return {
    ...evmCall(from, tokens[side], input, GAS.token),
    learn: ({ exitCode }) => {
      if (exitCode === 0) approved[side].add(from);
    },
  };
}

function ethOf(account: Address | SigningKey): EthAddress {
  return filecoinToEth(typeof account === "string" ? account : account.address) as EthAddress;
}
