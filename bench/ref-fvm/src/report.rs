//! The answer: what `fvm conformance --json` prints.

use anyhow::{Context, Result};
use serde::{Serialize, Serializer};

use crate::run::Trial;
use crate::vector::{Variant, Vector};

#[derive(Default, Serialize)]
pub struct Report {
    passed: usize,
    failed: usize,
    skipped: usize,
    vectors: Vec<VariantReport>,
    totals: Totals,
}

#[derive(Default, Serialize)]
struct Totals {
    /// Nanoseconds: the sum of the medians.
    median_ns: f64,
}

#[derive(Serialize)]
pub struct VariantReport {
    file: String,
    id: String,
    variant: String,
    nv: u32,
    #[serde(rename = "ok", serialize_with = "is_passed")]
    status: Status,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    skipped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(rename = "gasUsed")]
    gas_used: Vec<u64>,
    /// Messages alone.
    apply_ns: Time,
    /// With the making of machines and the flush.
    run_ns: Time,
    #[serde(skip)]
    trial: Option<Trial>,
}

#[derive(PartialEq)]
enum Status {
    Passed,
    Failed,
    Skipped,
}

/// Nanoseconds.
#[derive(Default, Serialize)]
struct Time {
    min: u64,
    median: f64,
}

/// Nanoseconds of each run.
#[derive(Default)]
pub struct Times {
    apply: Vec<u64>,
    run: Vec<u64>,
}

impl Times {
    pub fn add(&mut self, apply: u64, run: u64) {
        self.apply.push(apply);
        self.run.push(run);
    }

    pub fn count(&self) -> usize {
        self.apply.len()
    }
}

impl Report {
    pub fn add(&mut self, report: VariantReport) {
        match report.status {
            Status::Passed => self.passed += 1,
            Status::Failed => self.failed += 1,
            Status::Skipped => self.skipped += 1,
        }
        self.totals.median_ns += report.apply_ns.median;
        self.vectors.push(report);
    }

    /// The last vector's; an error says why there is none.
    pub fn last_trial(&self) -> Result<&Trial> {
        let last = self.vectors.last().context("no vector")?;
        last.trial.as_ref().with_context(|| last.reason.clone().unwrap_or_default())
    }

    /// As the CLI's exit status.
    pub fn status(&self) -> i32 {
        match (self.passed, self.failed) {
            (0, 0) => 2,
            (_, 0) => 0,
            _ => 1,
        }
    }
}

impl VariantReport {
    /// A vector that has not run.
    pub fn new(vector: &Vector, variant: &Variant) -> Self {
        VariantReport {
            file: vector.file.clone(),
            id: vector.id().into(),
            variant: variant.id.clone(),
            nv: variant.nv,
            status: Status::Failed,
            skipped: false,
            reason: None,
            gas_used: Vec::new(),
            apply_ns: Time::default(),
            run_ns: Time::default(),
            trial: None,
        }
    }

    pub fn skipped(self, reason: String) -> Self {
        VariantReport { status: Status::Skipped, skipped: true, reason: Some(reason), ..self }
    }

    pub fn failed(self, reason: String) -> Self {
        VariantReport { status: Status::Failed, reason: Some(reason), ..self }
    }

    pub fn ran(self, trial: Trial, times: Times) -> Self {
        VariantReport {
            status: if trial.mismatch.is_none() { Status::Passed } else { Status::Failed },
            reason: trial.mismatch.clone(),
            gas_used: trial.outcomes.iter().map(|outcome| outcome.gas_used).collect(),
            apply_ns: summary(times.apply),
            run_ns: summary(times.run),
            trial: Some(trial),
            ..self
        }
    }
}

fn summary(mut times: Vec<u64>) -> Time {
    times.sort_unstable();
    let Some(&min) = times.first() else {
        return Time::default();
    };
    let upper = times[times.len() / 2];
    let lower = times[(times.len() - 1) / 2];
    Time { min, median: (upper + lower) as f64 / 2.0 }
}

fn is_passed<S: Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(*status == Status::Passed)
}
