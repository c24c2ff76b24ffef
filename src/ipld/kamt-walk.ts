import { FvmError } from "../errors.js";
import { isLink, type KamtEntry, type KamtLink, type KamtNode, type KamtPointer } from "./kamt-node.js";
import { digitOf, KEY_DIGITS } from "./kamt-path.js";

/** A pointer and where it leads: for an entry all digits of its key, else those of all keys below. */
export type KamtPlace =
  | { readonly path: string; readonly entry: KamtEntry; readonly link?: undefined }
  | { readonly path: string; readonly entry?: undefined; readonly link: KamtLink };

/** A way through a KAMT in the order of its keys, on a list instead of the stack. Loads a node when it is entered. */
export class KamtWalk {
  /** Places still to come, the next last. */
  private readonly places: KamtPlace[] = [];

  /** @param load a link's child; throws what reading a block throws */
  constructor(
    root: KamtNode,
    private readonly load: (link: KamtLink) => KamtNode,
  ) {
    this.push("", root);
  }

  /** The next place; undefined at the end. */
  get place(): KamtPlace | undefined {
    return this.places.at(-1);
  }

  /** Leaves the next place out, with all below. */
  skip(): void {
    this.places.pop();
  }

  /** Goes from a link to what its child has. */
  enter({ path, link }: KamtPlace & { link: KamtLink }): void {
    const child = this.load(link);
    this.places.pop();
    this.push(path, child);
  }

  /** All entries that are still to come. */
  *entries(): Generator<KamtEntry> {
    for (let next = this.place; next !== undefined; next = this.place) {
      if (next.entry === undefined) {
        this.enter(next);
      } else {
        yield next.entry;
        this.skip();
      }
    }
  }

  private push(path: string, node: KamtNode): void {
    for (const [slot, pointer] of node.pointers().reverse()) {
      this.places.push(placeOf(path + digitOf(slot), pointer));
    }
  }
}

/** Keys that are not where look-ups would find them make a malformed tree; one could repeat them without end. */
function placeOf(start: string, pointer: KamtPointer): KamtPlace {
  if (isLink(pointer)) {
    const path = start + pointer.extension;
    checkDepth(path.length);
    return { path, link: pointer };
  }
  if (!pointer.digits.startsWith(start)) throw malformed("key in another key's place");
  return { path: pointer.digits, entry: pointer };
}

/** @param depth digits of the path to a node */
export function checkDepth(depth: number): void {
  if (depth >= KEY_DIGITS) throw malformed("deeper than keys have bits");
}

export function malformed(reason: string): FvmError {
  return new FvmError("INVALID_KAMT", { reason });
}
