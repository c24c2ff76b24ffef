/**
 * The manifests of the released builtin actors, by which a bundle is recognised and checked.
 * Source: Lotus, build/builtin_actors_gen.go; tags are releases of filecoin-project/builtin-actors.
 */
export interface ActorsRelease {
  /** Version of the actors. */
  readonly version: number;
  /** The release whose mainnet bundle this is; others were mostly released with it. */
  readonly tag: string;
  /** CID of the manifest, by network. */
  readonly manifests: Readonly<Record<string, string>>;
}

export const releases: readonly ActorsRelease[] = [
  {
    version: 8,
    tag: "v8.0.0",
    manifests: {
      mainnet: "bafy2bzacebogjbpiemi7npzxchgcjjki3tfxon4ims55obfyfleqntteljsea",
      calibrationnet: "bafy2bzacedrdn6z3z7xz7lx4wll3tlgktirhllzqxb766dxpaqp3ukxsjfsba",
      butterflynet: "bafy2bzaceba5qgs4z3imhlxwds5vamahngatvuuglbv5yl3ftfiosj6ud5chs",
      devnet: "bafy2bzacedq7tuibavyqxzkq4uybjj7ly22eu42mjkoehwn5d47xfunmtjm4k",
      testing: "bafy2bzacedkjpqx27wgsvfxzuxfvixuxtbpt2y6yo6igcasez6gqiowron776",
      "testing-fake-proofs": "bafy2bzacecd3lb5v6tzjylnhnrhexslssyaozy6hogzgpkhztoe76exbrgrug",
      caterpillarnet: "bafy2bzacebsdvrxmdajiyxq2mxxxppvg2zwvqjzz3pgbsxwh6pvdcjofpmnxw",
      hyperspace: "bafy2bzacedvffumcvf72f2btjqvece3kpcdorxq5tq76iwcmqbzvsiu526cqm",
    },
  },
  {
    version: 9,
    tag: "v9.0.3",
    manifests: {
      mainnet: "bafy2bzaceb6j6666h36xnhksu3ww4kxb6e25niayfgkdnifaqi6m6ooc66i6i",
      calibrationnet: "bafy2bzacedbedgynklc4dgpyxippkxmba2mgtw7ecntoneclsvvl4klqwuyyy",
      butterflynet: "bafy2bzacec35by4erhcdgcsgzp7yb3j57utydlxxfc73m3k5pep67ehvvyv6i",
      devnet: "bafy2bzacedozk3jh2j4nobqotkbofodq4chbrabioxbfrygpldgoxs3zwgggk",
      testing: "bafy2bzacecnnrmekqw2xvud46g3vo6x26cogh3ydgljqajlxqxzzbuxsjlwjm",
      "testing-fake-proofs": "bafy2bzacecql2gj2tri4fnbznmldue73qzt6zszvugw4exd64mwb52zrhv7k2",
      caterpillarnet: "bafy2bzacebsdvrxmdajiyxq2mxxxppvg2zwvqjzz3pgbsxwh6pvdcjofpmnxw",
    },
  },
  {
    version: 10,
    tag: "v10.0.0",
    manifests: {
      mainnet: "bafy2bzacecsuyf7mmvrhkx2evng5gnz5canlnz2fdlzu2lvcgptiq2pzuovos",
      calibrationnet: "bafy2bzaced25ta3j6ygs34roprilbtb3f6mxifyfnm7z7ndquaruxzdq3y7lo",
      butterflynet: "bafy2bzaceckjhsggacixv2d377zfdcnuio4hzkveprio3xnhm3gohi3zy3zco",
      devnet: "bafy2bzacebzz376j5kizfck56366kdz5aut6ktqrvqbi3efa2d4l2o2m653ts",
      testing: "bafy2bzacebsp3bkxwsijenqeimhvhtg52d6o76hn6qhzxveqfq7d5hdd5l2ee",
      "testing-fake-proofs": "bafy2bzacedwap2uuii4luljckrnb4vkur2unb6fyinn7xjie6xlva2wmlygj2",
      caterpillarnet: "bafy2bzaceajftd7jawqnwf4kzkotksrwy6ag7mu2apkvypzrrmxboheuum5oi",
    },
  },
  {
    version: 11,
    tag: "v11.0.0",
    manifests: {
      mainnet: "bafy2bzacecnhaiwcrpyjvzl4uv4q3jzoif26okl3m66q3cijp3dfwlcxwztwo",
      calibrationnet: "bafy2bzacedhuowetjy2h4cxnijz2l64h4mzpk5m256oywp4evarpono3cjhco",
      butterflynet: "bafy2bzaceaiy4dsxxus5xp5n5i4tjzkb7sc54mjz7qnk2efhgmsrobjesxnza",
      devnet: "bafy2bzaceay35go4xbjb45km6o46e5bib3bi46panhovcbedrynzwmm3drr4i",
      testing: "bafy2bzacea2vxre32tg3xhpejrktiuzx4d3pcoe7yyazgscfibmegmchr6n42",
      "testing-fake-proofs": "bafy2bzacecojemqglhzzhjnhgtrcbsgkyv67ziytvtbhwlr4ym4oxqofv7zui",
      caterpillarnet: "bafy2bzacebexc2jgzwr5ngn6jdnkwdqwwmcapajuypdgvopoe6bnvp4yxm4o2",
    },
  },
  {
    version: 12,
    tag: "v12.0.0",
    manifests: {
      mainnet: "bafy2bzaceapkgfggvxyllnmuogtwasmsv5qi2qzhc2aybockd6kag2g5lzaio",
      calibrationnet: "bafy2bzacednzb3pkrfnbfhmoqtb3bc6dgvxszpqklf3qcc7qzcage4ewzxsca",
      butterflynet: "bafy2bzacectxvbk77ntedhztd6sszp2btrtvsmy7lp2ypnrk6yl74zb34t2cq",
      devnet: "bafy2bzaceasjdukhhyjbegpli247vbf5h64f7uvxhhebdihuqsj2mwisdwa6o",
      testing: "bafy2bzaceaaxd6ytavsek5bi5soqo7qamezuqfyfjy42es2clpbzu3pwzcmye",
      "testing-fake-proofs": "bafy2bzacecver4l5d6jiuzubhrtcxjjfdx6jnxbmyp4bselol2atgkhz3e3um",
      caterpillarnet: "bafy2bzacebxiub6qsy67asvl5cx33x5vjbuqinalmf3xtnbmokxmmklzdkvei",
    },
  },
  {
    version: 13,
    tag: "v13.0.0",
    manifests: {
      mainnet: "bafy2bzacecdhvfmtirtojwhw2tyciu4jkbpsbk5g53oe24br27oy62sn4dc4e",
      calibrationnet: "bafy2bzacect4ktyujrwp6mjlsitnpvuw2pbuppz6w52sfljyo4agjevzm75qs",
      butterflynet: "bafy2bzacec75zk7ufzwx6tg5avls5fxdjx5asaqmd2bfqdvkqrkzoxgyflosu",
      devnet: "bafy2bzacecn7uxgehrqbcs462ktl2h23u23cmduy2etqj6xrd6tkkja56fna4",
      testing: "bafy2bzacedg47dqxmtgzjch6i42kth72esd7w23gujyd6c6oppg3n6auag5ou",
      "testing-fake-proofs": "bafy2bzaceaf7fz33sp2i5ag5xg5ompn3dwppqlbwfacrwuvzaqdbqrtni7m5q",
      caterpillarnet: "bafy2bzacedu7kk2zngxp7y3lynhtaht6vgadgn5jzkxe5nuowtwzasnogx63w",
    },
  },
  {
    version: 14,
    tag: "v14.0.0",
    manifests: {
      mainnet: "bafy2bzacecbueuzsropvqawsri27owo7isa5gp2qtluhrfsto2qg7wpgxnkba",
      calibrationnet: "bafy2bzacebq3hncszqpojglh2dkwekybq4zn6qpc4gceqbx36wndps5qehtau",
      butterflynet: "bafy2bzacecmkqezl3a5klkzz7z4ou4jwqk4zzd3nvz727l4qh44ngsxtxdblu",
      devnet: "bafy2bzacebwn7ymtozv5yz3x5hnxl4bds2grlgsk5kncyxjak3hqyhslb534m",
      testing: "bafy2bzacebgc3zha33w7wggshqjeeomjnxfsqdezpt6e5w4tcqnfp42hvhqyy",
      "testing-fake-proofs": "bafy2bzacebca2c7r6m47fv5ojbzfgqxw74zxyzphlkxigj75q7vobbe6vm4x4",
      caterpillarnet: "bafy2bzacecr6g2co4zkdvrsbz2z7wh44o6hrl3rpbgnlhe52772hhjs43vxge",
    },
  },
  {
    version: 15,
    tag: "v15.0.0",
    manifests: {
      mainnet: "bafy2bzaceakwje2hyinucrhgtsfo44p54iw4g6otbv5ghov65vajhxgntr53u",
      calibrationnet: "bafy2bzaceax5zkysst7vtyup4whdxwzlpnaya3qp34rnoi6gyt4pongps7obw",
      butterflynet: "bafy2bzacearjal5rsmzloz3ny7aoju2rgw66wgxdrydgg27thcsazbmf5qihq",
      devnet: "bafy2bzacedlusqjwf7chvl2ve2fum5noyqrtjzcrzkhpbzpkg7puiru7dj4ug",
      testing: "bafy2bzacedio6qbcgxduz3y2zksor5dgyt3ieiugnugvsz6k2jdzwvugwahag",
      "testing-fake-proofs": "bafy2bzacea3jtzs4jz75ht3ncdyvabef4spz7w375ja7spp36yy3zwp5ji2wi",
      caterpillarnet: "bafy2bzaceaw24gctg3dx6pzrymhggsp32c7mofjscwnylk4pzsqmilolygwhi",
    },
  },
  {
    version: 16,
    tag: "v16.0.1",
    manifests: {
      mainnet: "bafy2bzacecnepvsh4lw6pwljobvwm6zwu6mbwveatp7llhpuguvjhjiqz7o46",
      calibrationnet: "bafy2bzacecqtwq6hjhj2zy5gwjp76a4tpcg2lt7dps5ycenvynk2ijqqyo65e",
      butterflynet: "bafy2bzaceda5lc7qrwp2hdm6s6erppwuydsfqrhbgld7juixalk342inqimbo",
      devnet: "bafy2bzaceclp3wfrwdjgh6c3gee5smwj3zmmrhb4fdbc4yfchfaia6rlljx5o",
      testing: "bafy2bzaceazq2v3l6w2vhch76v5y5krsif5zf65ctega6bll6yrsxavwoyrf2",
      "testing-fake-proofs": "bafy2bzaceaauqnw45yfi6lh53gzxzx47tabzh7zart6eqr3eojp72vtzgs6tg",
      caterpillarnet: "bafy2bzacedrq643mgak6w3nbmz3wvcgjrirdoq7y6l3xgwijgirffgaxf6yqg",
    },
  },
  {
    version: 17,
    tag: "v17.0.0",
    manifests: {
      mainnet: "bafy2bzaceai74ppsvuxs3nvpzzeuptdr3wl7vmdpbphvtz4qt5hfq2qdfvz3e",
      calibrationnet: "bafy2bzacecn64rlb52rjsvgopnidz6w42z3zobmjxqek5s4xqjh3ly47rcurg",
      butterflynet: "bafy2bzacedzjwguwuihh4tptzfkkwaj3naamrnklbaixn2wfzqh67twwp56pi",
      devnet: "bafy2bzaceasvgkke3j4cs3xsxnjswpcdmokkvkiehzxzcgfox3ozlehimbuqk",
      testing: "bafy2bzaceb2ca5dv47npgrjww4aga4fvlvgykf34b7aq4ti5gfs2qqj2eif4w",
      "testing-fake-proofs": "bafy2bzacedws3pjlpe4zm3pkgjvu6uovegk7osexwlpwkevkqulhqqqkic6b2",
      caterpillarnet: "bafy2bzaceautgoa57hap6oflau5du3d2hwgk45c76muyyxuqaj6amak2znllq",
    },
  },
  {
    version: 18,
    tag: "v18.0.0",
    manifests: {
      mainnet: "bafy2bzacedxsqapxwj5znwy4leem5gsuenhhfyqcntews3yis5iek67thy6lc",
      calibrationnet: "bafy2bzacebkfatnbe6w4rj7lf6gkjh7mywlrpdh2dj6hu2dl4rmtwksszm2hs",
      butterflynet: "bafy2bzacedg3y3ylp3w4bqmfgyiasrikg3bgfibblc7o4gri3b7j7ftgjhyuu",
      devnet: "bafy2bzaced35gjxagazf2fne5dakbok5abmivsh7cq7huwfuptebgwjmcpcf6",
      testing: "bafy2bzacece6i7k26rjexzyedrr5qcag7xdntw72tdsealzy6qqdrankk4a7g",
      "testing-fake-proofs": "bafy2bzacebhqxufvuk42n44l2h3ilek5jrp7lgdyapnyu76j5ocgi5koxkh7u",
      caterpillarnet: "bafy2bzacebmy7xg5qcvxnlnu7vg32hdmgdn4jqljwnazdeetitesbovnlnctw",
    },
  },
  {
    version: 19,
    tag: "v18.0.0",
    manifests: {
      mainnet: "bafy2bzacedxsqapxwj5znwy4leem5gsuenhhfyqcntews3yis5iek67thy6lc",
      calibrationnet: "bafy2bzacebkfatnbe6w4rj7lf6gkjh7mywlrpdh2dj6hu2dl4rmtwksszm2hs",
      butterflynet: "bafy2bzacedg3y3ylp3w4bqmfgyiasrikg3bgfibblc7o4gri3b7j7ftgjhyuu",
      devnet: "bafy2bzaced35gjxagazf2fne5dakbok5abmivsh7cq7huwfuptebgwjmcpcf6",
      testing: "bafy2bzacece6i7k26rjexzyedrr5qcag7xdntw72tdsealzy6qqdrankk4a7g",
      "testing-fake-proofs": "bafy2bzacebhqxufvuk42n44l2h3ilek5jrp7lgdyapnyu76j5ocgi5koxkh7u",
      caterpillarnet: "bafy2bzacebmy7xg5qcvxnlnu7vg32hdmgdn4jqljwnazdeetitesbovnlnctw",
    },
  },
];

export interface SupersededBundle {
  readonly network: string;
  readonly version: number;
  /** Follows the network in the file's name. */
  readonly label: string;
  readonly manifest: string;
}

/** Bundles that a chain ran for a while, or that were replaced before they were used. */
export const superseded: readonly SupersededBundle[] = [
  {
    network: "butterflynet",
    version: 16,
    label: "v16.0.0",
    manifest: "bafy2bzacedn2h6huw7v2elmmdmpv4phdv4wjwgct7kcrrtdgz7jkjdm6uwa6k",
  },
  {
    network: "calibrationnet",
    version: 16,
    label: "v16.0.0",
    manifest: "bafy2bzacebc7zpsrihpyd2jdcvmegbbk6yhzkifre3hxtoul5wdxxklbwitry",
  },
  {
    network: "devnet",
    version: 16,
    label: "v16.0.0",
    manifest: "bafy2bzaceafzrqb6adck3o3mbyd33gtp2272f577hidqyo7cszg2ksn5sebh2",
  },
  {
    network: "testing",
    version: 16,
    label: "v16.0.0",
    manifest: "bafy2bzacea35za4a3ljlupfn2wxdzwz5py6vbu267s5p4p4uvdoqyhhggbbfq",
  },
  {
    network: "testing-fake-proofs",
    version: 16,
    label: "v16.0.0",
    manifest: "bafy2bzacec4tth5r62ny75wt27tyzgzc4nc3zte6cxainlrxs54g7yvmlezs4",
  },
  {
    network: "calibrationnet",
    version: 12,
    label: "12-rc1",
    manifest: "bafy2bzacedrunxfqta5skb7q7x32lnp4efz2oq7fn226ffm7fu5iqs62jkmvs",
  },
  {
    network: "calibrationnet",
    version: 12,
    label: "12-rc2",
    manifest: "bafy2bzacebl4w5ptfvuw6746w7ev562idkbf5ppq72e6zub22435ws2rukzru",
  },
  {
    network: "calibrationnet",
    version: 13,
    label: "13-rc3",
    manifest: "bafy2bzacea4firkyvt2zzdwqjrws5pyeluaesh6uaid246tommayr4337xpmi",
  },
];
