//! Replays test vectors on the reference, `fvm`, and answers as `fvm conformance --json` does. `hamt FILE` instead:
//! the roots of its HAMT after changes.

mod answers;
mod car;
mod compare;
mod files;
mod generation;
mod hamt;
mod library;
mod options;
mod record;
mod report;
mod run;
mod run_messages;
mod run_tipsets;
mod store;
mod v3;
mod v4;
mod vector;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use options::Options;
use report::Report;
use run::Runner;

/// The reference recurses on the thread's stack and wants 64 MiB of it (fvm `ThreadedExecutor`).
const STACK_BYTES: usize = 256 << 20;

fn main() {
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    let status = match worker.map(|thread| thread.join()) {
        Ok(Ok(Ok(status))) => status,
        Ok(Ok(Err(error))) => complain(format!("{error:#}")),
        Ok(Err(_)) => complain("a panic ended it".into()),
        Err(error) => complain(format!("no thread: {error}")),
    };
    std::process::exit(status);
}

fn work() -> Result<i32> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, file] = arguments.as_slice()
        && command == "hamt"
    {
        for root in hamt::roots(file)? {
            println!("{root}");
        }
        return Ok(0);
    }
    let options = Options::parse(arguments.into_iter())?;
    let files = files::vector_files(&options.paths)?;
    let runner = Runner::new(&options);
    if let Some(time) = options.warm_up {
        warm_up(&runner, &files, time)?;
        eprintln!("warmed up");
    }
    let mut report = Report::default();
    for file in files {
        let vector = vector::read(&file).with_context(|| file.clone())?;
        if !file.contains(&options.filter) && !vector.id().contains(&options.filter) {
            continue;
        }
        for variant in vector.variants() {
            report.add(runner.run(&vector, variant, options.repeat));
        }
        if let Some(target) = &options.record {
            record::write(&file, target, report.last_trial().with_context(|| file.clone())?)?;
        }
    }
    println!("{}", serde_json::to_string(&report)?);
    Ok(report.status())
}

/// Executes each file once, and goes on until the time is over. What fails now fails later, too.
fn warm_up(runner: &Runner, files: &[String], time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    for (turn, file) in files.iter().cycle().enumerate() {
        if turn >= files.len() && Instant::now() >= end {
            break;
        }
        let vector = vector::read(file).with_context(|| file.clone())?;
        for variant in vector.variants() {
            runner.run(&vector, variant, 0);
        }
    }
    Ok(())
}

fn complain(text: String) -> i32 {
    eprintln!("ref-fvm-bench: {text}");
    2
}
