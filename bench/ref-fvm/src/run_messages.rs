use std::time::Instant;

use anyhow::Result;

use crate::compare::{compare_outcome, compare_receipt, compare_root};
use crate::generation::{Generation, Setup};
use crate::run::{Surroundings, Trial};
use crate::vector::MessageVector;

/// What a secp256k1 signature and its wrapping add to a message on chain, bytes.
pub const SECP_SIGNATURE_BYTES: usize = 65 + 4;
/// attoFIL per gas where a vector names none (ref-fvm: testing/conformance).
const DEFAULT_BASE_FEE: &str = "100";
pub const MAINNET_CHAIN_ID: u64 = 314;
pub const BLOCK_DELAY_SECONDS: u64 = 30;

/// Executes the messages of a vector on one machine and compares receipts, fees and the state root.
pub fn run_messages<G: Generation>(
    reference: &G,
    vector: &MessageVector,
    Surroundings { common, variant, store, answers }: Surroundings,
) -> Result<Trial> {
    let before = &common.preconditions;
    let messages = vector
        .apply_messages
        .iter()
        .map(|applied| {
            let message = G::decode(&applied.bytes.0)?;
            let signature = if G::is_secp(&message) { SECP_SIGNATURE_BYTES } else { 0 };
            Ok((message, applied.kind, applied.bytes.0.len() + signature))
        })
        .collect::<Result<Vec<_>>>()?;
    let setup = Setup {
        nv: variant.nv,
        chain_id: common.chain_id.unwrap_or(MAINNET_CHAIN_ID),
        epoch: variant.epoch,
        timestamp: BLOCK_DELAY_SECONDS * u64::try_from(variant.epoch)?,
        base_fee: before.basefee.as_ref().map_or(DEFAULT_BASE_FEE.into(), ToString::to_string),
        circ_supply: before.circ_supply(),
        state_root: before.state_tree.root_cid.0,
        store,
        answers,
    };

    let start = Instant::now();
    let mut machine = reference.machine(setup)?;
    let mut rets = Vec::with_capacity(messages.len());
    let first = Instant::now();
    for (message, kind, raw_length) in messages {
        rets.push(G::execute(&mut machine, message, kind, raw_length)?);
    }
    let apply_ns = first.elapsed().as_nanos() as u64;
    let state_root = G::flush(&mut machine)?;
    let run_ns = start.elapsed().as_nanos() as u64;

    let expected = &vector.postconditions;
    let outcomes: Vec<_> = rets.iter().map(G::outcome).collect();
    let mut mismatch = None;
    for (i, outcome) in outcomes.iter().enumerate() {
        let Some(receipt) = expected.receipts.get(i) else {
            mismatch = mismatch.or(Some(format!("message {i}: the vector has no receipt")));
            break;
        };
        let fees = expected.outcomes.as_ref().and_then(|outcomes| outcomes.get(i));
        mismatch = mismatch
            .or_else(|| compare_receipt(i, receipt, outcome))
            .or_else(|| compare_outcome(i, fees?, outcome));
    }
    mismatch = mismatch.or_else(|| compare_root("state root", &expected.state_tree.root_cid, &state_root));
    Ok(Trial { outcomes, state_root, tipsets: Vec::new(), apply_ns, run_ns, mismatch })
}
