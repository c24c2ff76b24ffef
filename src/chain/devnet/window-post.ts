/** Types of window proofs: of sectors of 32 GiB, and of 2 KiB where the actors accept no others. */
const WINDOW_POST = { usual: { before19: 8, from19: 13 }, small: { before19: 5, from19: 10 } } as const;
/** Networks whose actors accept small sectors only. Source: builtin-actors runtime/build.rs. */
const SMALL_SECTORS = new Set(["devnet"]);

/** A type of window proofs that builtin actors accept. @param bundle network whose actors they are */
export function windowPoStType(bundle: string, networkVersion: number): number {
  const proofs = WINDOW_POST[SMALL_SECTORS.has(bundle) ? "small" : "usual"];
  return networkVersion < 19 ? proofs.before19 : proofs.from19;
}
