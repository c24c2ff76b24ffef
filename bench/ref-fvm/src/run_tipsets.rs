//! Tipsets as a node executes them (lotus chain/consensus/compute_state.go `ApplyBlocks`): cron for each
//! null round, then for each block its messages and its reward, then cron.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use cid::Cid;

use crate::compare::{compare_receipt, compare_root};
use crate::generation::{Generation, Setup};
use crate::run::{Surroundings, Trial};
use crate::run_messages::{BLOCK_DELAY_SECONDS, MAINNET_CHAIN_ID, SECP_SIGNATURE_BYTES};
use crate::vector::{Kind, TipsetVector, VectorBlock};

const REWARD_ACTOR: u64 = 2;
const CRON_ACTOR: u64 = 3;

/// Outcome of a tipset. Its implicit messages ended with exit code 0.
pub struct TipsetDone {
    pub epoch: i64,
    pub state_root: Cid,
    pub receipts_root: Cid,
    /// Results of explicit messages.
    pub gas_used: u64,
    /// Results of rewards and cron, without null rounds.
    pub implicit_gas_used: u64,
    pub blocks: Vec<BlockDone>,
    /// State roots of the null rounds before it, by epoch.
    pub null_rounds: Vec<(i64, Cid)>,
}

/// Outcome of a block. Amounts are in attoFIL.
pub struct BlockDone {
    /// Messages, duplicates not counted.
    pub applied: usize,
    pub gas_reward: i128,
    pub penalty: i128,
}

/// Executes the tipsets of a vector and compares all results, and the receipts and state roots.
pub fn run_tipsets<G: Generation>(
    reference: &G,
    vector: &TipsetVector,
    surroundings: Surroundings,
) -> Result<Trial> {
    let blocks = vector
        .apply_tipsets
        .iter()
        .map(|tipset| tipset.blocks.iter().map(Block::<G>::read).collect::<Result<Vec<_>>>())
        .collect::<Result<Vec<_>>>()?;
    let first_parent = surroundings.variant.epoch;
    let mut root = surroundings.common.preconditions.state_tree.root_cid.0;
    let mut tipsets = Vec::new();
    let mut parent = first_parent;
    let mut chain = Chain { reference, vector, surroundings, rets: Vec::new(), applying: Duration::ZERO };

    let start = Instant::now();
    for (tipset, blocks) in vector.apply_tipsets.iter().zip(&blocks) {
        let epoch = first_parent + tipset.epoch_offset;
        let base_fee = tipset.basefee.to_string();
        let mut null_rounds = Vec::new();
        for null_round in parent + 1..epoch {
            let timestamp = chain.usual_timestamp(null_round)?;
            root = chain.epoch(root, null_round, timestamp, &base_fee, &[])?.state_root;
            null_rounds.push((null_round, root));
        }
        let first = chain.rets.len();
        let timestamp = tipset.timestamp.map_or_else(|| chain.usual_timestamp(epoch), Ok)?;
        let done = chain.epoch(root, epoch, timestamp, &base_fee, blocks)?;
        let explicit = done.explicit.iter().map(|index| &chain.rets[*index]);
        let receipts_root = G::receipts_root(&chain.surroundings.store, explicit)?;
        root = done.state_root;
        let gas = |indices: &mut dyn Iterator<Item = usize>| -> u64 {
            indices.map(|index| G::outcome(&chain.rets[index]).gas_used).sum()
        };
        tipsets.push(TipsetDone {
            epoch,
            state_root: root,
            receipts_root,
            gas_used: gas(&mut done.explicit.iter().copied()),
            implicit_gas_used: gas(&mut (first..chain.rets.len()).filter(|i| !done.explicit.contains(i))),
            blocks: done.blocks,
            null_rounds,
        });
        parent = epoch;
    }
    let run_ns = start.elapsed().as_nanos() as u64;

    let outcomes: Vec<_> = chain.rets.iter().map(G::outcome).collect();
    let expected = &vector.postconditions;
    let mut mismatch = None;
    for (i, outcome) in outcomes.iter().enumerate() {
        let Some(receipt) = expected.receipts.get(i) else {
            mismatch = mismatch.or(Some(format!("result {i}: the vector has no receipt")));
            break;
        };
        mismatch = mismatch.or_else(|| compare_receipt(i, receipt, outcome));
    }
    for (expected, actual) in expected.receipts_roots.iter().zip(&tipsets) {
        mismatch = mismatch.or_else(|| compare_root("receipts root", expected, &actual.receipts_root));
    }
    mismatch = mismatch.or_else(|| compare_root("state root", &expected.state_tree.root_cid, &root));
    let apply_ns = chain.applying.as_nanos() as u64;
    Ok(Trial { outcomes, state_root: root, tipsets, apply_ns, run_ns, mismatch })
}

/// A block with its messages in the order of execution: whoever does not sign with secp256k1 comes first.
struct Block<'a, G: Generation> {
    block: &'a VectorBlock,
    messages: Vec<(&'a [u8], G::Message, usize)>,
}

impl<'a, G: Generation> Block<'a, G> {
    fn read(block: &'a VectorBlock) -> Result<Self> {
        let mut messages = Vec::new();
        let mut signed = Vec::new();
        for bytes in &block.messages {
            let message = G::decode(&bytes.0)?;
            match G::is_secp(&message) {
                true => signed.push((&bytes.0[..], message, bytes.0.len() + SECP_SIGNATURE_BYTES)),
                false => messages.push((&bytes.0[..], message, bytes.0.len())),
            }
        }
        messages.append(&mut signed);
        Ok(Block { block, messages })
    }
}

struct Chain<'a, G: Generation> {
    reference: &'a G,
    vector: &'a TipsetVector,
    surroundings: Surroundings<'a>,
    /// All results, implicit ones too.
    rets: Vec<G::Ret>,
    /// Time in messages.
    applying: Duration,
}

struct Done {
    state_root: Cid,
    /// Which results are of explicit messages.
    explicit: Vec<usize>,
    blocks: Vec<BlockDone>,
}

impl<G: Generation> Chain<'_, G> {
    fn usual_timestamp(&self, epoch: i64) -> Result<u64> {
        Ok(self.vector.genesis_timestamp + BLOCK_DELAY_SECONDS * u64::try_from(epoch)?)
    }

    /// One machine: blocks, cron, flush.
    fn epoch(
        &mut self,
        state_root: Cid,
        epoch: i64,
        timestamp: u64,
        base_fee: &str,
        blocks: &[Block<G>],
    ) -> Result<Done> {
        let Surroundings { common, variant, store, answers } = &self.surroundings;
        let nonce = u64::try_from(epoch)?;
        let mut machine = self.reference.machine(Setup {
            nv: variant.nv,
            chain_id: common.chain_id.unwrap_or(MAINNET_CHAIN_ID),
            epoch,
            timestamp,
            base_fee: base_fee.into(),
            circ_supply: common.preconditions.circ_supply(),
            state_root,
            store: store.clone(),
            answers: answers.clone(),
        })?;
        let mut seen = HashSet::new();
        let mut explicit = Vec::new();
        let mut done = Vec::new();
        for Block { block, messages } in blocks {
            let (mut penalties, mut tips) = (0, 0);
            let before = explicit.len();
            for (bytes, message, raw_length) in messages {
                if !seen.insert(*bytes) {
                    continue;
                }
                explicit.push(self.rets.len());
                let ret = self.apply(&mut machine, message.clone(), Kind::Explicit, *raw_length)?;
                let (penalty, tip) = G::penalty_and_tip(ret)?;
                (penalties, tips) = (penalties + penalty, tips + tip);
            }
            let params = G::award_params(&block.miner_addr, penalties, tips, block.win_count)?;
            self.apply_implicit(&mut machine, G::implicit(REWARD_ACTOR, nonce, params))?;
            let applied = explicit.len() - before;
            done.push(BlockDone { applied, gas_reward: tips, penalty: penalties });
        }
        self.apply_implicit(&mut machine, G::implicit(CRON_ACTOR, nonce, Vec::new()))?;
        Ok(Done { state_root: G::flush(&mut machine)?, explicit, blocks: done })
    }

    fn apply_implicit(&mut self, machine: &mut G::Machine, message: G::Message) -> Result<()> {
        let ret = self.apply(machine, message, Kind::Implicit, 0)?;
        ensure!(G::outcome(ret).exit_code == 0, "an implicit message failed");
        Ok(())
    }

    fn apply(
        &mut self,
        machine: &mut G::Machine,
        message: G::Message,
        kind: Kind,
        raw_length: usize,
    ) -> Result<&G::Ret> {
        let start = Instant::now();
        let ret = G::execute(machine, message, kind, raw_length)?;
        self.applying += start.elapsed();
        self.rets.push(ret);
        self.rets.last().context("nothing was applied")
    }
}
