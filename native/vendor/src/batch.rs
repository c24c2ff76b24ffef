//! Many signatures at once: the threads of a pool take one unit of work after the other, until none is left.
//!
//! The pairings of a unit go into one product. If that is not one, those of either half do, and so on.

mod checks;
mod claim;
mod secp;
mod sum;

use crate::ffi::{guard, slice};
use checks::{Check, Checks};
use claim::{Claim, are_true};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use sum::Sum;

/// Cost that a unit may have: some ten milliseconds.
const UNIT_COST: usize = 32 * PAIRING_COST;
const PAIRING_COST: usize = 10;
const RECOVERY_COST: usize = 1;

enum Unit {
    /// Whole checks.
    Several(Range<usize>),
    /// Some of the pairs of an aggregate that is too large for one unit.
    Part { sum: usize, pairs: Range<usize> },
}

pub struct Batch {
    checks: Checks,
    units: Vec<Unit>,
    sums: Vec<Sum>,
    next: AtomicUsize,
    stopped: AtomicBool,
    failed: AtomicBool,
    valid: Vec<AtomicBool>,
}

impl Batch {
    /// Nothing if the bytes are no checks.
    fn new(packed: &[u8]) -> Option<Self> {
        let checks = Checks::read(packed)?;
        let (mut units, mut sums) = (Vec::new(), Vec::new());
        let (mut first, mut cost) = (0, 0);
        for (i, check) in checks.distinct.iter().enumerate() {
            let more = cost_of(check);
            if cost > 0 && cost + more > UNIT_COST {
                units.push(Unit::Several(first..i));
                (first, cost) = (i, 0);
            }
            if more <= UNIT_COST {
                cost += more;
                continue;
            }
            let parts = split(check.pairs.len(), UNIT_COST / PAIRING_COST);
            units.extend(parts.iter().map(|pairs| Unit::Part { sum: sums.len(), pairs: pairs.clone() }));
            sums.push(Sum::new(i, parts.len()));
            first = i + 1;
        }
        if cost > 0 {
            units.push(Unit::Several(first..checks.distinct.len()));
        }
        let valid = checks.distinct.iter().map(|_| AtomicBool::new(false)).collect();
        Some(Batch {
            checks,
            units,
            sums,
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            valid,
        })
    }

    /// Works for so long, or a unit longer; says whether there may be more to do.
    fn work(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        while !self.stopped.load(Ordering::Relaxed) {
            let Some(unit) = self.units.get(self.next.fetch_add(1, Ordering::Relaxed)) else { return false };
            if !guard(false, || self.judge(unit).is_some()) {
                self.failed.store(true, Ordering::Relaxed);
                return false;
            }
            if Instant::now() >= end {
                return true;
            }
        }
        false
    }

    fn judge(&self, unit: &Unit) -> Option<()> {
        match unit {
            Unit::Several(range) => self.judge_several(range.clone()),
            Unit::Part { sum, pairs } => {
                let sum = &self.sums[*sum];
                let check = &self.checks.distinct[sum.check];
                if let Some(valid) = sum.add(check, &self.checks.bytes, pairs.clone()) {
                    self.settle(sum.check, valid);
                }
                Some(())
            }
        }
    }

    fn judge_several(&self, range: Range<usize>) -> Option<()> {
        let (mut indices, mut claims) = (Vec::new(), Vec::new());
        for i in range {
            let check = &self.checks.distinct[i];
            if check.kind.is_recovery() {
                self.settle(i, secp::is_signer(check, &self.checks.bytes));
            } else if let Some(claim) = Claim::of(check, &self.checks.bytes) {
                indices.push(i);
                claims.push(claim);
            }
        }
        if !claims.is_empty() {
            self.judge_claims(&indices, &claims, false)?;
        }
        Some(())
    }

    /// Whether all are true, which is known to be wrong or not known.
    fn judge_claims(&self, indices: &[usize], claims: &[Claim], is_wrong: bool) -> Option<bool> {
        if self.stopped.load(Ordering::Relaxed) {
            return Some(false);
        }
        if !is_wrong && are_true(claims)? {
            indices.iter().for_each(|&i| self.settle(i, true));
            return Some(true);
        }
        if claims.len() > 1 {
            let middle = claims.len() / 2;
            let left = self.judge_claims(&indices[..middle], &claims[..middle], false)?;
            self.judge_claims(&indices[middle..], &claims[middle..], left)?;
        }
        Some(false)
    }

    fn settle(&self, check: usize, valid: bool) {
        self.valid[check].store(valid, Ordering::Release);
    }
}

fn cost_of(check: &Check) -> usize {
    if check.kind.is_recovery() { RECOVERY_COST } else { check.pairs.len() * PAIRING_COST }
}

fn split(count: usize, most: usize) -> Vec<Range<usize>> {
    (0..count).step_by(most).map(|start| start..count.min(start + most)).collect()
}

/// # Safety
/// `packed` is valid for `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_batch_new(packed: *const u8, len: usize) -> *mut Batch {
    let packed = unsafe { slice(packed, len) };
    guard(None, || Batch::new(packed)).map_or(std::ptr::null_mut(), |batch| Box::into_raw(Box::new(batch)))
}

/// # Safety
/// `batch` is one of `fvm_batch_new`, given once, and nothing works at it.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_batch_delete(batch: *mut Batch) {
    drop(unsafe { Box::from_raw(batch) });
}

#[unsafe(no_mangle)]
extern "C" fn fvm_batch_len(batch: &Batch) -> usize {
    batch.checks.given.len()
}

#[unsafe(no_mangle)]
extern "C" fn fvm_batch_work(batch: &Batch, milliseconds: u32) -> bool {
    batch.work(Duration::from_millis(milliseconds.into()))
}

#[unsafe(no_mangle)]
extern "C" fn fvm_batch_stop(batch: &Batch) {
    batch.stopped.store(true, Ordering::Relaxed);
}

/// # Safety
/// `verdicts` has room for `fvm_batch_len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_batch_verdicts(batch: &Batch, verdicts: *mut u8) -> bool {
    for (i, &check) in batch.checks.given.iter().enumerate() {
        let valid = batch.valid[check].load(Ordering::Acquire);
        unsafe { *verdicts.add(i) = valid.into() };
    }
    !batch.failed.load(Ordering::Relaxed)
}
