// Compiled once for each major version of the reference: `super` says which.

use std::str::FromStr;

use anyhow::{Context, Result};
use cid::Cid;
use fvm_ipld_amt::Amtv0;
use fvm_ipld_encoding::{RawBytes, from_slice, to_vec};

use super::BenchKernel;
use super::fvm::engine::MultiEngine;
use super::fvm::executor::{ApplyKind, ApplyRet, DefaultExecutor, Executor};
use super::fvm::externs::{Chain, Consensus, Externs, Rand};
use super::fvm::machine::{DefaultMachine, Machine, NetworkConfig};
use super::fvm_shared::METHOD_CONSTRUCTOR;
use super::fvm_shared::address::{Address, Protocol};
use super::fvm_shared::bigint::BigInt;
use super::fvm_shared::chainid::ChainID;
use super::fvm_shared::clock::ChainEpoch;
use super::fvm_shared::consensus::ConsensusFault;
use super::fvm_shared::econ::TokenAmount;
use super::fvm_shared::message::Message;
use super::fvm_shared::receipt::Receipt;
use crate::answers::Answers;
use crate::generation::{Generation, Outcome, Setup};
use crate::store::VectorStore;
use crate::vector::Kind;

pub type BenchMachine = DefaultMachine<VectorStore, VectorExterns>;

/// The gas limit of implicit messages (lotus chain/vm/fvm.go).
const IMPLICIT_GAS_LIMIT: u64 = i64::MAX as u64 / 2;

/// One pool of compiled code for all machines.
#[derive(Default)]
pub struct Reference {
    engines: MultiEngine,
}

impl Generation for Reference {
    type Message = Message;
    type Machine = DefaultExecutor<BenchKernel>;
    type Ret = ApplyRet;

    fn decode(bytes: &[u8]) -> Result<Message> {
        Ok(from_slice(bytes)?)
    }

    fn is_secp(message: &Message) -> bool {
        message.from.protocol() == Protocol::Secp256k1
    }

    fn implicit(to: u64, nonce: u64, params: Vec<u8>) -> Message {
        Message {
            version: 0,
            from: Address::new_id(0),
            to: Address::new_id(to),
            sequence: nonce,
            value: TokenAmount::default(),
            method_num: METHOD_CONSTRUCTOR + 1,
            params: RawBytes::new(params),
            gas_limit: IMPLICIT_GAS_LIMIT,
            gas_fee_cap: TokenAmount::default(),
            gas_premium: TokenAmount::default(),
        }
    }

    fn award_params(miner: &str, penalty: i128, gas_reward: i128, win_count: i64) -> Result<Vec<u8>> {
        let (penalty, gas_reward) = (TokenAmount::from_atto(penalty), TokenAmount::from_atto(gas_reward));
        Ok(to_vec(&(Address::from_str(miner)?, penalty, gas_reward, win_count))?)
    }

    fn machine(&self, setup: Setup) -> Result<Self::Machine> {
        let mut network = NetworkConfig::new(setup.nv.into());
        network.chain_id(ChainID::from(setup.chain_id));
        let mut context = network.for_epoch(setup.epoch, setup.timestamp, setup.state_root);
        context.set_base_fee(amount(&setup.base_fee)?);
        context.set_circulating_supply(amount(&setup.circ_supply)?);
        let machine = BenchMachine::new(&context, setup.store, VectorExterns(setup.answers))?;
        let engine = self.engines.get(&machine.context().network)?;
        DefaultExecutor::new(engine, machine)
    }

    fn execute(
        machine: &mut Self::Machine,
        message: Message,
        kind: Kind,
        raw_length: usize,
    ) -> Result<ApplyRet> {
        let kind = match kind {
            Kind::Explicit => ApplyKind::Explicit,
            Kind::Implicit => ApplyKind::Implicit,
        };
        machine.execute_message(message, kind, raw_length)
    }

    fn flush(machine: &mut Self::Machine) -> Result<Cid> {
        Executor::flush(machine)
    }

    fn outcome(ret: &ApplyRet) -> Outcome {
        let Receipt { exit_code, return_data, gas_used, events_root } = &ret.msg_receipt;
        Outcome {
            exit_code: exit_code.value(),
            return_data: return_data.bytes().to_vec(),
            gas_used: *gas_used,
            events_root: *events_root,
            miner_penalty: ret.penalty.atto().to_string(),
            miner_tip: ret.miner_tip.atto().to_string(),
            base_fee_burn: ret.base_fee_burn.atto().to_string(),
            over_estimation_burn: ret.over_estimation_burn.atto().to_string(),
            refund: ret.refund.atto().to_string(),
            gas_refund: ret.gas_refund,
            gas_burned: ret.gas_burned,
        }
    }

    fn penalty_and_tip(ret: &ApplyRet) -> Result<(i128, i128)> {
        Ok((ret.penalty.atto().try_into()?, ret.miner_tip.atto().try_into()?))
    }

    fn receipts_root<'a>(store: &VectorStore, rets: impl Iterator<Item = &'a ApplyRet>) -> Result<Cid> {
        Ok(Amtv0::new_from_iter(store, rets.map(|ret| &ret.msg_receipt))?)
    }
}

fn amount(text: &str) -> Result<TokenAmount> {
    let atto = BigInt::from_str(text).with_context(|| format!("{text} is no amount"))?;
    Ok(TokenAmount::from_atto(atto))
}

/// The node, as a vector has it.
pub struct VectorExterns(pub Answers);

impl Externs for VectorExterns {}

impl Rand for VectorExterns {
    fn get_chain_randomness(&self, epoch: ChainEpoch) -> Result<[u8; 32]> {
        self.0.randomness("chain", epoch)
    }

    fn get_beacon_randomness(&self, epoch: ChainEpoch) -> Result<[u8; 32]> {
        self.0.randomness("beacon", epoch)
    }
}

impl Consensus for VectorExterns {
    fn verify_consensus_fault(&self, _: &[u8], _: &[u8], _: &[u8]) -> Result<(Option<ConsensusFault>, i64)> {
        Ok((None, 0))
    }
}

impl Chain for VectorExterns {
    fn get_tipset_cid(&self, epoch: ChainEpoch) -> Result<Cid> {
        self.0.tipset_cid(epoch)
    }
}
