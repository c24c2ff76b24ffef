use anyhow::Result;
use cid::Cid;

use crate::answers::Answers;
use crate::store::VectorStore;
use crate::vector::Kind;

/// What a machine is made of. Amounts are decimal text, attoFIL.
pub struct Setup {
    pub nv: u32,
    pub chain_id: u64,
    pub epoch: i64,
    /// Seconds since 1970.
    pub timestamp: u64,
    pub base_fee: String,
    pub circ_supply: String,
    pub state_root: Cid,
    pub store: VectorStore,
    pub answers: Answers,
}

/// What came out of one message. Amounts are decimal text, attoFIL.
pub struct Outcome {
    pub exit_code: u32,
    pub return_data: Vec<u8>,
    pub gas_used: u64,
    pub events_root: Option<Cid>,
    pub miner_penalty: String,
    pub miner_tip: String,
    pub base_fee_burn: String,
    pub over_estimation_burn: String,
    pub refund: String,
    pub gas_refund: u64,
    pub gas_burned: u64,
}

/// A major version of the reference: the same few things, with types of its own.
pub trait Generation {
    type Message: Clone;
    type Machine;
    type Ret;

    fn decode(bytes: &[u8]) -> Result<Self::Message>;
    /// Whether the sender signs with secp256k1.
    fn is_secp(message: &Self::Message) -> bool;
    fn implicit(to: u64, nonce: u64, params: Vec<u8>) -> Self::Message;
    /// CBOR of reward.AwardBlockReward's parameters.
    fn award_params(miner: &str, penalty: i128, gas_reward: i128, win_count: i64) -> Result<Vec<u8>>;

    /// Compiles the builtin actors if they are not, as the reference does for each machine.
    fn machine(&self, setup: Setup) -> Result<Self::Machine>;
    fn execute(
        machine: &mut Self::Machine,
        message: Self::Message,
        kind: Kind,
        raw_length: usize,
    ) -> Result<Self::Ret>;
    fn flush(machine: &mut Self::Machine) -> Result<Cid>;
    fn outcome(ret: &Self::Ret) -> Outcome;
    /// What the block's miner pays and gets, attoFIL.
    fn penalty_and_tip(ret: &Self::Ret) -> Result<(i128, i128)>;
    /// Root of the array of receipts, stored.
    fn receipts_root<'a>(store: &VectorStore, rets: impl Iterator<Item = &'a Self::Ret>) -> Result<Cid>
    where
        Self::Ret: 'a;
}
