/** Pages for browsers: tipsets, messages, actors, and what is not there. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import type { SigningKey } from "../../../src/chain/signatures/keys.js";
import { signMessage } from "../../../src/chain/signatures/sign.js";
import { cidText } from "../../../src/encoding/cid.js";
import type { MessagePlace } from "../../../src/node/chain/node-chain.js";
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { html, htmlPage } from "../../../src/node/page/html.js";
import { nodePages } from "../../../src/node/page/pages.js";
import { openNode } from "../../../src/node/start/open-node.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

test("what is put into a page is text", () => {
  const hostile = `"><script>alert('&')</script>`;
  const page = htmlPage(hostile, html`<p title="${hostile}">${[hostile, html`<b>${hostile}</b>`]}</p>`);
  expect(page).not.toContain("<script");
  expect(page.match(/&#60;script&#62;/g)).toHaveLength(5);
  expect(page).toContain("default-src &#39;none&#39;");
});

const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("pages of a node: no builtin actors are on this machine");

describe.runIf(hasActors)("of a node", () => {
  let node: RunningNode;
  beforeAll(async () => {
    node = await startNode({ port: 0, accounts: 1 });
  });
  afterAll(() => node?.close());

  async function get(path: string, accept = "text/html") {
    const response = await fetch(`${node.url}${path}`, { headers: { accept }, redirect: "manual" });
    const { status, headers } = response;
    return {
      status,
      type: headers.get("content-type"),
      to: headers.get("location"),
      text: await response.text(),
    };
  }

  test("tipsets lead to their messages, and those to what they did", async () => {
    const settings = { lotus: false, version: "0" };
    const { node: parts, keys, close } = await openNode({ accounts: 1, mining: true }, settings);
    onTestFinished(close);
    const [key] = keys().filecoin as [SigningKey];
    const { chainId } = parts.chain.network;
    const transfer = { to: idAddress(99), value: 10n ** 18n, params: new Uint8Array(), method: 0 };
    const gas = { gasLimit: 10_000_000, gasFeeCap: 10n ** 9n, gasPremium: 100_000n };
    const message = { version: 0, from: key.address, nonce: 0, ...transfer, ...gas };
    // The second one fails, since nobody has so much.
    const cids = [await parts.pool.push(signMessage(message, key, { chainId }))];
    cids.push(
      await parts.pool.push(signMessage({ ...message, nonce: 1, value: 10n ** 26n }, key, { chainId })),
    );

    const pages = nodePages(parts);
    const show = async (path: string) => {
      const page = await pages(new URL(path, "http://localhost"), new AbortController().signal);
      return page !== undefined && "html" in page ? page.html : undefined;
    };
    for (const cid of cids) {
      const path = `/message/${cidText(cid)}`;
      const { tipset } = (await parts.chain.find(cid)) as MessagePlace;
      expect(await show(`/tipset/${tipset.epoch}`)).toContain(path);
      expect(await show(`${path}/trace`)).toContain('id="app"');
    }
    const [fine, failed] = await Promise.all(cids.map((cid) => show(`/message/${cidText(cid)}`)));
    expect(fine).toContain("<td>1.0 FIL</td>");
    expect(fine).not.toContain("Why it failed");
    expect(failed).toContain("Why it failed");
  });

  test("the newest tipsets", async () => {
    const home = await get("/");
    expect([home.status, home.type]).toEqual([200, "text/html; charset=utf-8"]);
    const epochs = [...home.text.matchAll(/href="(\/tipset\/[0-9]+)"/g)].map(([, path = ""]) => path);
    expect(epochs.length).toBeGreaterThan(1);
    const tipsets = await Promise.all(epochs.map((path) => get(path)));
    expect(tipsets.map(({ status }) => status)).toEqual(epochs.map(() => 200));
  });

  test("accounts, and messages that wait", async () => {
    const { address } = node.accounts.eth[0] as { address: string };
    const call = (method: string, ...params: unknown[]) => node.provider.request({ method, params });
    expect((await get("/")).text).toMatch(new RegExp(`>${address}</a></td>.*<td>10000\\.0</td>`));
    expect((await get("/")).text).not.toContain("Messages that wait");
    await call("evm_setAutomine", false);
    await call("eth_sendTransaction", { from: address, to: address, value: "0x1" });
    expect((await get("/")).text).toContain("Messages that wait");
    await call("evm_setAutomine", true);
    await call("evm_mine");
    expect((await get("/")).text).not.toContain("Messages that wait");
  });

  test("actors by any address", async () => {
    const [account] = node.accounts.eth;
    for (const address of [account?.address, account?.filecoinAddress, "f01", "t099"]) {
      const page = await get(`/actor/${address}`);
      expect([address, page.status]).toEqual([address, 200]);
    }
    expect((await get("/actor/f01")).text).toContain("init");
  });

  test("finding", async () => {
    const { address } = node.accounts.eth[0] as { address: string };
    expect(await get("/find?text=%201%20")).toMatchObject({ status: 302, to: "/tipset/1" });
    expect(await get(`/find?text=${address}`)).toMatchObject({ status: 302, to: `/actor/${address}` });
    expect(await get(`/find?text=f4%0d%0aX:y`)).toMatchObject({ status: 302, to: "/actor/f4%0D%0AX%3Ay" });
    const unknown = await get(`/find?text=0x${"12".repeat(32)}`);
    expect(unknown.to).toMatch(/^\/message\/bafy/);
    expect((await get(unknown.to ?? "")).status).toBe(404);
    expect((await get("/find?text=rubbish")).status).toBe(404);
  });

  test.each([
    "/tipset/99999",
    "/actor/rubbish",
    "/actor/f0999999",
    "/message/x",
    "/message/bafy2bzacedphakjius7lpwqh5bdvhw4wjzpvhselz27flj2e4bi3dtwn6eufi",
    "/nothing",
    "/actor/%00",
  ])("nothing is at %s", async (path) => expect((await get(path)).status).toBe(404));

  test("JSON-RPC is at / for those who want no HTML", async () => {
    const { type, text } = await get("/", "*/*");
    expect([type, JSON.parse(text).error.code]).toEqual(["application/json", -32600]);
  });

  test("as Lotus there are no pages", async () => {
    await using lotus = await startNode({ port: 0, accounts: 1, lotus: true });
    const response = await fetch(lotus.url ?? "", { headers: { accept: "text/html" } });
    expect(response.status).toBe(404);
  });
});
