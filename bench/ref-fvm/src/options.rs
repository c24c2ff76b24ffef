use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The command line: `[--bundles DIR] [--proofs accept|reject] [--repeat N] [--warm-up SECONDS]
/// [--filter TEXT] [--record FILE] [--json] FILE|DIR...`, as `fvm conformance` has it; the answer is JSON in
/// any case.
#[derive(Default)]
pub struct Options {
    pub paths: Vec<String>,
    pub bundles: Option<String>,
    /// Verdict on proofs; by default the vector's origin decides.
    pub accept_proofs: Option<bool>,
    pub repeat: usize,
    /// How long to execute vectors before those that count; each is executed once at least.
    pub warm_up: Option<Duration>,
    pub filter: String,
    /// Where to write vectors with what was computed in place of their postconditions: a folder, or the
    /// last one's file.
    pub record: Option<String>,
}

impl Options {
    pub fn parse(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Options { repeat: 1, ..Options::default() };
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--json" => {}
                "--bundles" => options.bundles = Some(value()?),
                "--filter" => options.filter = value()?,
                "--record" => options.record = Some(value()?),
                "--repeat" => options.repeat = value()?.parse().context("--repeat is not a number")?,
                "--warm-up" => {
                    let seconds = value()?.parse().context("--warm-up is not a number")?;
                    options.warm_up = Some(Duration::from_secs(seconds));
                }
                "--proofs" => options.accept_proofs = Some(value()? == "accept"),
                flag if flag.starts_with("--") => bail!("unknown option {flag}"),
                path => options.paths.push(path.into()),
            }
        }
        if options.paths.is_empty() {
            bail!("FILE|DIR is missing");
        }
        Ok(options)
    }
}
