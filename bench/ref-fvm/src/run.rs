use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Result, anyhow};

use crate::answers::Answers;
use crate::car;
use crate::generation::{Generation, Outcome};
use crate::library::Library;
use crate::options::Options;
use crate::report::{Times, VariantReport};
use crate::run_messages::run_messages;
use crate::run_tipsets::{TipsetDone, run_tipsets};
use crate::store::VectorStore;
use crate::vector::{Body, Common, Variant, Vector};
use crate::{v3, v4};

/// Runs vectors on the version of the reference that knows their network version.
pub struct Runner<'a> {
    options: &'a Options,
    library: Library,
    v3: v3::Reference,
    v4: v4::Reference,
}

/// One execution of a vector.
pub struct Trial {
    /// Outcomes of all messages, implicit ones too.
    pub outcomes: Vec<Outcome>,
    pub state_root: cid::Cid,
    /// None of message vectors.
    pub tipsets: Vec<TipsetDone>,
    /// Nanoseconds in messages alone.
    pub apply_ns: u64,
    /// Nanoseconds with the making of machines and the flush.
    pub run_ns: u64,
    /// What came out otherwise than the vector says.
    pub mismatch: Option<String>,
}

/// What a vector runs in.
pub struct Surroundings<'a> {
    pub common: &'a Common,
    pub variant: &'a Variant,
    pub store: VectorStore,
    pub answers: Answers,
}

impl<'a> Runner<'a> {
    pub fn new(options: &'a Options) -> Self {
        Runner {
            options,
            library: Library::new(options.bundles.as_deref()),
            v3: v3::Reference::default(),
            v4: v4::Reference::default(),
        }
    }

    /// `repeat`: executions that count.
    pub fn run(&self, vector: &Vector, variant: &Variant, repeat: usize) -> VariantReport {
        let report = VariantReport::new(vector, variant);
        if !(18..=28).contains(&variant.nv) {
            return report.skipped(format!("network version {} is not supported", variant.nv));
        }
        let result = catch_unwind(AssertUnwindSafe(|| match variant.nv {
            ..21 => self.repeat(&self.v3, vector, variant, repeat),
            _ => self.repeat(&self.v4, vector, variant, repeat),
        }));
        match result.unwrap_or_else(|_| Err(anyhow!("the reference panics"))) {
            Ok((trial, times)) => report.ran(trial, times),
            Err(error) => report.failed(format!("{error:#}")),
        }
    }

    /// The first run compiles what has to be, and its time is not counted.
    fn repeat<G: Generation>(
        &self,
        reference: &G,
        vector: &Vector,
        variant: &Variant,
        repeat: usize,
    ) -> Result<(Trial, Times)> {
        let below = self.library.blocks_below(&vector.common, variant)?;
        let store = VectorStore::new(car::read(&vector.common.car()?)?, below);
        let answers = Answers::of(vector, self.options.accept_proofs)?;
        let once = || {
            let surroundings = Surroundings {
                common: &vector.common,
                variant,
                store: store.fresh(),
                answers: answers.clone(),
            };
            match &vector.body {
                Body::Message(vector) => run_messages(reference, vector, surroundings),
                Body::Tipset(vector) => run_tipsets(reference, vector, surroundings),
            }
        };
        let mut trial = once()?;
        let mut times = Times::default();
        while times.count() < repeat && trial.mismatch.is_none() {
            trial = once()?;
            times.add(trial.apply_ns, trial.run_ns);
        }
        Ok((trial, times))
    }
}
