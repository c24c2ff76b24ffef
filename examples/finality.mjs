// Certificates of a network whose keys we have, and what they make final.
import { parseCid } from "fvm-node";
import { SigningKey } from "fvm-node/chain";
import { CertificateChain, powerTableCid, signCertificate, tipsetHeaders } from "fvm-node/proofs";

const secrets = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
const table = secrets.map((secret, i) => ({
  participant: 1000 + i,
  power: 30n - BigInt(i),
  key: SigningKey.fromSecret("bls", secret).publicKey,
}));

const header = parseCid("bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2");
const commitments = new Uint8Array(32);
const powerTable = powerTableCid(table);
const tipsetAt = (epoch) => ({ epoch, key: Buffer.from(header, "latin1"), powerTable, commitments });
const unsigned = {
  instance: 0,
  chain: [tipsetAt(10), tipsetAt(11)],
  supplementalData: { commitments, powerTable },
  powerTableDelta: [],
};

const finality = new CertificateChain({ network: "example", nextInstance: 0, table });
const byAll = signCertificate("example", table, unsigned, secrets);
const [tipset] = finality.append(byAll);
console.log(`epoch ${tipset.epoch} is final: ${tipsetHeaders(tipset)[0] === header}`);

// These two have less than two thirds of the power.
const next = { ...unsigned, instance: 1, chain: [tipsetAt(11), tipsetAt(12)] };
const byTwo = signCertificate("example", table, next, [undefined, ...secrets.slice(1)]);
try {
  finality.append(byTwo);
} catch ({ details }) {
  console.log(`refused: ${details.reason}`);
}
