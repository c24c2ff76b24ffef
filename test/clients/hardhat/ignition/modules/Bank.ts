import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

export default buildModule("BankModule", (m) => {
  const bank = m.contract("Bank", [m.getParameter("opens", 0n)], { value: 5n });
  m.call(bank, "deposit", [], { value: 7n });
  return { bank };
});
