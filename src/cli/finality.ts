import { jsonOption } from "./chain/options.js";
import { defineCommand } from "./command.js";

/** Options that say whose finality is trusted. */
export const finalityOptions = {
  network: {
    type: "text",
    value: "NAME",
    help: "mainnet, calibnet, or F3's name of another network. Needed.",
  },
  table: {
    type: "text",
    value: "FILE",
    help: "The power table of the first certificate: JSON of a node (F3GetF3PowerTable) or its block. Default: the snapshot's.",
  },
  "table-cid": {
    type: "text",
    value: "CID",
    help: "The CID that this table must have. Default: that of the network's first instance, if it begins there.",
  },
  instance: {
    type: "text",
    value: "N",
    help: "Instance of the first certificate. Default: the snapshot's, or the network's first one.",
  },
} as const;

export const finalityVerify = defineCommand({
  name: "finality verify",
  parameters: ["FILE"],
  summary: "Check F3's finality certificates: who has signed them, and what they make final.",
  details:
    "FILE has certificates that follow each other: JSON of a node (F3GetCertificate, one or an array), their blocks one\n" +
    "after the other, or a snapshot of version 2, compressed or not. The first table is believed if it is the user's own,\n" +
    "or has the CID that is known for the network. Exit code 1: a certificate is refused; what was final before it is\n" +
    "shown.",
  options: { ...finalityOptions, json: jsonOption },
  examples: [
    "fvm finality verify snapshot.car.zst --network mainnet",
    "fvm finality verify certificates.json --network calibnet --table table.json --instance 100",
  ],
  async run({ json, ...values }, [file = ""], output) {
    const { verifyFinality } = await import("./finality/verify.js");
    return verifyFinality(values, file, json, output);
  },
});
