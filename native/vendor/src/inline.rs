//! Writes gas charges inline.
//!
//! The instrumenter charges by *calling* a function per metered block, on a counter that is an
//! imported global. This pass turns the counter into a global of the module's own (it was and stays
//! index 0, so no global moves) and each charge into a subtraction and a store; see `body`. What is
//! charged, where and when stays as it was; the global is exact at each call and trap.
//!
//! Imports of module `fvm` come with it:
//! * `refill () -> ()`: the counter went below zero. The host hands out gas in slices; it gives the
//!   next one, or traps if there is none left.
//! * `may_grow_memory`, `may_grow_table` `(n: i32) -> i32`: called before each memory.grow and
//!   table.grow, so that the host can apply limits that span instances. Returns n, or -1, with which
//!   the growth fails.
//! * `suspend () -> i64`: see `syscalls`, which also gives each syscall the counter.

mod body;
mod data;
mod dispatch;
mod functions;
mod sections;
mod syscalls;
mod wide;

use std::convert::Infallible;

use wasm_encoder::reencode::{self, Reencode};
use wasmparser::{Parser, Payload, TypeRef};

pub use data::Image;
use syscalls::Syscalls;

const COUNTER: u32 = 0;
const MODULE: &str = "fvm";
/// Prefix of the modules that take the place of those with syscalls: `fvm:ipld` and so on.
const MODULE_PREFIX: &str = "fvm:";
const NEW_IMPORTS: u32 = 4;
/// Types of these imports, behind the module's own.
const NEW_TYPES: u32 = 3;

/// Function indices after the new imports, which follow the module's own imports.
struct Indices {
    imported: u32,
    gas_function: u32,
    /// The global that the stack limiter keeps.
    height: u32,
    /// Each charge asks whether gas is left.
    asks_always: bool,
    syscalls: Syscalls,
}

impl Indices {
    fn refill(&self) -> u32 {
        self.imported
    }
    fn may_grow_memory(&self) -> u32 {
        self.imported + 1
    }
    fn may_grow_table(&self) -> u32 {
        self.imported + 2
    }
    fn suspend(&self) -> u32 {
        self.imported + 3
    }
    /// The first wrapper of a syscall, in the place of the gas function and after it.
    fn wrappers(&self) -> u32 {
        self.gas_function + NEW_IMPORTS
    }
}

impl Reencode for Indices {
    type Error = Infallible;
    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error> {
        if index >= self.imported {
            return Ok(index + NEW_IMPORTS);
        }
        Ok(match self.syscalls.number(index) {
            Some(number) => self.wrappers() + number,
            None => index,
        })
    }
}

pub struct Rewritten {
    pub wasm: Vec<u8>,
    /// The counter's export is named `fvm:gas`, with so many quotes behind it that no other is named so.
    pub counter_name_quotes: u32,
    pub image: Image,
}

/// `memory_size`: of the module's memory at first, in bytes. `stops_exactly`: where gas runs out is observed.
///
/// None if the module cannot be linked anyway, because it imports other globals or something of the
/// module `fvm`, which actors do not have. Its imports stay as they are and let the link fail where
/// it should, after the charges that come before.
pub fn rewrite(wasm: &[u8], memory_size: u64, stops_exactly: bool) -> Result<Option<Rewritten>, String> {
    let Some(mut indices) = survey(wasm).map_err(|e| e.to_string())? else {
        return Ok(None);
    };
    indices.asks_always |= stops_exactly;
    sections::rewrite(wasm, memory_size, &mut indices).map(Some).map_err(|e| e.to_string())
}

fn survey(wasm: &[u8]) -> wasmparser::Result<Option<Indices>> {
    let (mut imported, mut globals, mut defined) = (0, 0, 0);
    let mut height = 0;
    let mut has_start = false;
    let mut types = Vec::new();
    let mut syscalls = Syscalls::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(reader) => {
                types = reader.into_iter_err_on_gc_types().collect::<wasmparser::Result<_>>()?;
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import?;
                    if import.module == MODULE || import.module.starts_with(MODULE_PREFIX) {
                        return Ok(None);
                    }
                    match import.ty {
                        TypeRef::Func(ty) => {
                            syscalls.add(imported, ty, &types[ty as usize]);
                            imported += 1;
                        }
                        TypeRef::Global(_) => globals += 1,
                        _ => {}
                    }
                }
            }
            Payload::FunctionSection(reader) => defined = reader.count(),
            // The limiter's global was appended last, too; the counter is the one before the module's own.
            Payload::GlobalSection(reader) => height = reader.count(),
            Payload::StartSection { .. } => has_start = true,
            _ => {}
        }
    }
    // The gas function was appended last.
    Ok((globals == 1 && defined > 0).then(|| Indices {
        imported,
        gas_function: imported + defined - 1,
        height,
        // What becomes of a start function depends on where it ends.
        asks_always: has_start,
        syscalls,
    }))
}
