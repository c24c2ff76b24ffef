export { Buffer as nodeBuffer } from "./node.js";
