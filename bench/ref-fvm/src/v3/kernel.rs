//! The reference's kernel with another judge of proofs.

use cid::Cid;
use cid::multihash::Multihash;

use super::fvm::DefaultKernel;
use super::fvm::call_manager::{CallManager, DefaultCallManager};
use super::fvm::gas::{Gas, GasTimer, PriceList};
use super::fvm::kernel::{
    ActorOps, BlockId, BlockRegistry, BlockStat, CircSupplyOps, CryptoOps, DebugOps, EventOps, GasOps,
    IpldBlockOps, Kernel, LimiterOps, MessageOps, NetworkOps, RandomnessOps, Result, SelfOps, SendResult,
};
use super::fvm::machine::Machine;
use super::fvm_shared::address::Address;
use super::fvm_shared::consensus::ConsensusFault;
use super::fvm_shared::crypto::signature::{
    SECP_PUB_LEN, SECP_SIG_LEN, SECP_SIG_MESSAGE_HASH_SIZE, SignatureType,
};
use super::fvm_shared::econ::TokenAmount;
use super::fvm_shared::piece::PieceInfo;
use super::fvm_shared::sector::{
    AggregateSealVerifyProofAndInfos, RegisteredSealProof, ReplicaUpdateInfo, SealVerifyInfo,
    WindowPoStVerifyInfo,
};
use super::fvm_shared::sys::SendFlags;
use super::fvm_shared::sys::out::network::NetworkContext;
use super::fvm_shared::sys::out::vm::MessageContext;
use super::fvm_shared::{ActorID, MethodNum};
use super::reference::BenchMachine;

type Inner = DefaultKernel<DefaultCallManager<BenchMachine>>;

/// Where proofs are to be accepted they are, at the usual price; otherwise the reference judges them,
/// and without proof parameters on the machine no proof holds.
pub struct BenchKernel(Inner);

impl BenchKernel {
    fn accepts(&self) -> bool {
        self.0.machine().externs().0.accepts_proofs
    }
}

impl Kernel for BenchKernel {
    type CallManager = <Inner as Kernel>::CallManager;

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

    fn send<K: Kernel<CallManager = Self::CallManager>>(
        &mut self,
        recipient: &Address,
        method: u64,
        params: BlockId,
        value: &TokenAmount,
        gas_limit: Option<Gas>,
        flags: SendFlags,
    ) -> Result<SendResult> {
        // The callee gets this kernel, too.
        self.0.send::<Self>(recipient, method, params, value, gas_limit, flags)
    }
}

impl CryptoOps for BenchKernel {
    fn verify_post(&self, info: &WindowPoStVerifyInfo) -> Result<bool> {
        if !self.accepts() {
            return self.0.verify_post(info);
        }
        let charge = self.0.price_list().on_verify_post(info);
        self.0.charge_gas(&charge.name, charge.total())?;
        Ok(true)
    }

    fn batch_verify_seals(&self, infos: &[SealVerifyInfo]) -> Result<Vec<bool>> {
        if !self.accepts() {
            return self.0.batch_verify_seals(infos);
        }
        Ok(vec![true; infos.len()])
    }

    fn verify_aggregate_seals(&self, aggregate: &AggregateSealVerifyProofAndInfos) -> Result<bool> {
        if !self.accepts() {
            return self.0.verify_aggregate_seals(aggregate);
        }
        let charge = self.0.price_list().on_verify_aggregate_seals(aggregate);
        self.0.charge_gas(&charge.name, charge.total())?;
        Ok(true)
    }

    fn verify_replica_update(&self, replica: &ReplicaUpdateInfo) -> Result<bool> {
        if !self.accepts() {
            return self.0.verify_replica_update(replica);
        }
        let charge = self.0.price_list().on_verify_replica_update(replica);
        self.0.charge_gas(&charge.name, charge.total())?;
        Ok(true)
    }

    fn verify_consensus_fault(&self, h1: &[u8], h2: &[u8], extra: &[u8]) -> Result<Option<ConsensusFault>> {
        self.0.verify_consensus_fault(h1, h2, extra)
    }

    fn verify_signature(
        &self,
        kind: SignatureType,
        sig: &[u8],
        signer: &Address,
        text: &[u8],
    ) -> Result<bool> {
        self.0.verify_signature(kind, sig, signer, text)
    }

    fn recover_secp_public_key(
        &self,
        hash: &[u8; SECP_SIG_MESSAGE_HASH_SIZE],
        signature: &[u8; SECP_SIG_LEN],
    ) -> Result<[u8; SECP_PUB_LEN]> {
        self.0.recover_secp_public_key(hash, signature)
    }

    fn hash(&self, code: u64, data: &[u8]) -> Result<Multihash<64>> {
        self.0.hash(code, data)
    }

    fn compute_unsealed_sector_cid(&self, proof: RegisteredSealProof, pieces: &[PieceInfo]) -> Result<Cid> {
        self.0.compute_unsealed_sector_cid(proof, pieces)
    }
}

/// Traits that the inner kernel answers, method by method: this version has no delegation of its own.
macro_rules! forward {
    ($($operations:ident {
        $(fn $name:ident(&$($mutable:ident)? ; $($arg:ident: $type:ty),*) -> $result:ty;)*
    })*) => {
        $(impl $operations for BenchKernel {
            $(forward!(@ $name; $($mutable)?; ($($arg: $type),*) -> $result);)*
        })*
    };
    (@ $name:ident; ; ($($arg:ident: $type:ty),*) -> $result:ty) => {
        fn $name(&self, $($arg: $type),*) -> $result { self.0.$name($($arg),*) }
    };
    (@ $name:ident; mut; ($($arg:ident: $type:ty),*) -> $result:ty) => {
        fn $name(&mut self, $($arg: $type),*) -> $result { self.0.$name($($arg),*) }
    };
}

forward! {
    ActorOps {
        fn resolve_address(&; address: &Address) -> Result<ActorID>;
        fn lookup_delegated_address(&; actor: ActorID) -> Result<Option<Address>>;
        fn get_actor_code_cid(&; actor: ActorID) -> Result<Cid>;
        fn next_actor_address(&;) -> Result<Address>;
        fn create_actor(&mut; code: Cid, actor: ActorID, delegated: Option<Address>) -> Result<()>;
        fn get_builtin_actor_type(&; code: &Cid) -> Result<u32>;
        fn get_code_cid_for_type(&; kind: u32) -> Result<Cid>;
        fn balance_of(&; actor: ActorID) -> Result<TokenAmount>;
    }
    IpldBlockOps {
        fn block_open(&mut; cid: &Cid) -> Result<(BlockId, BlockStat)>;
        fn block_create(&mut; codec: u64, data: &[u8]) -> Result<BlockId>;
        fn block_link(&mut; id: BlockId, hash: u64, length: u32) -> Result<Cid>;
        fn block_read(&; id: BlockId, offset: u32, buffer: &mut [u8]) -> Result<i32>;
        fn block_stat(&; id: BlockId) -> Result<BlockStat>;
    }
    CircSupplyOps {
        fn total_fil_circ_supply(&;) -> Result<TokenAmount>;
    }
    DebugOps {
        fn log(&; text: String) -> ();
        fn debug_enabled(&;) -> bool;
        fn store_artifact(&; name: &str, data: &[u8]) -> Result<()>;
    }
    EventOps {
        fn emit_event(&mut; event: &[u8]) -> Result<()>;
    }
    GasOps {
        fn gas_used(&;) -> Gas;
        fn gas_available(&;) -> Gas;
        fn charge_gas(&; name: &str, compute: Gas) -> Result<GasTimer>;
        fn price_list(&;) -> &PriceList;
    }
    MessageOps {
        fn msg_context(&;) -> Result<MessageContext>;
    }
    NetworkOps {
        fn network_context(&;) -> Result<NetworkContext>;
        fn tipset_cid(&; epoch: i64) -> Result<Cid>;
    }
    RandomnessOps {
        fn get_randomness_from_tickets(&; tag: i64, epoch: i64, entropy: &[u8]) -> Result<[u8; 32]>;
        fn get_randomness_from_beacon(&; tag: i64, epoch: i64, entropy: &[u8]) -> Result<[u8; 32]>;
    }
    SelfOps {
        fn root(&;) -> Result<Cid>;
        fn set_root(&mut; root: Cid) -> Result<()>;
        fn current_balance(&;) -> Result<TokenAmount>;
        fn self_destruct(&mut; beneficiary: &Address) -> Result<()>;
    }
}

impl LimiterOps for BenchKernel {
    type Limiter = <Inner as LimiterOps>::Limiter;

    fn limiter_mut(&mut self) -> &mut Self::Limiter {
        self.0.limiter_mut()
    }
}
