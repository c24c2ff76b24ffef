/** The demo's messages: what they are, and what is worth saying about them. */
import { delegatedAddress, idAddress, parseAddressBytes, secp256k1Address } from "../address/address.js";
import { formatAddress } from "../address/text.js";
import type { Cid } from "../encoding/cid.js";
import { CborReader, CborWriter } from "../ipld/cbor.js";
import type { Message } from "../message/message.js";

export const FIL = 10n ** 18n;

/** IDs of the accounts and contracts in the demo's network. */
export interface DemoCast {
  readonly alice: number;
  readonly bob: number;
  readonly caller: number;
  /** ID that the token will get. */
  readonly token: number;
  readonly tokenCode: Cid;
}

export interface DemoStep {
  readonly title: string;
  /** Default: Alice. */
  readonly from?: "bob";
  message(cast: DemoCast): Pick<Message, "to"> & Partial<Message>;
  /** The returned data in words. */
  says?(reader: CborReader): string;
}

/** Methods of the actors (actors/assembly). */
const Exec = 2;
const Token = { Transfer: 2, Balance: 3 };
const Caller = { Forward: 2, Descend: 3 };
const ALL_GAS = 2n ** 64n - 1n;

const nobodyYet = secp256k1Address(new Uint8Array(65).fill(7));
const ethereum = delegatedAddress(10, new Uint8Array(20).fill(0xe7));

export const demoSteps: readonly DemoStep[] = [
  {
    title: "alice sends 25 FIL to bob",
    message: ({ bob }) => ({ to: idAddress(bob), value: 25n * FIL }),
  },
  {
    title: "alice sends 1 FIL to a key that nobody has seen: an account is created",
    message: () => ({ to: nobodyYet, value: FIL }),
  },
  {
    title: "alice sends 1 FIL to an Ethereum address: a placeholder is created",
    message: () => ({ to: ethereum, value: FIL }),
  },
  {
    title: "alice creates a token of 1,000,000 pieces through the init actor",
    message: ({ alice, tokenCode }) => ({
      to: idAddress(1),
      method: Exec,
      params: cbor((w) =>
        w
          .array(2)
          .cid(tokenCode)
          .bytes(cbor((supply) => supply.array(2).u64(alice).u64(1_000_000))),
      ),
    }),
    says(reader) {
      reader.tuple(2);
      const [id, robust] = [reader.bytes(), reader.bytes()].map(address);
      return `the token is ${id}, alias ${robust}`;
    },
  },
  {
    title: "alice gives bob 1,200 tokens",
    message: ({ token, bob }) => ({ to: idAddress(token), method: Token.Transfer, params: pair(bob, 1200) }),
  },
  {
    title: "bob tries to give alice more tokens than he has",
    from: "bob",
    message: ({ token, alice }) => ({
      to: idAddress(token),
      method: Token.Transfer,
      params: pair(alice, 5000),
    }),
  },
  {
    title: "bob asks for his tokens, through an actor that calls the token",
    from: "bob",
    message: ({ caller, token, bob }) => ({
      to: idAddress(caller),
      method: Caller.Forward,
      params: cbor((w) => {
        w.array(6).latin1(idAddress(token)).u64(Token.Balance).u64(0).u64(ALL_GAS).u64(0);
        w.bytes(cbor((owner) => owner.u64(bob)));
      }),
    }),
    says(reader) {
      reader.tuple(3);
      const [error, exitCode] = [reader.u64(), reader.u64()];
      return `error ${error}, exit ${exitCode}, ${new CborReader(reader.bytes()).u64()} tokens`;
    },
  },
  {
    title: "an actor calls itself 1,000 levels deep",
    message: ({ caller }) => ({
      to: idAddress(caller),
      method: Caller.Descend,
      params: cbor((w) => w.u64(1000)),
      gasLimit: 250_000_000,
    }),
    says(reader) {
      reader.tuple(2);
      return `${reader.u64()} levels reached`;
    },
  },
  {
    title: "alice sends 1 FIL to an actor that does not exist",
    message: () => ({ to: idAddress(999_999), value: FIL }),
  },
  {
    title: "alice's gas limit is too low for the call",
    message: ({ token, bob }) => ({
      to: idAddress(token),
      method: Token.Transfer,
      params: pair(bob, 1),
      gasLimit: 1_500_000,
    }),
  },
];

function address(bytes: Uint8Array): string {
  return formatAddress(parseAddressBytes(bytes, { delegated: true }));
}

function pair(first: number, second: number): Uint8Array {
  return cbor((writer) => writer.array(2).u64(first).u64(second));
}

function cbor(write: (writer: CborWriter) => void): Uint8Array {
  const writer = new CborWriter();
  write(writer);
  return writer.finish();
}
