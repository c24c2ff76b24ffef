use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cid::Cid;

use crate::generation::Outcome;
use crate::vector::{ExpectedOutcome, ExpectedReceipt, Link};

/// The first thing in which a receipt is not as expected.
pub fn compare_receipt(index: usize, expected: &ExpectedReceipt, actual: &Outcome) -> Option<String> {
    let return_data = |bytes: &[u8]| STANDARD.encode(bytes);
    let mut differences = vec![
        differ("exit code", expected.exit_code, actual.exit_code),
        differ("return data", return_data(&expected.return_data.0), return_data(&actual.return_data)),
        differ("gas used", expected.gas_used, actual.gas_used),
    ];
    if let Some(root) = expected.events_root {
        differences.push(differ(
            "events root",
            root_text(root.map(|link| link.0)),
            root_text(actual.events_root),
        ));
    }
    first(index, differences)
}

/// The first thing in which the fees went elsewhere than expected.
pub fn compare_outcome(index: usize, expected: &ExpectedOutcome, actual: &Outcome) -> Option<String> {
    first(
        index,
        vec![
            differ("penalty", &expected.miner_penalty, &actual.miner_penalty),
            differ("tip", &expected.miner_tip, &actual.miner_tip),
            differ("base fee burn", &expected.base_fee_burn, &actual.base_fee_burn),
            differ("overestimation burn", &expected.over_estimation_burn, &actual.over_estimation_burn),
            differ("refund", &expected.refund, &actual.refund),
            differ("gas refund", &expected.gas_refund, &actual.gas_refund.to_string()),
            differ("gas burned", &expected.gas_burned, &actual.gas_burned.to_string()),
        ],
    )
}

pub fn compare_root(name: &str, expected: &Link, actual: &Cid) -> Option<String> {
    differ(name, expected.0, *actual)
}

fn first(index: usize, differences: Vec<Option<String>>) -> Option<String> {
    let difference = differences.into_iter().flatten().next()?;
    Some(format!("message {index}: {difference}"))
}

fn differ<T: PartialEq + std::fmt::Display>(field: &str, expected: T, actual: T) -> Option<String> {
    (expected != actual).then(|| format!("{field}: expected {expected}, got {actual}"))
}

fn root_text(root: Option<Cid>) -> String {
    root.map_or("none".into(), |root| root.to_string())
}
