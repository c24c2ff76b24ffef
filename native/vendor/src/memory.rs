//! Linear memories, which outlive the instances that have them.
//!
//! As a rule an instance gets a memory that an earlier one of the same actor had: what that has written is
//! undone, page by page, from the actor's image. Wasmtime's own pool does so, too. This one differs in how
//! a memory grows, as nearly every one does once or twice: with protection keys (`keys`) the pages are
//! there and growing opens them, where the pool asks the system for them and gives them back, which
//! interrupts the other cores. And it has no size: it keeps as many memories as calls were deep.

mod image;
mod keys;
mod pages;
mod stacks;
mod written;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::ptr::{self, null_mut};
use std::sync::{Arc, Mutex, MutexGuard};

use wasmtime::{LinearMemory, MemoryCreator, MemoryType};
use wasmtime_c_api::wasm_config_t;

use crate::settings::config_of;
use image::Image;
use pages::Mapping;

const WASM_PAGE: usize = 65_536;
/// A memory's whole 32-bit range is reserved, so that compiled code needs no bounds checks.
const RESERVATION: usize = 4 << 30;
const GUARD: usize = 32 << 20;
/// Written pages that a memory keeps; what it has beyond them goes back to the system. Measured for an
/// account actor: 27 instead of 45 us, most of which were page faults.
const KEPT_BYTES: usize = 2 << 20;
/// Instances of the deepest call stack there is. So many memories and stacks are kept.
const DEEPEST: usize = 1024;

/// `fvm_memory_t`: the memory of one instance at a time.
#[repr(C)]
pub struct Memory {
    base: *mut u8,
    /// As the instance sees it, in bytes.
    size: usize,
    /// The system did not let it grow, and the instance has seen that.
    refused: bool,
    image: *const Image,
    mapping: Mapping,
    /// Bytes from the base on that the system lets us access, keys aside.
    open: usize,
}

// SAFETY: images outlive their memories, and an instance runs on one thread.
unsafe impl Send for Memory {}
unsafe impl Sync for Memory {}

impl Memory {
    fn new(image: &Image) -> io::Result<Memory> {
        let len = if image.reserves { RESERVATION + GUARD } else { image.minimum.max(WASM_PAGE) };
        let mut mapping = Mapping::reserve(len)?;
        mapping.open(0..image.minimum)?;
        image.lay_into(&mut mapping)?;
        for number in 0..image.keyed {
            // SAFETY: the pages are this mapping's.
            unsafe { keys::give(number, mapping.base.add(image.minimum + number * WASM_PAGE), WASM_PAGE)? };
        }
        Ok(Memory {
            base: mapping.base,
            size: image.minimum,
            refused: false,
            image,
            mapping,
            open: image.ready(),
        })
    }

    fn image(&self) -> &Image {
        // SAFETY: as `fvm_image_delete` demands.
        unsafe { &*self.image }
    }

    /// Opens the pages that the memory has grown by, of those with keys.
    fn open_keys(&self) {
        keys::open((self.size - self.image().minimum) / WASM_PAGE);
    }

    fn grow_to(&mut self, size: usize) -> io::Result<()> {
        let grown = self.make_accessible(size);
        self.refused |= grown.is_err();
        grown?;
        self.size = size;
        self.open_keys();
        Ok(())
    }

    fn make_accessible(&mut self, size: usize) -> io::Result<()> {
        if size > self.mapping.len {
            self.move_to(Mapping::reserve(size)?)?;
        }
        if size > self.open {
            self.mapping.open(self.open..size)?;
            self.open = size;
        }
        Ok(())
    }

    fn move_to(&mut self, mut mapping: Mapping) -> io::Result<()> {
        mapping.open(0..self.open)?;
        // SAFETY: both are ours, accessible so far, and apart.
        unsafe { ptr::copy_nonoverlapping(self.base, mapping.base, self.open) };
        self.base = mapping.base;
        self.mapping = mapping;
        Ok(())
    }

    /// Makes it what it was when it was new.
    fn reset(&mut self) -> io::Result<()> {
        keys::open_all();
        let start = self.base.addr();
        let known = written::scan(start..start + self.open, KEPT_BYTES, |run| {
            // SAFETY: it lies in the accessible part of the mapping, which no instance uses now.
            unsafe { self.image().restore(self.base, run.start - start..run.end - start) }
        });
        self.mapping.discard(known - start..self.open)?;
        let ready = self.image().ready();
        self.mapping.close(ready..self.open)?;
        self.open = ready;
        self.size = self.image().minimum;
        self.refused = false;
        Ok(())
    }
}

/// Most recently used last.
fn kept() -> MutexGuard<'static, Vec<Box<Memory>>> {
    static MEMORIES: Mutex<Vec<Box<Memory>>> = Mutex::new(Vec::new());
    lock(&MEMORIES)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic is done under the locks.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn take(image: &Image) -> io::Result<Box<Memory>> {
    let mut memories = kept();
    if let Some(last) = memories.iter().rposition(|memory| ptr::eq(memory.image, image)) {
        return Ok(memories.remove(last));
    }
    drop(memories);
    let made = Memory::new(image).or_else(|_| {
        // Addresses or mappings have run out.
        drop(std::mem::take(&mut *kept()));
        Memory::new(image)
    });
    made.map(Box::new)
}

fn give(mut memory: Box<Memory>) {
    if !memory.image().reserves || memory.reset().is_err() {
        return;
    }
    let mut memories = kept();
    memories.push(memory);
    let surplus = (memories.len() > DEEPEST).then(|| memories.remove(0));
    drop(memories);
    drop(surplus);
}

thread_local! {
    /// The memory for the instance that is being made.
    static NEXT: Cell<*mut Memory> = const { Cell::new(null_mut()) };
}

/// Runs a future of an instance, whose memory this is or will be.
///
/// # Safety
/// The memory outlives the instance.
pub unsafe fn within<F: Future>(memory: *mut Memory, future: F) -> impl Future<Output = F::Output> {
    async move {
        let mut future = pin!(future);
        poll_fn(|context| {
            NEXT.set(memory);
            unsafe { (*memory).open_keys() };
            let answer = future.as_mut().poll(context);
            keys::open_all();
            NEXT.set(null_mut());
            answer
        })
        .await
    }
}

/// Gives an instance the memory that `within` names.
struct Memories;

struct MemoryOfInstance(*mut Memory);
// SAFETY: as for `Memory`.
unsafe impl Send for MemoryOfInstance {}
unsafe impl Sync for MemoryOfInstance {}

unsafe impl MemoryCreator for Memories {
    fn new_memory(
        &self,
        _ty: MemoryType,
        minimum: usize,
        _maximum: Option<usize>,
        _reserved: Option<usize>,
        _guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        let memory = NEXT.replace(null_mut());
        // SAFETY: as `within` demands.
        if memory.is_null() || unsafe { (*memory).size } != minimum {
            return Err("the instance has no memory that fits".to_string());
        }
        Ok(Box::new(MemoryOfInstance(memory)))
    }
}

// SAFETY of all: the memory outlives the instance, which has no other.
unsafe impl LinearMemory for MemoryOfInstance {
    fn byte_size(&self) -> usize {
        unsafe { (*self.0).size }
    }

    fn byte_capacity(&self) -> usize {
        let memory = unsafe { &*self.0 };
        memory.mapping.len.min(RESERVATION)
    }

    fn grow_to(&mut self, size: usize) -> wasmtime::Result<()> {
        Ok(unsafe { (*self.0).grow_to(size) }?)
    }

    fn as_ptr(&self) -> *mut u8 {
        unsafe { (*self.0).base }
    }
}

/// # Safety
/// `config` comes from `wasm_config_new`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_config_own_memories(config: *mut wasm_config_t, reserve: bool) {
    unsafe { config_of(config) }
        .with_host_memory(Arc::new(Memories))
        .with_host_stack(Arc::new(stacks::Stacks))
        .memory_reservation(if reserve { RESERVATION as u64 } else { 0 })
        .memory_guard_size(if reserve { GUARD as u64 } else { 0 })
        .memory_reservation_for_growth(0)
        .memory_may_move(!reserve)
        // Images of Wasmtime's own are for memories of its own.
        .memory_init_cow(false);
}

#[unsafe(no_mangle)]
extern "C" fn fvm_memory_can_reserve() -> bool {
    // A fourth more, for all else.
    Mapping::reserve(DEEPEST * (RESERVATION + GUARD) * 5 / 4).is_ok()
}

/// # Safety
/// `data` is valid for `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_image_new(
    minimum: usize,
    reserve: bool,
    offset: usize,
    data: *const u8,
    len: usize,
) -> Option<Box<Image>> {
    Image::new(minimum, reserve, offset, unsafe { crate::ffi::slice(data, len) }).ok().map(Box::new)
}

/// The data of an image, and where it lies.
#[unsafe(no_mangle)]
extern "C" fn fvm_image_data(image: &Image, offset: &mut usize, len: &mut usize) -> *const u8 {
    let (at, bytes) = image.data();
    (*offset, *len) = (at, bytes.len());
    bytes.as_ptr()
}

/// # Safety
/// All its memories have been given back.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_image_delete(image: Box<Image>) {
    kept().retain(|memory| !ptr::eq(memory.image, &*image));
}

#[unsafe(no_mangle)]
extern "C" fn fvm_memory_take(image: &Image) -> Option<Box<Memory>> {
    take(image).ok()
}

#[unsafe(no_mangle)]
extern "C" fn fvm_memory_give(memory: Box<Memory>) {
    give(memory);
}
