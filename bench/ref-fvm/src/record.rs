use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cid::Cid;
use serde_json::{Value, json};

use crate::run::Trial;
use crate::vector;

/// Writes the message vector of `file` to `target` with what the reference computed as its
/// postconditions. For vectors that are made for measuring.
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
    Ok(std::fs::write(target, serde_json::to_string(&made)?)?)
}

fn link(cid: &Cid) -> Value {
    json!({ "/": cid.to_string() })
}
