/** Deploys a contract and sends it something. */
import { network } from "hardhat";

const { ethers } = await network.create();
const bank = await ethers.deployContract("Bank", [0n]);
await (await bank.deposit({ value: 5n })).wait();
console.log(`the bank has ${await ethers.provider.getBalance(bank)}`);
