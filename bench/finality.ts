/** Measures what a finality certificate of many participants takes, with and without what is kept of its power table. */
import { parseArgs } from "node:util";
import { inTableOrder, type PowerEntry, powerTableCid } from "#src/finality/power-table.js";
import { signCertificate } from "#src/finality/sign.js";
import { CertificateChain } from "#src/finality/verify.js";
import { native } from "#src/native/index.js";
import { latin1Bytes, NO_BYTES } from "#src/util/bytes.js";
import { BenchError } from "./bench-error.js";
import { factsText, machineFacts } from "./machine.js";
import { digits, table } from "./text-table.js";

const HELP = `npm run bench:finality -- [--participants N] [--rounds N]

Time to check certificates that all participants have signed, in milliseconds: the first with a table, those after it.
Least and median of all rounds.

  --participants N  Default: 300.
  --rounds N        Default: 20.`;

const NETWORK = "bench";
const NO_COMMITMENTS = new Uint8Array(32);

const { values } = parseArgs({
  options: {
    participants: { type: "string", default: "300" },
    rounds: { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else main(Number(values.participants), Number(values.rounds));

function main(participants: number, rounds: number): void {
  if (!(participants >= 1 && rounds >= 1)) throw new BenchError("--participants, --rounds: from 1 on");
  const first: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Other keys, whose multiples nobody has made yet.
    const { trusted, certificates } = signed(participants, `${round}`);
    const chain = new CertificateChain(trusted);
    const times = certificates.map((certificate) => timed(() => chain.append(certificate)));
    first.push(times[0] as number);
    later.push(...times.slice(1));
  }
  const rows = [
    ["ms", "least", "median"],
    ["first certificate of a table", ...figures(first)],
    ["certificate after it", ...figures(later)],
  ];
  console.log(`${factsText(machineFacts())}\n${participants} participants\n\n${table(rows).join("\n")}`);
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function figures(times: readonly number[]): string[] {
  const sorted = [...times].sort((a, b) => a - b);
  return [sorted[0] as number, sorted[Math.floor(sorted.length / 2)] as number].map(digits);
}

function signed(participants: number, salt: string) {
  const secrets = new Map<number | bigint, Uint8Array>();
  const entries = Array.from({ length: participants }, (_, i): PowerEntry => {
    const secret = native.blsSecret(latin1Bytes(`${salt} ${i}`.padEnd(32))) as Uint8Array;
    secrets.set(i, secret);
    return { participant: i, power: BigInt(1000 + i), key: native.blsPublicKey(secret) as Uint8Array };
  });
  const powerTable = inTableOrder(entries);
  const tableCid = powerTableCid(powerTable);
  const tipset = { epoch: 1, key: latin1Bytes(tableCid), powerTable: tableCid, commitments: NO_COMMITMENTS };
  const certificates = [0, 1, 2].map((instance) =>
    signCertificate(
      NETWORK,
      powerTable,
      {
        instance,
        chain: [tipset],
        supplementalData: { commitments: NO_COMMITMENTS, powerTable: tableCid },
        powerTableDelta: [],
      },
      powerTable.map(({ participant }) => secrets.get(participant) ?? NO_BYTES),
    ),
  );
  return { trusted: { network: NETWORK, nextInstance: 0, table: powerTable }, certificates };
}
