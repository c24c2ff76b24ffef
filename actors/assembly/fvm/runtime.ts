/**
 * In place of AssemblyScript's own `rt/stub`: it has no start function, which machines up to network
 * version 17 run with no gas. Memory is taken and never given back.
 */

const HEADER: usize = 16;
const ALIGNMENT: usize = 16;
/** 0 until the first allocation. */
let top: usize = 0;

// @ts-ignore: decorator
@global @unsafe
export function __alloc(size: usize): usize {
  const at = top === 0 ? align(__heap_base) : top;
  top = align(at + size);
  const end = (<usize>memory.size()) << 16;
  if (top > end && memory.grow(<i32>((top - end + 0xffff) >>> 16)) < 0) unreachable();
  return at;
}

// @ts-ignore: decorator
@global @unsafe
export function __new(size: usize, id: u32): usize {
  const object = __alloc(HEADER + size) + HEADER;
  store<u32>(object - 8, id);
  store<u32>(object - 4, <u32>size);
  return object;
}

// @ts-ignore: decorator
@global @unsafe
export function __renew(old: usize, size: usize): usize {
  const object = __new(size, load<u32>(old - 8));
  memory.copy(object, old, min<usize>(size, load<u32>(old - 4)));
  return object;
}

// @ts-ignore: decorator
@global @unsafe
export function __realloc(_at: usize, _size: usize): usize {
  return unreachable();
}

// @ts-ignore: decorator
@global @unsafe
export function __free(_at: usize): void {}

// @ts-ignore: decorator
@global @unsafe
export function __link(_parent: usize, _child: usize, _many: bool): void {}

// @ts-ignore: decorator
@global @unsafe
export function __pin(object: usize): usize {
  return object;
}

// @ts-ignore: decorator
@global @unsafe
export function __unpin(_object: usize): void {}

// @ts-ignore: decorator
@global @unsafe
function __visit(_object: usize, _cookie: u32): void {}

// @ts-ignore: decorator
@global @unsafe
export function __collect(): void {}

// @ts-ignore: decorator
@inline
function align(at: usize): usize {
  return (at + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}
