import type { ActorType } from "../../builtin/actors/index.js";
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
const SIGNERS = "its signers";
const ITSELF = "the multisig itself (a proposal that its signers have approved)";
const PARTIES = "its two parties";
const ROOT = "the registry's root key (f080 on mainnet)";

/**
 * Who may call a method, where the actor restricts it: by type of the actor and the method's name. Source:
 * builtin-actors, `validate_immediate_caller_*` in actors/NAME/src/lib.rs, and the checks of signers in multisig.
 */
const CALLERS: Partial<Record<ActorType, Readonly<Record<string, string>>>> = {
  system: { Constructor: SYSTEM },
  init: { Constructor: SYSTEM, Exec4: EAM },
  cron: { Constructor: SYSTEM, EpochTick: SYSTEM },
  account: { Constructor: SYSTEM },
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
  storagepower: {
    Constructor: SYSTEM,
    UpdateClaimedPower: MINERS,
    EnrollCronEvent: MINERS,
    UpdatePledgeTotal: MINERS,
    SubmitPoRepForBulkVerify: MINERS,
    OnEpochTickEnd: CRON,
  },
  storagemarket: {
    Constructor: SYSTEM,
    WithdrawBalance: "the client itself, or the provider's owner and worker",
    PublishStorageDeals: "the provider's worker and control addresses",
    VerifyDealsForActivation: MINERS,
    ActivateDeals: MINERS,
    BatchActivateDeals: MINERS,
    SectorContentChanged: MINERS,
    ComputeDataCommitment: MINERS,
    OnMinerSectorsTerminate: MINERS,
    CronTick: CRON,
  },
  storageminer: {
    Constructor: INIT,
    ChangeWorkerAddress: OWNER,
    ConfirmChangeWorkerAddress: OWNER,
    ConfirmUpdateWorkerKey: OWNER,
    ChangeOwnerAddress: "its owner, and then the address that the owner has named,",
    ChangeBeneficiary: "its owner, its beneficiary and the one who is to be it",
    WithdrawBalance: "its owner and its beneficiary",
    ChangePeerID: WORKERS,
    ChangeMultiaddrs: WORKERS,
    SubmitWindowedPoSt: WORKERS,
    PreCommitSector: WORKERS,
    PreCommitSectorBatch: WORKERS,
    PreCommitSectorBatch2: WORKERS,
    ProveCommitAggregate: WORKERS,
    ProveCommitSectors3: WORKERS,
    ProveCommitSectorsNI: WORKERS,
    ProveReplicaUpdates3: WORKERS,
    ExtendSectorExpiration: WORKERS,
    ExtendSectorExpiration2: WORKERS,
    TerminateSectors: WORKERS,
    DeclareFaults: WORKERS,
    DeclareFaultsRecovered: WORKERS,
    CompactPartitions: WORKERS,
    CompactSectorNumbers: WORKERS,
    RepayDebt: WORKERS,
    ApplyRewards: "the reward actor (f02)",
    ConfirmSectorProofsValid: POWER,
    OnDeferredCronEvent: POWER,
    InternalSectorSetupForPreseal: SYSTEM,
  },
  multisig: {
    Constructor: INIT,
    Propose: SIGNERS,
    Approve: SIGNERS,
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
    AddVerifiedClient: "verifiers",
    UseBytes: MARKET,
    RestoreBytes: MARKET,
    ClaimAllocations: MINERS,
    Receive: "the datacap actor (f07)",
  },
  datacap: { Constructor: SYSTEM, Mint: REGISTRY, Destroy: REGISTRY },
};

/** Who may call a method; undefined: the actor restricts it by other things, if at all. */
export function allowedCallers(type: ActorType | undefined, method: string | undefined): string | undefined {
  if (type === undefined || method === undefined) return undefined;
  const methods = CALLERS[type];
  return methods !== undefined && Object.hasOwn(methods, method) ? methods[method] : undefined;
}

/**
 * Whether only builtin actors other than contracts may call a method (actors version 10 on): those of builtin actors
 * that are not exported. Source: builtin-actors runtime/src/lib.rs, `restrict_internal_api`.
 */
export function isInternal(type: ActorType | undefined, method: U64): boolean {
  return type !== undefined && method > 0 && method < FIRST_EXPORTED_METHOD;
}
