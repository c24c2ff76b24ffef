use std::path::Path;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cid::Cid;
use serde_json::{Value, json};

use crate::run::Trial;
use crate::run_tipsets::TipsetDone;
use crate::vector;

/// Writes the vector of `file` with what the reference computed as its postconditions to `target`, or under
/// its name into `target` if that is a folder.
pub fn write(file: &str, target: &str, trial: &Trial) -> Result<()> {
    let mut made: Value = serde_json::from_str(&vector::read_text(file)?)?;
    let receipts: Vec<_> = trial
        .outcomes
        .iter()
        .map(|outcome| {
            json!({
                "exit_code": outcome.exit_code,
                "return": STANDARD.encode(&outcome.return_data),
                "gas_used": outcome.gas_used,
                "events_root": outcome.events_root.as_ref().map(link),
            })
        })
        .collect();
    made["postconditions"] = json!({
        "state_tree": { "root_cid": link(&trial.state_root) },
        "receipts": receipts,
    });
    if !trial.tipsets.is_empty() {
        let roots: Vec<_> = trial.tipsets.iter().map(|tipset| link(&tipset.receipts_root)).collect();
        made["postconditions"]["receipts_roots"] = roots.into();
        made["postconditions"]["tipsets"] = trial.tipsets.iter().map(tipset).collect();
    }
    let target = Path::new(target);
    let name = Path::new(file).file_name().filter(|_| target.is_dir());
    let path = name.map_or_else(|| target.into(), |name| target.join(name));
    Ok(std::fs::write(path, serde_json::to_string(&made)?)?)
}

fn tipset(done: &TipsetDone) -> Value {
    let blocks: Vec<_> = done
        .blocks
        .iter()
        .map(|block| {
            json!({
                "applied": block.applied,
                "gas_reward": block.gas_reward.to_string(),
                "penalty": block.penalty.to_string(),
                "reward_exit_code": 0,
            })
        })
        .collect();
    let null_rounds: Vec<_> = done
        .null_rounds
        .iter()
        .map(|(epoch, root)| json!({ "epoch": epoch, "state_root": link(root) }))
        .collect();
    json!({
        "epoch": done.epoch,
        "state_root": link(&done.state_root),
        "receipts_root": link(&done.receipts_root),
        "cron_exit_code": 0,
        "gas_used": done.gas_used,
        "implicit_gas_used": done.implicit_gas_used,
        "blocks": blocks,
        "null_rounds": null_rounds,
    })
}

fn link(cid: &Cid) -> Value {
    json!({ "/": cid.to_string() })
}
