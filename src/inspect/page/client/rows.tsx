import type { ComponentChildren, HTMLAttributes, RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

interface Props {
  readonly count: number;
  /** Pixels. */
  readonly height: number;
  readonly row: (at: number) => ComponentChildren;
  readonly box: RefObject<HTMLDivElement | null>;
  /** Attributes of the box. */
  readonly attributes?: HTMLAttributes<HTMLDivElement>;
}

/** Rows beyond what can be seen, so that scrolling shows no gap. */
const SPARE = 10;

/** A list of any length: only rows that can be seen are in the document. */
export function Rows({ count, height, row, box, attributes }: Props) {
  const [{ top, size }, setView] = useState({ top: 0, size: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => setView({ top: element.scrollTop, size: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [box]);
  const first = Math.max(0, Math.floor(top / height) - SPARE);
  const last = Math.min(count, Math.ceil((top + size) / height) + SPARE);
  return (
    <div ref={box} {...attributes}>
      <div class="rows" role="presentation" style={{ height: `${count * height}px` }}>
        <div role="presentation" style={{ transform: `translateY(${first * height}px)` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => row(first + i))}
        </div>
      </div>
    </div>
  );
}

/** Scrolls a list of rows just so far that a row can be seen. */
export function reveal(box: HTMLElement | null, at: number, height: number): void {
  if (box === null || at < 0) return;
  const top = at * height;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
}
