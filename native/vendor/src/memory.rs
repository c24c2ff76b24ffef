//! Linear memories, which outlive the instances that have them.
//!
//! As a rule an instance gets a memory that an earlier one of the same actor had: what that has written is
//! undone, page by page, from the actor's image. Wasmtime's own pool does so, too. This one differs in how
//! a memory grows, as nearly every one does once or twice: the pool asks the system for the pages and gives
//! them back, which interrupts the other cores. Here the pages are there. With protection keys (`keys`)
//! growing opens them. Without, the memory has a place for each of its first sizes (`Step`), which stays as
//! open as that size, and growing moves the few pages that the instance has written so far to the next.
//! And the pool has no size: it keeps as many memories as calls were deep.

mod image;
mod keys;
mod pages;
mod pool;
mod stacks;
mod written;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::ops::Range;
use std::pin::pin;
use std::ptr::{self, null_mut};
use std::sync::Arc;

use wasmtime::{LinearMemory, MemoryCreator, MemoryType};
use wasmtime_c_api::wasm_config_t;

use crate::settings::config_of;
use image::Image;
use pages::Mapping;
use pool::Pool;
use written::Faults;

const WASM_PAGE: usize = 65_536;
/// A memory's whole 32-bit range is reserved, so that compiled code needs no bounds checks. The last page is
/// part of the guard: Wasmtime lets memories move only if they may outgrow their reservation.
const RESERVATION: usize = (4 << 30) - WASM_PAGE;
const GUARD: usize = (32 << 20) + WASM_PAGE;
/// The last of its first sizes that a memory without keys has a place for, in Wasm pages beyond the minimum.
const STEPS: usize = 3;
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
    /// The places that it has had. All but the one in use are as the image is.
    steps: Vec<Step>,
    /// In use.
    step: usize,
    /// Faults of the thread when the memory was taken.
    faults: Option<Faults>,
}

/// A place for a memory: the i-th serves it once it has grown by i Wasm pages, the last beyond that, too.
struct Step {
    mapping: Mapping,
    /// Bytes that the system lets us access before the memory grows, keys aside.
    ready: usize,
    /// ... and now.
    open: usize,
    /// Pages of those ready that differed from the image when the step was cleared last.
    written: Option<Vec<Range<usize>>>,
}

impl Step {
    fn new(image: &Image, number: usize) -> io::Result<Step> {
        let len = if image.reserves { RESERVATION + GUARD } else { image.minimum.max(WASM_PAGE) };
        let mut mapping = Mapping::reserve(len)?;
        mapping.keep_pages_small();
        let open = image.minimum + number * WASM_PAGE;
        mapping.open(0..open)?;
        image.lay_into(&mut mapping)?;
        for key in 0..image.keyed {
            // SAFETY: the pages are this mapping's.
            unsafe { keys::give(key, mapping.base.add(image.minimum + key * WASM_PAGE), WASM_PAGE)? };
        }
        let ready = open + image.keyed * WASM_PAGE;
        Ok(Step { mapping, ready, open: ready, written: None })
    }

    fn base(&self) -> *mut u8 {
        self.mapping.base
    }

    fn open_to(&mut self, size: usize) -> io::Result<()> {
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
        unsafe { ptr::copy_nonoverlapping(self.base(), mapping.base, self.open) };
        self.mapping = mapping;
        Ok(())
    }

    /// Makes it what the image is, after `each` has seen the pages that may differ from it. `same`: no pages
    /// have been written but those that were before the step was cleared last.
    fn clear(&mut self, image: &Image, same: bool, mut each: impl FnMut(Range<usize>)) -> io::Result<()> {
        let base = self.base();
        let mut restore = |run: Range<usize>| {
            each(run.clone());
            // SAFETY: it lies in the accessible part of the mapping, which no instance uses now.
            unsafe { image.restore(base, run) }
        };
        if let Some(written) = &self.written
            && same
            && self.open == self.ready
        {
            written.iter().cloned().for_each(restore);
            return Ok(());
        }
        let (start, mut written) = (base.addr(), Vec::new());
        let known = written::scan(start..start + self.open, KEPT_BYTES, |run| {
            let run = run.start - start..run.end - start;
            restore(run.clone());
            written.push(run.start.min(self.ready)..run.end.min(self.ready));
        });
        let known = known - start;
        if known < self.open {
            each(known..self.open);
            self.mapping.discard(known..self.open)?;
        }
        self.mapping.close(self.ready..self.open)?;
        self.open = self.ready;
        written.retain(|run| !run.is_empty());
        self.written = Some(written);
        Ok(())
    }
}

// SAFETY: images outlive their memories, and an instance runs on one thread.
unsafe impl Send for Memory {}
unsafe impl Sync for Memory {}

impl Memory {
    fn new(image: &Image) -> io::Result<Memory> {
        let first = Step::new(image, 0)?;
        Ok(Memory {
            base: first.base(),
            size: image.minimum,
            refused: false,
            image,
            steps: vec![first],
            step: 0,
            faults: None,
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
        let wanted = ((size - self.image().minimum) / WASM_PAGE).min(self.image().steps);
        // Without another place it grows where it is.
        if wanted > self.step && self.has_step(wanted) {
            self.step_to(wanted)?;
        }
        self.steps[self.step].open_to(size)?;
        self.base = self.steps[self.step].base();
        Ok(())
    }

    /// Whether the system has given it this many places.
    fn has_step(&mut self, number: usize) -> bool {
        while self.steps.len() <= number {
            let Ok(step) = Step::new(self.image(), self.steps.len()) else { return false };
            self.steps.push(step);
        }
        true
    }

    fn step_to(&mut self, number: usize) -> io::Result<()> {
        // SAFETY: as in `image`.
        let image = unsafe { &*self.image };
        let (target, same) = (self.steps[number].base(), self.unfaulted());
        let from = &mut self.steps[self.step];
        let source = from.base();
        from.clear(image, same, |run| {
            // SAFETY: both are ours, apart, and at least as open as the smaller of them.
            unsafe { ptr::copy_nonoverlapping(source.add(run.start), target.add(run.start), run.len()) }
        })?;
        self.step = number;
        Ok(())
    }

    /// Whether its thread has met no new page since the memory was taken.
    fn unfaulted(&self) -> bool {
        self.faults.is_some() && self.faults == Faults::of_thread()
    }

    /// Bytes that it can grow to where it is.
    fn capacity(&self) -> usize {
        let step = &self.steps[self.step];
        if self.step < self.image().steps { step.ready } else { step.mapping.len.min(RESERVATION) }
    }

    /// Bytes of its own while no instance has it: pages that were written before.
    fn kept_bytes(&self) -> usize {
        self.steps.iter().flat_map(|step| &step.written).flatten().map(ExactSizeIterator::len).sum()
    }

    /// Makes it what it was when it was new.
    fn reset(&mut self) -> io::Result<()> {
        keys::open_all();
        // SAFETY: as in `image`.
        let image = unsafe { &*self.image };
        let same = self.unfaulted();
        self.steps[self.step].clear(image, same, |_| ())?;
        self.step = 0;
        self.base = self.steps[0].base();
        self.size = image.minimum;
        Ok(())
    }
}

static MEMORIES: Pool<Box<Memory>> = Pool::new();

fn take(image: &Image) -> io::Result<Box<Memory>> {
    if let Some(memory) = MEMORIES.take(|memory| ptr::eq(memory.image, image)) {
        return Ok(memory);
    }
    let made = Memory::new(image).or_else(|_| {
        // Addresses or mappings have run out.
        MEMORIES.clear();
        Memory::new(image)
    });
    made.map(Box::new)
}

fn give(mut memory: Box<Memory>) {
    // After a refusal its places may be in any state.
    if memory.image().reserves && !memory.refused && memory.reset().is_ok() {
        MEMORIES.give(memory);
    }
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
        unsafe { (*self.0).capacity() }
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
    let moves = !reserve || image::steps() > 0;
    unsafe { config_of(config) }
        .with_host_memory(Arc::new(Memories))
        .with_host_stack(Arc::new(stacks::Stacks))
        .memory_reservation(if reserve { RESERVATION as u64 } else { 0 })
        .memory_guard_size(if reserve { GUARD as u64 } else { 0 })
        .memory_reservation_for_growth(0)
        .memory_may_move(moves)
        // Images of Wasmtime's own are for memories of its own.
        .memory_init_cow(false);
}

#[unsafe(no_mangle)]
extern "C" fn fvm_memory_can_reserve() -> bool {
    // A fourth more, for all else.
    Mapping::reserve((image::steps() + 1) * DEEPEST * (RESERVATION + GUARD) * 5 / 4).is_ok()
}

/// Bytes that are kept for the next instances: of memories and of stacks.
#[unsafe(no_mangle)]
extern "C" fn fvm_memory_kept(memories: &mut usize, stacks: &mut usize) {
    *memories = MEMORIES.sum(|memory| memory.kept_bytes());
    *stacks = stacks::kept_bytes();
}

/// Gives them back to the system.
#[unsafe(no_mangle)]
extern "C" fn fvm_memory_trim() {
    MEMORIES.clear();
    stacks::clear();
}

/// # Safety
/// `data` is valid for `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_image_new(
    minimum: usize,
    maximum: usize,
    reserve: bool,
    offset: usize,
    data: *const u8,
    len: usize,
) -> Option<Box<Image>> {
    Image::new(minimum..maximum, reserve, offset, unsafe { crate::ffi::slice(data, len) }).ok().map(Box::new)
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
    MEMORIES.retain(|memory| !ptr::eq(memory.image, &*image));
}

#[unsafe(no_mangle)]
extern "C" fn fvm_memory_take(image: &Image) -> Option<Box<Memory>> {
    let mut memory = take(image).ok()?;
    memory.faults = Faults::of_thread();
    Some(memory)
}

#[unsafe(no_mangle)]
extern "C" fn fvm_memory_give(memory: Box<Memory>) {
    give(memory);
}
