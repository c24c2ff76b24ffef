/** Ethereum's precompiled contracts for numbers and curves, against other implementations. */
import { bn254 } from "@noble/curves/bn254.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { toBigInt, word } from "../../support/evm/abi.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { FAILURE, NOTHING, precompileRunner, success } from "../../support/evm/precompile.js";
import { randomBytes } from "../../support/evm/random-bytes.js";

const words = (...values: bigint[]) => concatBytes(...values.map(word));

onEachVersion((net) => {
  const run = precompileRunner(net);

  describe("modexp", () => {
    const power = (base: bigint, exponent: bigint, modulus: bigint) => {
      let result = 1n % modulus;
      for (const bit of exponent.toString(2)) {
        result = (result * result) % modulus;
        if (bit === "1") result = (result * base) % modulus;
      }
      return result;
    };
    test.each([
      [2, 1, 1],
      [32, 32, 32],
      [64, 4, 48],
      [1, 33, 100],
      [128, 16, 128],
    ])("of %i, %i and %i bytes", async (...lengths) => {
      const [base, exponent, modulus] = lengths.map((length, index) => randomBytes(length, index)) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      const expected = power(toBigInt(base), toBigInt(exponent), toBigInt(modulus));
      const input = concatBytes(words(...lengths.map(BigInt)), base, exponent, modulus);
      expect(await run(5, input)).toEqual([
        true,
        `0x${expected.toString(16).padStart(2 * modulus.length, "0")}`,
      ]);
    });
    test("modulus 0 and 1", async () => {
      expect(await run(5, concatBytes(words(1n, 1n, 2n), Uint8Array.of(3, 3, 0, 0)))).toEqual([
        true,
        "0x0000",
      ]);
      expect(await run(5, concatBytes(words(1n, 1n, 2n), Uint8Array.of(3, 3, 0, 1)))).toEqual([
        true,
        "0x0000",
      ]);
    });
    test("nothing", async () => expect(await run(5, new Uint8Array())).toEqual(NOTHING));
  });

  describe("bn254", () => {
    const { G1, G2 } = bn254;
    type Point1 = InstanceType<typeof G1.Point>;
    type Point2 = InstanceType<typeof G2.Point>;
    const g1 = (point: Point1) => (point.is0() ? words(0n, 0n) : words(point.x, point.y));
    const g2 = ({ x, y }: Point2) => words(x.c1, x.c0, y.c1, y.c0);
    const [p, q] = [G1.Point.BASE.multiply(123456789n), G1.Point.BASE.multiply(2n ** 200n + 1n)];
    const notOnCurve = words(1n, 3n);

    test.each([
      ["two points", p, q],
      ["a point to itself", p, p],
      ["a point and its opposite", p, p.negate()],
      ["nothing to a point", p, G1.Point.ZERO],
      ["nothing to nothing", G1.Point.ZERO, G1.Point.ZERO],
    ])("adds %s", async (_, a, b) => {
      expect(await run(6, concatBytes(g1(a), g1(b)))).toEqual(success(g1(a.add(b))));
    });
    test.each([0n, 1n, 2n, 2n ** 128n + 5n, G1.Point.Fn.ORDER - 1n])("multiplies by %i", async (scalar) => {
      const product = scalar === 0n ? G1.Point.ZERO : p.multiply(scalar);
      expect(await run(7, concatBytes(g1(p), word(scalar)))).toEqual(success(g1(product)));
    });
    test.each([
      ["no point of the curve", 6, concatBytes(notOnCurve, g1(p))],
      ["coordinates beyond the field", 6, concatBytes(words(p.x + G1.Point.Fp.ORDER, p.y), g1(q))],
      ["no point to multiply", 7, concatBytes(notOnCurve, word(2n))],
      ["a pair too short", 8, new Uint8Array(191)],
      ["a pair with no point", 8, concatBytes(notOnCurve, g2(G2.Point.BASE))],
    ])("%s: fails", async (_, number, input) => {
      expect(await run(number, input)).toEqual(FAILURE);
    });
    test("input that ends early is filled with zeros", async () => {
      expect(await run(6, g1(p))).toEqual(success(g1(p)));
    });

    /** e(aG, bH) e(-abG, H) = 1 */
    const pairs = (a: bigint, b: bigint, product: bigint) =>
      concatBytes(
        g1(G1.Point.BASE.multiply(a)),
        g2(G2.Point.BASE.multiply(b)),
        g1(G1.Point.BASE.multiply(product).negate()),
        g2(G2.Point.BASE),
      );
    test.each([
      ["equal", pairs(6n, 7n, 42n), 1n],
      ["different", pairs(6n, 7n, 43n), 0n],
      ["none", new Uint8Array(), 1n],
    ])("pairings: %s", async (_, input, expected) => {
      expect(await run(8, input)).toEqual(success(word(expected)));
    });
  });
});
