#!/usr/bin/env bash
# timelockDecrypt opens what was sealed to a drand round, and returns its bytes. The client here answers with quicknet's
# published entry of round 1000, so nothing is fetched.
#
# Expected: the bytes are returned, and nothing is printed: stdout belongs to the program that calls a library.
# Seen: tlock-js 0.9.0 prints "beacon received: {…}" on stdout for each opening, in the middle of a program's own output,
# such as JSON that others parse. There is no option against it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts tlock-js@0.9.0 drand-client@1.2.5 >/dev/null
cat >open.cjs <<'JS'
const { createHash } = require("node:crypto");
const { timelockDecrypt, timelockEncrypt } = require("tlock-js");

const signature =
  "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
const randomness = createHash("sha256").update(Buffer.from(signature, "hex")).digest("hex");
const info = {
  public_key:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  period: 3,
  genesis_time: 1692803367,
  hash: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  groupHash: "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
  schemeID: "bls-unchained-g1-rfc9380",
  metadata: { beaconID: "quicknet" },
};
const entry = { round: 1000, randomness, signature };
const options = { disableBeaconVerification: false, noCache: false };
const client = {
  options,
  get: async () => entry,
  latest: async () => entry,
  chain: () => ({ baseUrl: "", info: async () => info }),
};

(async () => {
  const sealed = await timelockEncrypt(1000, Buffer.from("opened"), client);
  const bytes = await timelockDecrypt(sealed, client);
  process.stdout.write(JSON.stringify({ text: Buffer.from(bytes).toString() }));
})();
JS
printed=$(node open.cjs)
case $printed in
  'beacon received: {"round":1000,'*'{"text":"opened"}') echo "tlock-js 0.9.0 prints the entry before the program's own line" ;;
  *)
    echo "tlock-js 0.9.0 printed otherwise: $printed" >&2
    exit 1
    ;;
esac
