/** Foundry's cast and forge, run as their users run them. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { skipLoudly } from "../support/skip.js";
import { type DevNode, MNEMONIC, startDevNode } from "./support/dev-node.js";
import { Foundry, hasFoundry, wallet } from "./support/foundry.js";

if (!hasFoundry) skipLoudly("Foundry: npm has no programs of it for this machine");

const [FIRST, SECOND] = [
  "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
] as const;
const TILL = "src/Till.sol:Till";
const CHAIN = "31415926";
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

interface Receipt {
  readonly transactionHash: string;
  readonly blockNumber: string;
  readonly contractAddress: string | null;
  readonly status: string;
  readonly type: string;
  readonly logs: readonly unknown[];
}

describe.runIf(hasFoundry)("Foundry", () => {
  let node: DevNode;
  let foundry: Foundry;
  let till: string;
  let creation: string;

  const cast = (...args: string[]) => foundry.cast(...args);
  const send = async (...args: string[]) =>
    JSON.parse(await cast("send", "--json", ...wallet(), ...args)) as Receipt;
  const total = async (at = till, ...options: string[]) =>
    Number(await cast("call", at, "total()(uint256)", ...options));
  const nonce = async () => Number(await cast("nonce", FIRST));
  const scriptOn = ({ url }: DevNode, call: string, args: readonly string[], ...options: string[]) =>
    foundry.run("forge", [
      ...["script", "Open", "--sig", call, ...args, "--rpc-url", url, "--broadcast"],
      ...["--mnemonics", MNEMONIC, ...options],
    ]);
  const script = (call: string, args: readonly string[], ...options: string[]) =>
    scriptOn(node, call, args, ...options);
  /** Return value of the script's function. */
  const returned = (text: string) => /till: contract Till (0x[0-9a-fA-F]{40})/.exec(text)?.[1] as string;

  beforeAll(async () => {
    node = await startDevNode();
    foundry = new Foundry(node);
    const text = await foundry.forge([
      ...["create", TILL, "--broadcast", ...wallet(), "--constructor-args", "100"],
    ]);
    till = /Deployed to: (0x[0-9a-fA-F]{40})/.exec(text)?.[1] as string;
    creation = `${await foundry.forge(["inspect", TILL, "bytecode"])}`.trim() + "0".repeat(63).concat("7");
  });
  afterAll(async () => {
    foundry?.[Symbol.dispose]();
    await node?.[Symbol.asyncDispose]();
  });

  describe("cast reads", () => {
    test("the chain", async () => {
      expect(await cast("chain-id")).toBe(CHAIN);
      expect(Number(await cast("block-number"))).toBeGreaterThan(1);
      expect(await cast("client")).toMatch(/fvm-node/);
      expect(Number(await cast("gas-price"))).toBeGreaterThan(0);
      expect(Number(await cast("base-fee"))).toBeGreaterThan(0);
    });

    test.each(["latest", "pending", "safe", "finalized", "earliest", "1"])("the block %s", async (name) => {
      const block = JSON.parse(await cast("block", name, "--json")) as { hash: string; number: string };
      expect(block.hash).toMatch(/^0x[0-9a-f]{64}$/);
      if (name === "earliest") expect(Number(block.number)).toBe(0);
      const whole = await cast("block", name, "--full", "--json");
      expect(JSON.parse(whole)).toMatchObject({ hash: block.hash });
    });

    test("accounts and contracts, also as they were", async () => {
      expect(await cast("balance", SECOND, "--ether")).toBe("10000.000000000000000000");
      expect(await nonce()).toBeGreaterThan(0);
      expect(Number(await cast("nonce", FIRST, "--block", "earliest"))).toBe(0);
      expect((await cast("code", till)).length).toBe(2 + 2 * Number(await cast("codesize", till)));
      expect(Number(await cast("storage", till, "0"))).toBe(await total());
      const before = await total();
      const height = await cast("block-number");
      await send(till, "pay(uint256)", "5");
      expect(await total()).toBe(before + 5);
      expect(await total(till, "--block", height)).toBe(before);
      expect(await total(till, "--override-state-diff", `${till}:0:0x2a`)).toBe(42);
    });

    test("what there is not", async () => {
      const unknown = `0x${"12".repeat(32)}`;
      await expect(cast("tx", unknown)).rejects.toThrow("not found");
      await expect(cast("receipt", unknown, "--async")).rejects.toThrow("not found");
      await expect(cast("block", "100000")).rejects.toThrow("not found");
      await expect(cast("proof", till, "0")).rejects.toThrow("-32601");
    });
  });

  describe("cast sends", () => {
    test.each([
      ["0x2", []],
      ["0x0", ["--legacy"]],
    ])("transactions of type %s", async (type, options) => {
      const before = await total();
      const receipt = await send(till, "pay(uint256)", "3", ...options);
      expect(receipt).toMatchObject({ status: "0x1", type });
      expect(receipt.logs).toHaveLength(1);
      expect(await total()).toBe(before + 3);
      const hash = receipt.transactionHash;
      expect(JSON.parse(await cast("receipt", hash, "--json"))).toMatchObject(receipt);
      expect(JSON.parse(await cast("tx", hash, "--json"))).toMatchObject({ hash, type });
    });

    test("value, to addresses that nobody has", async () => {
      const to = "0x00000000000000000000000000000000000abcde";
      expect((await send(to, "--value", "1.5ether")).status).toBe("0x1");
      expect(await cast("balance", to, "--ether")).toBe("1.500000000000000000");
    });

    test("creations", async () => {
      const { contractAddress } = await send("--create", creation);
      expect(await total(contractAddress as string)).toBe(7);
    });

    test("signed before, and of the node's own accounts", async () => {
      const before = await total();
      const signed = await cast("mktx", ...wallet(), till, "pay(uint256)", "1");
      expect(JSON.parse(await cast("publish", signed))).toMatchObject({ status: "0x1" });
      await cast("send", "--unlocked", "--from", SECOND, till, "pay(uint256)", "1");
      expect(await total()).toBe(before + 2);
    });

    test("as somebody who is impersonated", async () => {
      await cast("rpc", "anvil_impersonateAccount", till);
      await cast("rpc", "anvil_setBalance", till, "0x1");
      const text = await cast("send", "--unlocked", "--from", till, SECOND, "--value", "1", "--json");
      expect(JSON.parse(text)).toMatchObject({ status: "0x1", from: till.toLowerCase() });
    });

    test("what is refused, in words that say why", async () => {
      const pay = [till, "pay(uint256)", "5"];
      await expect(send(...pay, "--nonce", "0")).rejects.toThrow("nonce too low");
      const poor = ["--private-key", `0x${"11".repeat(32)}`, "--gas-limit", "10000000"];
      await expect(cast("send", ...poor, ...pay)).rejects.toThrow("insufficient funds");
      await expect(send("--auth", till, SECOND)).rejects.toThrow("transaction type");
    });
  });

  describe("must 7: gas limits that Foundry does not ask for", () => {
    test("cast send: a limit below the message's own cost is refused, and nothing is mined", async () => {
      const before = await nonce();
      const sent = send("--gas-limit", "155582", "--create", creation);
      await expect(sent).rejects.toThrow(/gas limit 155582, minimum needed \d+; .*--skip-simulation/);
      expect(await nonce()).toBe(before);
      expect(await cast("tx-pool", "status")).not.toMatch(/0x[1-9a-f]/);
    });

    test("forge script: refused likewise, and goes by --skip-simulation", async () => {
      const { code, text } = await script("pay(uint256)", ["2"]);
      expect(code).toBe(1);
      expect(text).toMatch(/gas limit \d+, minimum needed \d+; .*--skip-simulation/);
      const skipping = await script("pay(uint256)", ["2"], "--skip-simulation");
      expect(skipping).toMatchObject({ code: 0 });
      expect(await total(returned(skipping.text))).toBe(102);
    });

    test("a limit above that which is used up: the log says so", async () => {
      const { code, text } = await script("fill(address,uint256)", [till, "100"]);
      expect(code).toBe(1);
      expect(text).toContain("Transaction Failure");
      await expect
        .poll(() => node.written.stderr, { timeout: 30_000 })
        .toMatch(/gas limit of .* was used up.*--skip-simulation/);
      expect(await script("fill(address,uint256)", [till, "100"], "--skip-simulation")).toMatchObject({
        code: 0,
      });
    });
  });

  describe("forge script", () => {
    // Only with limits of its own does it send without waiting for what was sent before.
    const AT_ONCE = ["--gas-estimate-multiplier", "20000"];

    test("must 6: many transactions at once, in whatever order they come", async () => {
      const before = await nonce();
      const { code, text } = await script("pay(uint256)", ["40"], ...AT_ONCE);
      expect(code, text).toBe(0);
      expect(await total(returned(text))).toBe(140);
      expect(await nonce()).toBe(before + 41);
    });

    test("must 6: blocks with many of them, made every second", async () => {
      await using slow = await startDevNode("--block-time", "1");
      const begun = Number(await slow.call("eth_blockNumber"));
      const { code, text } = await scriptOn(slow, "pay(uint256)", ["40"], ...AT_ONCE);
      expect(code, text).toBe(0);
      expect(Number(await slow.call("eth_getTransactionCount", FIRST, "latest"))).toBe(41);
      const counts: number[] = [];
      for (let number = begun; number <= Number(await slow.call("eth_blockNumber")); number++)
        counts.push(
          Number(await slow.call("eth_getBlockTransactionCountByNumber", `0x${number.toString(16)}`)),
        );
      expect(counts.reduce((sum, count) => sum + count)).toBe(41);
      expect(Math.max(...counts)).toBeGreaterThan(1);
    });

    test("one after the other", async () => {
      const { code, text } = await script("pay(uint256)", ["3"], "--skip-simulation", "--slow");
      expect(code, text).toBe(0);
      expect(await total(returned(text))).toBe(103);
    });

    test("must 12: contracts at addresses that are known before", async () => {
      const salt = `0x${"00".repeat(31)}2a`;
      const { code, text } = await script("predicted(bytes32)", [salt], "--skip-simulation");
      expect(code, text).toBe(0);
      const init = creation.slice(0, -64) + "c8".padStart(64, "0");
      const address = await cast("create2", "--salt", salt, "--init-code", init);
      expect(address.toLowerCase()).toContain(returned(text).toLowerCase());
      expect(await total(returned(text))).toBe(200);
    });
  });

  test("must 9: calls with `input`, without `from`, of creations, at any block", async () => {
    expect(Number(await cast("estimate", till, "pay(uint256)", "5"))).toBeGreaterThan(1_000_000);
    expect(Number(await cast("estimate", "--create", creation))).toBeGreaterThan(1_000_000);
    expect(Number(await cast("estimate", "--from", FIRST, till, "pay(uint256)", "5"))).toBeGreaterThan(
      1_000_000,
    );
    expect(await cast("call", "--create", creation)).toBe(await cast("code", till));
    for (const block of ["latest", "pending", await cast("block-number")])
      expect(await total(till, "--block", block)).toBe(await total());
    await expect(total(till, "--block", "finalized")).rejects.toThrow("does not have any code");
  });

  test("must 1: reverts say so, with their data", async () => {
    const take = [till, "take(uint256)", "1000000000"];
    const data = await cast("sig", "TooMuch(uint256,uint256)");
    for (const command of ["call", "estimate"])
      await expect(cast(command, ...take)).rejects.toThrow(new RegExp(`code 3: .*revert[^]*${data}`));
    await expect(send(...take)).rejects.toThrow(data);
    const failed = await send(...take, "--gas-limit", "30000000");
    expect(failed.status).toBe("0x0");
    // Foundry's own EVM, on the state before.
    const run = await foundry.run("cast", ["run", failed.transactionHash]);
    expect(run.text).toContain(data);
  });

  test("logs: of all time, of an event, and as they come", async () => {
    const signature = "Paid(address indexed,uint256)";
    const before = await logs();
    const paid = `data: 0x${"9".padStart(64, "0")}`;
    const payAndLook = async () => {
      await send(till, "pay(uint256)", "9");
      return seen;
    };
    const watch = foundry.watch("logs", "--subscribe", "--rpc-url", node.ws, "--address", till);
    let seen = "";
    watch.stdout.on("data", (text) => {
      seen += text;
    });
    try {
      // Its subscription is there once it has asked for it, which it does not tell.
      await expect.poll(payAndLook, { timeout: 30_000, interval: 500 }).toContain(paid);
    } finally {
      watch.kill("SIGKILL");
    }
    const after = await logs();
    expect(after.length).toBeGreaterThan(before.length);
    expect(await logs(signature)).toEqual(after);
    const byFirst = await logs(signature, FIRST);
    const bySecond = await logs(signature, SECOND);
    expect(byFirst.length).toBeGreaterThan(0);
    expect(bySecond.length).toBeGreaterThan(0);
    expect(byFirst.length + bySecond.length).toBe(after.length);
  });

  const logs = async (...filter: string[]) =>
    JSON.parse(await cast("logs", "--json", "--address", till, ...filter)) as unknown[];

  test("examples/foundry: its tour is in the guide, word for word, and ends well", async () => {
    const tour = read("examples/foundry/tour.sh");
    expect(read("docs/node.md")).toContain(`\`\`\`sh\n${tour}\`\`\``);
    await using fresh = await startDevNode();
    using project = new Foundry(fresh);
    const answers = await project.shell(tour);
    expect(answers).toMatch(/\n109\n/);
    expect(answers.match(/0x737c69225d647e59/g)?.length).toBeGreaterThan(2);
    expect(answers).toContain("3 tests passed");
  });
});
