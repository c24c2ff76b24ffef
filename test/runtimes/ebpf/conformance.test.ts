import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestChain } from "../../support/chain.js";
import {
  type ConformanceCase,
  conformanceCases,
  conformanceFolder,
  conformanceProgram,
} from "../../support/ebpf/conformance.js";
import { deploy, ebpfChain, RUN } from "../../support/ebpf/contract.js";
import { skipLoudly } from "../../support/skip.js";

const READ_ONLY = 1;

const folder = conformanceFolder();
if (folder === undefined) skipLoudly("bpf_conformance is not there: FVM_BPF_CONFORMANCE may name its folder");
else {
  const cases = conformanceCases(folder);

  test("the suite is complete", () => {
    expect(cases).toHaveLength(313);
  });

  describe("each program of bpf_conformance, called by a message and by a read-only send", () => {
    let chain: TestChain;
    beforeAll(async () => {
      chain = await ebpfChain();
    });
    afterAll(() => chain.close());

    test.each(cases)("$name", async (tested: ConformanceCase) => {
      const id = await deploy(chain, conformanceProgram(tested));
      const { receipt } = await chain.send({ to: id, method: RUN });
      const { sent } = await chain.forward({ to: chain.net.address(id), method: RUN, flags: READ_ONLY });
      expect([receipt.exitCode, wordOf(receipt.returnData)]).toEqual([0, tested.result]);
      expect([sent.errno, sent.exitCode, wordOf(sent.data)]).toEqual([0, 0, tested.result]);
    });
  });
}

function wordOf(bytes: Uint8Array): bigint | undefined {
  return bytes.length === 8 ? Buffer.from(bytes).readBigUInt64LE() : undefined;
}
