//! Many signatures at once: the threads of a pool take one job after the other, until none is left.
//!
//! The pairings of up to `MOST_CHECKS` checks go into one product. If that is not one, those of either half do, and so on.

mod checks;
mod product;
mod secp;
mod signed;

use crate::ffi::{guard, slice};
use checks::Checks;
use product::{Outcome, Product};
use signed::Signed;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Checks of one product. The more there are the more they share, and the longer it takes to find those that fail.
const MOST_CHECKS: usize = 256;
/// Recoveries of one job: some ten milliseconds.
const MOST_RECOVERIES: usize = 256;

enum Job {
    Recoveries(Range<usize>),
    Part { product: Arc<Product>, part: usize },
}

pub struct Batch {
    checks: Checks,
    signed: Signed,
    /// Checks whose signers are to be recovered.
    recoveries: Vec<usize>,
    jobs: Mutex<Vec<Job>>,
    stopped: AtomicBool,
    failed: AtomicBool,
    valid: Vec<AtomicBool>,
}

impl Batch {
    /// Nothing if the bytes are no checks, or without randomness.
    fn new(packed: &[u8]) -> Option<Self> {
        let checks = Checks::read(packed)?;
        let all = 0..checks.distinct.len();
        let (recoveries, pairings): (Vec<usize>, Vec<usize>) =
            all.partition(|&i| checks.distinct[i].kind.is_recovery());
        let jobs = split(recoveries.len(), MOST_RECOVERIES).map(Job::Recoveries).collect();
        let batch = Batch {
            signed: Signed::new(&checks),
            recoveries,
            jobs: Mutex::new(jobs),
            stopped: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            valid: checks.distinct.iter().map(|_| AtomicBool::new(false)).collect(),
            checks,
        };
        // With equal texts a check is wrong whatever its pairings are.
        let open: Vec<usize> =
            pairings.into_iter().filter(|&i| !batch.checks.distinct[i].has_equal_texts()).collect();
        for some in open.chunks(MOST_CHECKS) {
            batch.begin(some)?;
        }
        Some(batch)
    }

    /// Works for so long, or a job longer; says whether there may be more to do.
    fn work(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        while !self.stopped.load(Ordering::Relaxed) {
            let Some(job) = self.jobs().pop() else { return false };
            if !guard(false, || self.perform(job).is_some()) {
                self.failed.store(true, Ordering::Relaxed);
                return false;
            }
            if Instant::now() >= end {
                return true;
            }
        }
        false
    }

    fn perform(&self, job: Job) -> Option<()> {
        match job {
            Job::Recoveries(range) => {
                for &i in &self.recoveries[range] {
                    self.settle(i, secp::is_signer(&self.checks, i));
                }
                Some(())
            }
            Job::Part { product, part } => match product.multiply(part, &self.checks, &self.signed) {
                Outcome::Open => Some(()),
                Outcome::True => {
                    product.checks.iter().for_each(|&i| self.settle(i, true));
                    Some(())
                }
                Outcome::False => match product.checks.len() {
                    1 => Some(()),
                    count => {
                        let (left, right) = product.checks.split_at(count / 2);
                        self.begin(left)?;
                        self.begin(right)
                    }
                },
                Outcome::Malformed(wrong) => {
                    let others = product.checks.iter().copied().filter(|i| !wrong.contains(i));
                    self.begin(&others.collect::<Vec<_>>())
                }
            },
        }
    }

    /// Whether the product of the checks is one is to be found out.
    fn begin(&self, checks: &[usize]) -> Option<()> {
        if !checks.is_empty() {
            let product = Arc::new(Product::new(checks, &self.checks)?);
            let parts = (0..product.parts()).map(|part| Job::Part { product: product.clone(), part });
            self.jobs().extend(parts);
        }
        Some(())
    }

    fn jobs(&self) -> MutexGuard<'_, Vec<Job>> {
        self.jobs.lock().expect("nothing panics while it is locked")
    }

    fn settle(&self, check: usize, valid: bool) {
        self.valid[check].store(valid, Ordering::Release);
    }
}

fn split(count: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(most).map(move |start| start..count.min(start + most))
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
