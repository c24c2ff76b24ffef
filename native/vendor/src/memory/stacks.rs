//! Stacks of fibers, kept like memories.

use std::io;
use std::ops::Range;

use wasmtime::{StackCreator, StackMemory};

use super::pages::{Mapping, PAGE};
use super::pool::Pool;

pub struct Stacks;

/// A page that nobody can access, then the stack. Always there but while it is dropped.
struct Stack(Option<Mapping>);

static STACKS: Pool<Mapping> = Pool::new();

fn take(size: usize) -> io::Result<Mapping> {
    let len = *PAGE + size;
    // All engines of the process have stacks of one size.
    if let Some(mapping) = STACKS.take(|mapping| mapping.len == len) {
        return Ok(mapping);
    }
    let mut mapping = Mapping::reserve(len)?;
    mapping.open(*PAGE..len)?;
    Ok(mapping)
}

/// Bytes of stacks that wait, as far as they were used.
pub fn kept_bytes() -> usize {
    STACKS.sum(|mapping| mapping.resident(*PAGE..mapping.len))
}

pub fn clear() {
    STACKS.clear();
}

impl Stack {
    fn mapping(&self) -> &Mapping {
        self.0.as_ref().expect("there until it is dropped")
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Some(mapping) = self.0.take() {
            STACKS.give(mapping);
        }
    }
}

unsafe impl StackCreator for Stacks {
    fn new_stack(&self, size: usize, _zeroed: bool) -> wasmtime::Result<Box<dyn StackMemory>> {
        Ok(Box::new(Stack(Some(take(size)?))))
    }
}

unsafe impl StackMemory for Stack {
    fn top(&self) -> *mut u8 {
        self.mapping().base.wrapping_add(self.mapping().len)
    }

    fn range(&self) -> Range<usize> {
        let base = self.mapping().base.addr();
        base + *PAGE..base + self.mapping().len
    }

    fn guard_range(&self) -> Range<*mut u8> {
        let base = self.mapping().base;
        base..base.wrapping_add(*PAGE)
    }
}
