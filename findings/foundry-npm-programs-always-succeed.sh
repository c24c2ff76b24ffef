#!/usr/bin/env bash
# npm's packages of Foundry put a program in JavaScript into node_modules/.bin, which starts the binary beside it.
#
# Expected: it ends with the exit code of the binary, as scripts and CI rely on.
# Seen: cast of @foundry-rs/cast 1.7.1 ends with 0 where its binary ends with 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @foundry-rs/cast@1.7.1 >/dev/null

# Nobody listens there.
fails=(chain-id --rpc-url http://127.0.0.1:1)
binary=$(echo node_modules/@foundry-rs/cast-*/bin/cast)
code=0
"$binary" "${fails[@]}" 2>/dev/null || code=$?
[ "$code" -eq 1 ]
node_modules/.bin/cast "${fails[@]}" 2>/dev/null
echo "@foundry-rs/cast 1.7.1: the binary ends with 1, node_modules/.bin/cast with 0"
