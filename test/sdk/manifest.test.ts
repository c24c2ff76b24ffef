import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { exportedMethodNumber } from "../../src/builtin/frc42.js";
import { declarationsOf } from "../../src/sdk/declarations.js";
import { readActorManifest } from "../../src/sdk/manifest.js";

const folder = mkdtempSync(join(tmpdir(), "fvm-manifest-"));
afterAll(() => rmSync(folder, { recursive: true }));

const good = {
  name: "token-two",
  language: "c",
  entry: "src/token.c",
  methods: {
    Constructor: { params: "u64" },
    Transfer: { params: ["address", "u64"] },
    Supply: { returns: "u64" },
  },
};

function read(json: unknown) {
  writeFileSync(join(folder, "actor.json"), typeof json === "string" ? json : JSON.stringify(json));
  return readActorManifest(folder);
}

test("a description is read", () => {
  const { methods, ...rest } = read(good);
  expect(rest).toEqual({ folder, name: "token-two", language: "c", entry: join(folder, "src/token.c") });
  expect([...methods]).toEqual([
    ["Constructor", { number: 1, params: "u64", returns: undefined }],
    [
      "Transfer",
      { number: exportedMethodNumber("Transfer"), params: ["address", "u64"], returns: undefined },
    ],
    ["Supply", { number: exportedMethodNumber("Supply"), params: undefined, returns: "u64" }],
  ]);
});

test("its client has declarations", () => {
  expect(declarationsOf(read(good))).toBe(`// Made by \`fvm actor build\` from actor.json.
import type { CallOptions } from "fvm-node/actors";

export interface TokenTwo {
  Transfer(params: readonly [string, number | bigint], options?: CallOptions): Promise<void>;
  Supply(options?: CallOptions): Promise<number | bigint>;
}
`);
});

describe("a description is refused, with the field:", () => {
  test.each<[string, unknown, string]>([
    ["no JSON", "{", "actor.json"],
    ["no object", [], "actor.json"],
    ["a name with capitals", { ...good, name: "Token" }, "name"],
    ["another language", { ...good, language: "cobol" }, "language"],
    ["no entry", { ...good, entry: undefined }, "entry"],
    ["no methods", { ...good, methods: undefined }, "methods"],
    ["a method in small letters", { ...good, methods: { transfer: {} } }, "methods.transfer"],
    ["an unknown property", { ...good, methods: { A: { gas: 1 } } }, "methods.A.gas"],
    ["an unknown type", { ...good, methods: { A: { params: ["u64", "u8"] } } }, "methods.A.params[1]"],
  ])("%s", (_, json, field) => {
    expect(() => read(json)).toThrow(
      expect.objectContaining({
        code: "INVALID_ACTOR",
        details: expect.objectContaining({ field: expect.stringContaining(field) }),
      }),
    );
  });

  test("no file", () => {
    expect(() => readActorManifest(join(folder, "missing"))).toThrow(
      expect.objectContaining({ code: "INVALID_ACTOR" }),
    );
  });
});
