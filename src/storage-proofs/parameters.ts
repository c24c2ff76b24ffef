/**
 * Files that proofs are verified with: those of the trusted setup that mainnet uses. Source: parameters.json and
 * srs-inner-product.json of the crate filecoin-proofs 19.1.
 */

/** Circuit of a verifying key. */
export type ProofCircuit = "porep" | "windowPost" | "winningPost" | "update";

/** A file of the trusted setup. */
export interface ProofFile {
  readonly name: string;
  /** IPFS CID under which it was published. */
  readonly cid: string;
  /** The first 16 bytes of its blake2b-512, in hex. */
  readonly digest: string;
}

/** Files that a verifier takes for right. */
export interface ProofParameters {
  /** Verifying keys by size of sectors: 2 KiB, 8 MiB, 512 MiB, 32 GiB, 64 GiB. */
  readonly keys: Readonly<Record<ProofCircuit, readonly ProofFile[]>>;
  /** Powers that aggregates are checked with. */
  readonly powers: ProofFile;
}

/** Sizes of sectors, in the order of registered types. */
export const SECTOR_SIZES: readonly string[] = ["2 KiB", "8 MiB", "512 MiB", "32 GiB", "64 GiB"];

const HASHER = "merkletree-poseidon_hasher";

function porep(tree: string, id: string, cid: string, digest: string): ProofFile {
  const name = `v28-stacked-proof-of-replication-${HASHER}-${tree}-sha256_hasher-${id}.vk`;
  return { name, cid, digest };
}

function post(tree: string, id: string, cid: string, digest: string): ProofFile {
  return { name: `v28-proof-of-spacetime-fallback-${HASHER}-${tree}-${id}.vk`, cid, digest };
}

function update(tree: string, id: string, cid: string, digest: string): ProofFile {
  return { name: `v28-empty-sector-update-${HASHER}-${tree}-${id}.vk`, cid, digest };
}

/** Files of mainnet, and of all networks that have taken them over. */
export const MAINNET_PROOFS: ProofParameters = {
  keys: {
    porep: [
      porep(
        "8-0-0",
        "032d3138d22506ec0082ed72b2dcba18df18477904e35bafee82b3793b06832f",
        "QmamahpFCstMUqHi2qGtVoDnRrsXhid86qsfvoyCTKJqHr",
        "dc1ade9929ade1708238f155343044ac",
      ),
      porep(
        "8-0-0",
        "ecd683648512ab1765faa2a5f14bab48f676e633467f0aa8aad4b55dcb0652bb",
        "QmYCuipFyvVW1GojdMrjK1JnMobXtT4zRCZs1CGxjizs99",
        "b687beb9adbd9dabe265a7e3620813e4",
      ),
      porep(
        "8-0-0",
        "6babf46ce344ae495d558e7770a585b2382d54f225af8ed0397b8be7c3fcd472",
        "QmWionkqH2B6TXivzBSQeSyBxojaiAFbzhjtwYRrfwd8nH",
        "065179da19fbe515507267677f02823e",
      ),
      porep(
        "8-8-0",
        "82a357d2f2ca81dc61bb45f4a762807aedee1b0a53fd6c4e77b46a01bfef7820",
        "Qmf93EMrADXAK6CyiSfE8xx45fkMfR3uzKEPCvZC1n2kzb",
        "0c7b4aac1c40fdb7eb82bc355b41addf",
      ),
      porep(
        "8-8-2",
        "96f1b4a04c5c51e4759bbf224bbc2ef5a42c7100f16ec0637123f16a845ddfb2",
        "QmehSmC6BhrgRZakPDta2ewoH9nosNzdjCqQRXsNFNUkLN",
        "a89884252c04c298d0b3c81bfd884164",
      ),
    ],
    windowPost: [
      post(
        "8-0-0",
        "0170db1f394b35d995252228ee359194b13199d259380541dc529fb0099096b0",
        "QmcS5JZs8X3TdtkEBpHAdUYjdNDqcL7fWQFtQz69mpnu2X",
        "0e0958009936b9d5e515ec97b8cb792d",
      ),
      post(
        "8-0-0",
        "5294475db5237a2e83c3e52fd6c2b03859a1831d45ed08c4f35dbf9a803165a9",
        "QmUiVYCQUgr6Y13pZFr8acWpSM4xvTXUdcvGmxyuHbKhsc",
        "34d4feeacd9abf788d69ef1bb4d8fd00",
      ),
      post(
        "8-0-0",
        "0cfb4f178bbb71cf2ecfcd42accce558b27199ab4fb59cb78f2483fe21ef36d9",
        "QmfCeddjFpWtavzfEzZpJfzSajGNwfL4RjFXWAvA9TSnTV",
        "4dae975de4f011f101f5a2f86d1daaba",
      ),
      post(
        "8-8-0",
        "0377ded656c6f524f1618760bffe4e0a1c51d5a70c4509eedae8a27555733edc",
        "QmR9i9KL3vhhAqTBGj1bPPC7LvkptxrH9RvxJxLN1vvsBE",
        "0f8ec542485568fa3468c066e9fed82b",
      ),
      post(
        "8-8-2",
        "2627e4006b67f99cef990c0a47d5426cb7ab0a0ad58fc1061547bf2d28b09def",
        "QmWV8rqZLxs1oQN9jxNWmnT1YdgLwCcscv94VARrhHf1T7",
        "59d2bf1857adc59a4f08fcf2afaa916b",
      ),
    ],
    winningPost: [
      post(
        "8-0-0",
        "3ea05428c9d11689f23529cde32fd30aabd50f7d2c93657c1d3650bca3e8ea9e",
        "QmSTCXF2ipGA3f6muVo6kHc2URSx6PzZxGUqu7uykaH5KU",
        "ffd79788d614d27919ae5bd2d94eacb6",
      ),
      post(
        "8-0-0",
        "50c7368dea9593ed0989e70974d28024efa9d156d585b7eea1be22b2e753f331",
        "QmbmUMa3TbbW3X5kFhExs6WgC4KeWT18YivaVmXDkB6ANG",
        "79ebb55f56fda427743e35053edad8fc",
      ),
      post(
        "8-0-0",
        "7d739b8cf60f1b0709eeebee7730e297683552e4b69cab6984ec0285663c5781",
        "QmfA31fbCWojSmhSGvvfxmxaYCpMoXP95zEQ9sLvBGHNaN",
        "bd2cd62f65c1ab84f19ca27e97b7c731",
      ),
      post(
        "8-8-0",
        "559e581f022bb4e4ec6e719e563bf0e026ad6de42e56c18714a2c692b1b88d7e",
        "QmZCvxKcKP97vDAk8Nxs9R1fWtqpjQrAhhfXPoCi1nkDoF",
        "fc02943678dd119e69e7fab8420e8819",
      ),
      post(
        "8-8-2",
        "b62098629d07946e9028127e70295ed996fe3ed25b0f9f88eb610a0ab4385a3c",
        "QmbfQjPD7EpzjhWGmvWAsyN2mAZ4PcYhsf3ujuhU9CSuBm",
        "6d3789148fb6466d07ee1e24d6292fd6",
      ),
    ],
    update: [
      update(
        "8-0-0",
        "fb9e095bebdd77511c0269b967b4d87ba8b8a525edaa0e165de23ba454510194",
        "QmaQsTLL3nc5dw6wAvaioJSBfd1jhQrA2o6ucFf7XeV74P",
        "eadad9784969890d30f2749708c79771",
      ),
      update(
        "8-0-0",
        "92180959e1918d26350b8e6cfe217bbdd0a2d8de51ebec269078b364b715ad63",
        "QmdcpKUQvHM8RFRVKbk1yHfEqMcBzhtFWKRp9SNEmWq37i",
        "abd80269054d391a734febdac0d2e687",
      ),
      update(
        "8-0-0",
        "61fa69f38b9cc771ba27b670124714b4ea77fbeae05e377fb859c4a43b73a30c",
        "QmUa7f9JtJMsqJJ3s3ZXk6WyF4xJLE8FiqYskZGgk8GCDv",
        "994c5b7d450ca9da348c910689f2dc7f",
      ),
      update(
        "8-8-0",
        "3b7f44a9362e3985369454947bc94022e118211e49fd672d52bec1cbfd599d18",
        "QmdFFUe1gcz9MMHc6YW8aoV48w4ckvcERjt7PkydQAMfCN",
        "3a6941983754737fde880d29c7094905",
      ),
      update(
        "8-8-2",
        "102e1444a7e9a97ebf1e3d6855dcc77e66c011ea66f936d9b2c508f87f2f83a7",
        "Qmd794Jty7k26XJ8Eg4NDEks65Qk8G4GVfGkwqvymv8HAg",
        "80e366df2f1011953c2d01c7b7c9ee8e",
      ),
    ],
  },
  powers: {
    name: "v28-fil-inner-product-v1.srs",
    cid: "Qmdq44DjcQnFfU3PJcdX7J49GCqcUYszr1TxMbHtAkvQ3g",
    digest: "ae20310138f5ba81451d723f858e3797",
  },
};
