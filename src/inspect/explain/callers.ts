import type { ActorType } from "../../builtin/actors/index.js";
import { atVersion, type ByVersion } from "../../builtin/actors/spec.js";
import { FIRST_EXPORTED_METHOD } from "../../builtin/frc42.js";
import type { U64 } from "../../util/u64.js";

const SYSTEM = "the system actor (f00)";
const INIT = "the init actor (f01)";
const CRON = "the cron actor (f03)";
const POWER = "the power actor (f04)";
const MARKET = "the market actor (f05)";
const REGISTRY = "the verified registry (f06), which governs datacap";
const EAM = "the Ethereum address manager (f010)";
const MINERS = "storage miners";
const OWNER = "its owner";
const WORKERS = "its owner, its worker and its control addresses";
const SIGNABLE = "accounts and multisigs";
const ANYBODY = undefined;
const ITSELF = "the multisig itself (a proposal that its signers have approved)";
const PARTIES = "its two parties";
const ROOT = "the registry's root key (f080 on mainnet)";

/** Who may call methods, by the method's name; undefined: anybody. */
type Callers = Readonly<Partial<Record<ActorType, Readonly<Record<string, string | undefined>>>>>;

const v8: Callers = {
  system: { Constructor: SYSTEM },
  init: { Constructor: SYSTEM },
  cron: { Constructor: SYSTEM, EpochTick: SYSTEM },
  account: { Constructor: SYSTEM },
  storagepower: {
    Constructor: SYSTEM,
    CreateMiner: SIGNABLE,
    UpdateClaimedPower: MINERS,
    EnrollCronEvent: MINERS,
    UpdatePledgeTotal: MINERS,
    SubmitPoRepForBulkVerify: MINERS,
    OnEpochTickEnd: CRON,
  },
  storagemarket: {
    Constructor: SYSTEM,
    AddBalance: SIGNABLE,
    WithdrawBalance: "the client itself, or the provider's owner and worker",
    PublishStorageDeals: "the provider's worker and control addresses (accounts or multisigs)",
    VerifyDealsForActivation: MINERS,
    ActivateDeals: MINERS,
    ComputeDataCommitment: MINERS,
    OnMinerSectorsTerminate: MINERS,
    CronTick: CRON,
  },
  storageminer: {
    Constructor: INIT,
    ChangeWorkerAddress: OWNER,
    ConfirmUpdateWorkerKey: OWNER,
    ChangeOwnerAddress: "its owner, and then the address that the owner has named,",
    WithdrawBalance: OWNER,
    ChangePeerID: WORKERS,
    ChangeMultiaddrs: WORKERS,
    SubmitWindowedPoSt: WORKERS,
    DisputeWindowedPoSt: SIGNABLE,
    ReportConsensusFault: SIGNABLE,
    PreCommitSector: WORKERS,
    PreCommitSectorBatch: WORKERS,
    ProveCommitAggregate: WORKERS,
    ProveReplicaUpdates: WORKERS,
    ExtendSectorExpiration: WORKERS,
    TerminateSectors: WORKERS,
    DeclareFaults: WORKERS,
    DeclareFaultsRecovered: WORKERS,
    CompactPartitions: WORKERS,
    CompactSectorNumbers: WORKERS,
    RepayDebt: WORKERS,
    ApplyRewards: "the reward actor (f02)",
    ConfirmSectorProofsValid: POWER,
    OnDeferredCronEvent: POWER,
  },
  multisig: {
    Constructor: INIT,
    Propose: "its signers (accounts or multisigs)",
    Approve: "its signers (accounts or multisigs)",
    Cancel: "the signer who has proposed it",
    AddSigner: ITSELF,
    RemoveSigner: ITSELF,
    SwapSigner: ITSELF,
    ChangeNumApprovalsThreshold: ITSELF,
    LockBalance: ITSELF,
  },
  paymentchannel: { Constructor: INIT, UpdateChannelState: PARTIES, Settle: PARTIES, Collect: PARTIES },
  reward: { Constructor: SYSTEM, AwardBlockReward: SYSTEM, UpdateNetworkKPI: POWER },
  verifiedregistry: {
    Constructor: SYSTEM,
    AddVerifier: ROOT,
    RemoveVerifier: ROOT,
    RemoveVerifiedClientDataCap: ROOT,
    UseBytes: MARKET,
    RestoreBytes: MARKET,
  },
};

const v9 = changed(v8, {
  storageminer: {
    PreCommitSectorBatch2: WORKERS,
    ProveReplicaUpdates2: WORKERS,
    ExtendSectorExpiration2: WORKERS,
    WithdrawBalance: "its owner and its beneficiary",
    ChangeBeneficiary: "its owner, its beneficiary and the one who is to be it",
  },
  verifiedregistry: { ClaimAllocations: MINERS, Receive: "the datacap actor (f07)" },
  datacap: { Constructor: SYSTEM, Mint: REGISTRY, Destroy: REGISTRY },
});

const v10 = changed(v9, {
  init: { Exec4: EAM },
  ethaccount: { Constructor: SYSTEM },
  eam: {
    Constructor: SYSTEM,
    Create: "contracts (EVM actors)",
    Create2: "contracts (EVM actors)",
    CreateExternal: "the sender of a message itself",
  },
  evm: {
    Constructor: INIT,
    Resurrect: EAM,
    InvokeContractDelegate: "the contract itself",
    GetStorageAt: SYSTEM,
  },
  storagepower: { CreateMiner: ANYBODY },
  storagemarket: {
    AddBalance: ANYBODY,
    PublishStorageDeals: "the provider's owner, worker and control addresses",
  },
  storageminer: {
    ConfirmChangeWorkerAddress: OWNER,
    DisputeWindowedPoSt: ANYBODY,
    ReportConsensusFault: ANYBODY,
  },
  multisig: { Propose: "its signers", Approve: "its signers" },
});

const v12 = changed(v10, { storagemarket: { BatchActivateDeals: MINERS } });

const v13 = changed(v12, {
  storagemarket: { SectorContentChanged: MINERS },
  storageminer: { ProveCommitSectors3: WORKERS, ProveReplicaUpdates3: WORKERS },
});

const v14 = changed(v13, {
  storageminer: { InternalSectorSetupForPreseal: SYSTEM, ProveCommitSectorsNI: WORKERS },
});

/**
 * Who may call the methods of builtin actors, where these restrict it, by version. Methods that a version no longer
 * has remain. Source: builtin-actors, `validate_immediate_caller_*` in actors/NAME/src/lib.rs, and the checks of
 * signers in multisig and of the provider in market.
 */
export const CALLERS: ByVersion<Callers> = { 8: v8, 9: v9, 10: v10, 12: v12, 13: v13, 14: v14 };

function changed(callers: Callers, changes: Callers): Callers {
  const types = Object.keys({ ...callers, ...changes }) as ActorType[];
  return Object.fromEntries(types.map((type) => [type, { ...callers[type], ...changes[type] }]));
}

/** Who may call a method in a version of the actors; undefined: the actor restricts it by other things, if at all. */
export function allowedCallers(
  type: ActorType | undefined,
  method: string | undefined,
  actorsVersion: number,
): string | undefined {
  if (type === undefined || method === undefined) return undefined;
  const methods = atVersion(CALLERS, actorsVersion)?.[type];
  return methods !== undefined && Object.hasOwn(methods, method) ? methods[method] : undefined;
}

/**
 * Whether only builtin actors other than contracts may call a method (actors version 10 on): those of builtin actors
 * that are not exported. Source: builtin-actors runtime/src/lib.rs, `restrict_internal_api`.
 */
export function isInternal(type: ActorType | undefined, method: U64): boolean {
  return type !== undefined && method > 0 && method < FIRST_EXPORTED_METHOD;
}
