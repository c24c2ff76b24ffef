import { describe, expect, test } from "vitest";
import { Room, RoomMap } from "../../src/util/room.js";

test("maps of a room hold together what it has room for", () => {
  const room = new Room(100);
  const maps = [new RoomMap<number, number>(room), new RoomMap<number, number>(room)] as const;
  for (let i = 1; i <= 1000; i++) {
    maps[i % 2]?.set(i, i, 10);
    expect(room.bytes).toBeLessThanOrEqual(110);
  }
  const kept = (map: RoomMap<number, number>) =>
    Array.from({ length: 1000 }, (_, i) => i + 1).filter((i) => map.get(i) !== undefined).length;
  const [one, other] = [kept(maps[0]), kept(maps[1])];
  expect(Math.min(one, other)).toBeGreaterThan(0);
  expect(one + other).toBeLessThanOrEqual(11);
});

test("what is used stays, whichever map it is in", () => {
  const room = new Room(100);
  const [quiet, busy] = [new RoomMap<string, string>(room), new RoomMap<number, number>(room)];
  quiet.set("used", "value", 10);
  quiet.set("unused", "value", 10);
  for (let i = 0; i < 100; i++) {
    busy.set(i, i, 10);
    expect(quiet.get("used")).toBe("value");
  }
  expect(quiet.get("unused")).toBeUndefined();
});

test("a lower limit takes effect at once, and so does clearing", () => {
  const room = new Room(1000);
  const map = new RoomMap<number, number>(room);
  for (let i = 0; i < 40; i++) map.set(i, i, 10);
  expect(room.bytes).toBe(400);
  room.maxBytes = 100;
  expect(room.bytes).toBe(0);
  expect(map.get(39)).toBeUndefined();
  map.set(1, 1, 10);
  room.clear();
  expect(room.bytes).toBe(0);
  expect(map.get(1)).toBeUndefined();
  map.set(1, 2, 10);
  expect(map.get(1)).toBe(2);
});

test("bytes are whole ones, also of old entries, which are known on average only", () => {
  const told: number[] = [];
  const room = new Room(10, (bytes) => {
    told.push(bytes);
    return 10;
  });
  const map = new RoomMap<number, number>(room);
  for (let i = 0; i < 8; i++) {
    map.set(i, i, 1 + (i % 2));
    map.get(0);
  }
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((bytes) => !Number.isInteger(bytes))).toEqual([]);
  expect(Number.isInteger(room.bytes)).toBe(true);
});

test("an entry that the room cannot hold is there until others come", () => {
  const room = new Room(0);
  const map = new RoomMap<number, number>(room);
  map.set(1, 1, 10);
  map.set(2, 2, 10);
  expect(map.get(1)).toBeUndefined();
});

describe("rooms with a bound in common", () => {
  /** Rooms of 10 MB together, as each has told of its bytes. */
  function rooms() {
    const told = [0, 0];
    const made = [0, 1].map((at) => {
      return new Room(100e6, (bytes) => {
        told[at] = bytes;
        return 10e6 - (told[1 - at] as number);
      });
    });
    const maps = made.map((room) => new RoomMap<number, number>(room));
    const fill = (at: number, bytes: number) => {
      for (let key = 0; key < bytes / 1e5; key++) maps[at]?.set(key + Math.random(), 0, 1e5);
    };
    return { rooms: made as [Room, Room], told, fill };
  }

  test("leave each other what they do not take", () => {
    const { rooms: both, told, fill } = rooms();
    fill(0, 4e6);
    expect(both[0].bytes).toBeCloseTo(4e6);
    fill(1, 20e6);
    expect(both[1].bytes).toBeGreaterThan(2e6);
    // Each may have grown by a megabyte since it told.
    expect(both[0].bytes + both[1].bytes).toBeLessThanOrEqual(12.2e6);
    both[1].clear();
    expect(told[1]).toBe(0);
  });

  test("forget what they have when they are told to, and go on", () => {
    let forgets = false;
    const room = new Room(100e6, () => {
      if (!forgets) return 50e6;
      forgets = false;
      return undefined;
    });
    const map = new RoomMap<number, number>(room);
    map.set(1, 1, 5e5);
    forgets = true;
    map.set(2, 2, 6e5);
    expect([map.get(1), map.get(2), room.bytes]).toEqual([undefined, undefined, 0]);
    map.set(3, 3, 2e6);
    expect([map.get(3), room.bytes]).toEqual([3, 2e6]);
  });
});
