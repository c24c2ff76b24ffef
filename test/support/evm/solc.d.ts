/** The part of the Solidity compiler that the tests use; it comes without types. */
declare module "solc" {
  const solc: {
    /** Takes and answers JSON of https://docs.soliditylang.org/en/latest/using-the-compiler.html. */
    compile(input: string): string;
  };
  export default solc;
}
