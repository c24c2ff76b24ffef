import { testChargeSums } from "./charge-sums.js";

testChargeSums(1);
