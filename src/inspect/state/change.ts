import type { DecodedValue } from "../../builtin/values/value.js";
import type { Cid } from "../../encoding/cid.js";

/** A step from a value to one of its parts: the name of a field, or the key of an entry. */
export type PathStep = string | DecodedValue;

/** Something in which two states differ. */
export type ValueChange =
  | {
      readonly kind: "changed";
      readonly path: readonly PathStep[];
      /** Undefined: there was none. */
      readonly before: DecodedValue | undefined;
      /** Undefined: there is none any more. */
      readonly after: DecodedValue | undefined;
    }
  /** There are more differences in this place than the limits allow. */
  | { readonly kind: "more"; readonly path: readonly PathStep[] }
  /** There is a difference in this place that cannot be read. */
  | {
      readonly kind: "unreadable";
      readonly path: readonly PathStep[];
      readonly before: Cid | undefined;
      readonly after: Cid | undefined;
      /** Such as `the store lacks the block bafy2bza…`. */
      readonly reason: string;
    };

/** How many differences are listed. What is beyond is said to be there. */
export interface ChangeLimits {
  /** Entries of each map, array and list. Default 100. */
  readonly maxEntries?: number;
  /** Differences of each actor. Default 10,000. */
  readonly maxChanges?: number;
}
