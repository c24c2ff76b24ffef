//! The reference's kernel with another judge of proofs.

// Delegation needs glob imports, and this name.
use super::fvm::call_manager::{CallManager, DefaultCallManager};
use super::fvm::kernel::Result;
use super::fvm::kernel::filecoin::{DefaultFilecoinKernel, FilecoinKernel};
use super::fvm::kernel::prelude::*;
use super::fvm::machine::Machine;
use super::fvm::syscalls::Linker;
use super::fvm_shared;
use super::fvm_shared::consensus::ConsensusFault;
use super::fvm_shared::piece::PieceInfo;
use super::fvm_shared::sector::{
    AggregateSealVerifyProofAndInfos, RegisteredSealProof, ReplicaUpdateInfo, SealVerifyInfo,
    WindowPoStVerifyInfo,
};
use super::reference::BenchMachine;

type Inner = DefaultFilecoinKernel<DefaultCallManager<BenchMachine>>;

/// Where proofs are to be accepted they are, at the usual price; otherwise the reference judges them,
/// and without proof parameters on the machine no proof holds.
#[derive(Delegate)]
#[delegate(IpldBlockOps)]
#[delegate(ActorOps)]
#[delegate(CryptoOps)]
#[delegate(DebugOps)]
#[delegate(EventOps)]
#[delegate(MessageOps)]
#[delegate(NetworkOps)]
#[delegate(RandomnessOps)]
#[delegate(SelfOps)]
#[delegate(SendOps<K>, generics = "K", where = "K: FilecoinKernel")]
#[delegate(UpgradeOps<K>, generics = "K", where = "K: FilecoinKernel")]
pub struct BenchKernel(Inner);

impl BenchKernel {
    fn accepts(&self) -> bool {
        self.0.machine().externs().0.accepts_proofs
    }

    fn prices(&self) -> &PriceList {
        self.0.0.call_manager.price_list()
    }
}

impl Kernel for BenchKernel {
    type CallManager = <Inner as Kernel>::CallManager;
    type Limiter = <Inner as Kernel>::Limiter;

    fn into_inner(self) -> (Self::CallManager, BlockRegistry) {
        self.0.into_inner()
    }

    fn new(
        calls: Self::CallManager,
        blocks: BlockRegistry,
        caller: ActorID,
        actor: ActorID,
        method: MethodNum,
        value: TokenAmount,
        read_only: bool,
    ) -> Self {
        BenchKernel(Inner::new(calls, blocks, caller, actor, method, value, read_only))
    }

    fn machine(&self) -> &<Self::CallManager as CallManager>::Machine {
        self.0.machine()
    }

    fn limiter_mut(&mut self) -> &mut Self::Limiter {
        self.0.limiter_mut()
    }

    fn gas_available(&self) -> Gas {
        self.0.gas_available()
    }

    fn charge_gas(&self, name: &str, compute: Gas) -> Result<GasTimer> {
        self.0.charge_gas(name, compute)
    }
}

impl SyscallHandler<BenchKernel> for BenchKernel {
    fn link_syscalls(linker: &mut Linker<BenchKernel>) -> anyhow::Result<()> {
        Inner::link_syscalls(linker)
    }
}

impl FilecoinKernel for BenchKernel {
    fn compute_unsealed_sector_cid(&self, proof: RegisteredSealProof, pieces: &[PieceInfo]) -> Result<Cid> {
        self.0.compute_unsealed_sector_cid(proof, pieces)
    }

    fn verify_post(&self, info: &WindowPoStVerifyInfo) -> Result<bool> {
        if !self.accepts() {
            return self.0.verify_post(info);
        }
        let charge = self.prices().on_verify_post(info);
        self.charge_gas(&charge.name, charge.total())?;
        Ok(true)
    }

    fn verify_consensus_fault(&self, h1: &[u8], h2: &[u8], extra: &[u8]) -> Result<Option<ConsensusFault>> {
        self.0.verify_consensus_fault(h1, h2, extra)
    }

    fn batch_verify_seals(&self, infos: &[SealVerifyInfo]) -> Result<Vec<bool>> {
        if !self.accepts() {
            return self.0.batch_verify_seals(infos);
        }
        for info in infos {
            let charge = self.prices().on_verify_seal(info);
            self.charge_gas(&charge.name, charge.total())?;
        }
        Ok(vec![true; infos.len()])
    }

    fn verify_aggregate_seals(&self, aggregate: &AggregateSealVerifyProofAndInfos) -> Result<bool> {
        if !self.accepts() {
            return self.0.verify_aggregate_seals(aggregate);
        }
        let charge = self.prices().on_verify_aggregate_seals(aggregate);
        self.charge_gas(&charge.name, charge.total())?;
        Ok(true)
    }

    fn verify_replica_update(&self, replica: &ReplicaUpdateInfo) -> Result<bool> {
        if !self.accepts() {
            return self.0.verify_replica_update(replica);
        }
        let charge = self.prices().on_verify_replica_update(replica);
        self.charge_gas(&charge.name, charge.total())?;
        Ok(true)
    }

    fn total_fil_circ_supply(&self) -> Result<TokenAmount> {
        self.0.total_fil_circ_supply()
    }
}
