import { cidText } from "../encoding/cid.js";
import { isFvmError } from "../errors.js";
import { tipsetHeaders } from "../finality/tipset.js";
import { CertificateChain, type FinalityState } from "../finality/verify.js";
import { encodeCbor } from "../ipld/cbor.js";
import { bytesEqual } from "../util/bytes.js";
import { type Bundle, decodeBundle, invalid } from "./bundle.js";
import { BundleBlocks } from "./bundle-blocks.js";
import { type Claim, type ClaimQuestion, claimCodec, type ExecutionClaim } from "./claims.js";
import { evaluate, type FinalTipsets } from "./evaluate.js";
import { BrokenLink, type ProofLink } from "./link.js";

/** A claim, and the link that is broken, if one is. */
export interface ClaimVerdict {
  readonly claim: Claim;
  /** Undefined: the claim is true in a final tipset. */
  readonly fault: ClaimFault | undefined;
}

/** Why a claim does not hold. */
export interface ClaimFault {
  readonly link: ProofLink;
  /** Reason in words. */
  readonly text: string;
  /** CID of the block that is missing, as text; undefined: none is. */
  readonly missing: string | undefined;
}

/** Verdict on a bundle. */
export interface VerifiedBundle {
  /** Whether all claims hold. */
  readonly isValid: boolean;
  /** One for each claim, in order. */
  readonly claims: readonly ClaimVerdict[];
  /** Where F3 stands after the bundle's certificates: what may be trusted next time. */
  readonly finality: FinalityState;
}

/** How claims of executions are checked: by executing. */
export type ExecuteClaim = (
  question: Omit<ExecutionClaim, "outcome">,
  blocks: BundleBlocks,
  final: FinalTipsets,
) => Promise<ExecutionClaim>;

/**
 * Checks a bundle. It as a whole is refused if its bytes are not the only ones for it, its certificates do not follow from
 * what is trusted, or it has blocks that no claim needs.
 *
 * @param execute undefined: claims of executions are refused
 * @throws FvmError INVALID_PROOF, INVALID_CERTIFICATE, OTHER_NETWORK, INVALID_OPTION
 */
export async function checkBundle(
  data: Uint8Array,
  trusted: FinalityState,
  execute: ExecuteClaim | undefined,
): Promise<VerifiedBundle> {
  const bundle = decodeBundle(data);
  const { finality, final } = finalTipsets(bundle, trusted);
  const blocks = new BundleBlocks(bundle.blocks);
  const claims: ClaimVerdict[] = [];
  for (const claim of bundle.claims) {
    claims.push({ claim, fault: await faultOf(claim, blocks, final, execute) });
  }
  const isValid = claims.every(({ fault }) => fault === undefined);
  const { unused } = blocks;
  if (isValid && unused !== undefined) throw invalid(`no claim needs block ${cidText(unused)}`);
  return { isValid, claims, finality };
}

/** The tipsets that a bundle's certificates make final. Throws as `checkBundle`. */
export function finalTipsets(
  { network, certificates }: Pick<Bundle, "network" | "certificates">,
  trusted: FinalityState,
): { readonly finality: FinalityState; readonly final: FinalTipsets } {
  const chain = new CertificateChain(trusted);
  if (network !== trusted.network) throw invalid(`it is of network ${network}, not ${trusted.network}`);
  const tipsets = certificates.flatMap((certificate) => chain.append(certificate));
  const base = trusted.base === undefined ? [] : [trusted.base];
  const final = [...base, ...tipsets].map((tipset) => {
    try {
      return [Number(tipset.epoch), tipsetHeaders(tipset)] as const;
    } catch (cause) {
      if (isFvmError(cause, "INVALID_TIPSET")) throw invalid("a certified tipset has no headers", cause);
      throw cause;
    }
  });
  return { finality: chain.state, final: new Map(final) };
}

async function faultOf(
  claim: Claim,
  blocks: BundleBlocks,
  final: FinalTipsets,
  execute: ExecuteClaim | undefined,
): Promise<ClaimFault | undefined> {
  try {
    const found = await answered(claim, blocks, final, execute);
    if (bytesEqual(encodeCbor(claimCodec, found), encodeCbor(claimCodec, claim))) return undefined;
    return { link: "answer", text: "what was found is something else", missing: undefined };
  } catch (error) {
    if (!(error instanceof BrokenLink)) throw error;
    const { link, text, missing } = error;
    return { link, text, missing };
  }
}

/** The same claim with the answer that blocks give. Throws `BrokenLink`. */
async function answered(
  question: ClaimQuestion,
  blocks: BundleBlocks,
  final: FinalTipsets,
  execute: ExecuteClaim | undefined,
): Promise<Claim> {
  if (question.kind !== "execution") return evaluate(question, blocks, final);
  if (execute === undefined) throw new BrokenLink("execution", "this verifier does not execute");
  return execute(question, blocks, final);
}
