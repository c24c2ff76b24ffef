import { native } from "../../native/index.js";
import { is, isBytes } from "../../util/check.js";
import { checkOption } from "../../util/options.js";

/** Blocks that the network makes in an epoch, on average. */
const BLOCKS_PER_EPOCH = 5n;
const MAX_WIN_COUNT = 3 * Number(BLOCKS_PER_EPOCH);

/** Fractions are multiples of 2^-256. */
const PRECISION = 256n;
const ONE = 1n << PRECISION;

/** Coefficients of e^-x as a quotient of two polynomials, the highest order first; in multiples of 2^-128. */
const NUMERATOR = [
  -648770010757830093818553637600n,
  67469480939593786226847644286976n,
  -3197587544499098424029388939001856n,
  89244641121992890118377641805348864n,
  -1579656163641440567800982336819953664n,
  17685496037279256458459817590917169152n,
  -115682590513835356866803355398940131328n,
  340282366920938463463374607431768211456n,
].map(precise);
const DENOMINATOR = [
  1225524182432722209606361n,
  114095592300906098243859450n,
  5665570424063336070530214243n,
  194450132448609991765137938448n,
  5068267641632683791026134915072n,
  104716890604972796896895427629056n,
  1748338658439454459487681798864896n,
  23704654329841312470660182937960448n,
  259380097567996910282699886670381056n,
  2250336698853390384720606936038375424n,
  14978272436876548034486263159246028800n,
  72144088983913131323343765784380833792n,
  224599776407103106596571252037123047424n,
  340282366920938463463374607431768211456n,
].map(precise);

const isPower = is((value) => typeof value === "bigint" && value >= 0n, "a bigint of bytes, 0 or more");
const isSomePower = is((value) => typeof value === "bigint" && value > 0n, "a bigint of bytes, above 0");

function precise(coefficient: bigint): bigint {
  return coefficient << (PRECISION - 128n);
}

/**
 * How many times a miner wins an epoch: where the hash of its election proof lies in the Poisson distribution of
 * wins that its share of the power gives it. Source: Lotus chain/types/electionproof.go.
 *
 * @param vrfProof of its election proof
 * @param power quality-adjusted power of the miner, bytes
 * @param totalPower of the network, above 0
 * @throws FvmError INVALID_OPTION
 */
export function winCount(vrfProof: Uint8Array, power: bigint, totalPower: bigint): number {
  checkOption("vrfProof", vrfProof, isBytes);
  checkOption("power", power, isPower);
  checkOption("totalPower", totalPower, isSomePower);
  const drawn = BigInt(`0x${Buffer.from(native.blake2b(vrfProof, 32)).toString("hex")}`);
  const mean = ((power * BLOCKS_PER_EPOCH) << PRECISION) / totalPower;
  // The probability of so many wins, and that of more.
  let exactly = expOfNegative(mean);
  let more = ONE - exactly;
  let wins = 0;
  while (drawn < more && wins < MAX_WIN_COUNT) {
    wins++;
    exactly = ((exactly / BigInt(wins)) * mean) >> PRECISION;
    more -= exactly;
  }
  return wins;
}

function expOfNegative(x: bigint): bigint {
  return (polynomial(NUMERATOR, x) << PRECISION) / polynomial(DENOMINATOR, x);
}

function polynomial(coefficients: readonly bigint[], x: bigint): bigint {
  return coefficients.reduce((sum, coefficient) => ((sum * x) >> PRECISION) + coefficient);
}
