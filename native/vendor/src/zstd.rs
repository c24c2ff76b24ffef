//! Frames of Zstandard, made and read piece by piece.

use crate::ffi::{Bytes, guard, slice};
use zstd_safe::zstd_sys::ZSTD_EndDirective as End;
use zstd_safe::{CCtx, CParameter, DCtx, DParameter, InBuffer, OutBuffer, ResetDirective, SafeResult};

/// Memory that a frame may ask for, as a power of two: what the reference's decoder grants unless it is told otherwise.
const MAX_WINDOW_LOG: u32 = 27;

type Step<'a> = dyn FnMut(&mut OutBuffer<'_, Vec<u8>>, &mut InBuffer<'_>) -> SafeResult + 'a;

/// Calls a step until all of `data` is taken and it has no more to give. Answers its output and last result: nothing if it
/// fails, or if it takes nothing and gives nothing.
fn run(data: &[u8], room: usize, is_over: fn(usize) -> bool, step: &mut Step) -> Option<(Vec<u8>, usize)> {
    let mut input = InBuffer::around(data);
    let mut all = Vec::with_capacity(room);
    loop {
        all.reserve(room.max(1));
        let (read, written) = (input.pos(), all.len());
        let result = {
            let mut output = OutBuffer::around_pos(&mut all, written);
            step(&mut output, &mut input).ok()?
        };
        let is_full = all.len() == all.capacity();
        if input.pos() == data.len() && !is_full && is_over(result) {
            return Some((all, result));
        }
        if input.pos() == read && all.len() == written && !is_full {
            return None;
        }
    }
}

pub struct Unzstd {
    /// Gone with its memory once the frame is over, or damaged: whoever holds this may hold it for long.
    context: Option<DCtx<'static>>,
    /// The frame has been read to its end.
    is_over: bool,
}

impl Unzstd {
    fn new() -> Option<Self> {
        let mut context = DCtx::try_create()?;
        context.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG)).ok()?;
        Some(Unzstd { context: Some(context), is_over: false })
    }

    fn push(&mut self, data: &[u8]) -> Option<Vec<u8>> {
        if self.is_over {
            return data.is_empty().then(Vec::new);
        }
        let mut context = self.context.take()?;
        let step = &mut |output: &mut OutBuffer<'_, Vec<u8>>, input: &mut InBuffer<'_>| {
            context.decompress_stream(output, input)
        };
        let (out, hint) = run(data, DCtx::out_size(), |_| true, step)?;
        self.is_over = hint == 0;
        if !self.is_over {
            self.context = Some(context);
        }
        Some(out)
    }
}

pub struct Zstd {
    context: CCtx<'static>,
}

impl Zstd {
    fn new(level: i32) -> Option<Self> {
        let mut context = CCtx::try_create()?;
        context.set_parameter(CParameter::CompressionLevel(level)).ok()?;
        context.set_parameter(CParameter::ChecksumFlag(true)).ok()?;
        Some(Zstd { context })
    }

    /// The next bytes of a frame, or its last ones.
    fn push(&mut self, data: &[u8], is_last: bool) -> Option<Vec<u8>> {
        let Zstd { context } = self;
        let directive = if is_last { End::ZSTD_e_end } else { End::ZSTD_e_continue };
        let step = &mut |output: &mut OutBuffer<'_, Vec<u8>>, input: &mut InBuffer<'_>| {
            context.compress_stream2(output, input, directive)
        };
        let is_over = if is_last { |left| left == 0 } else { |_| true };
        let (out, _) = run(data, CCtx::out_size(), is_over, step)?;
        if is_last {
            context.reset(ResetDirective::SessionOnly).ok()?;
        }
        Some(out)
    }
}

/// # Safety
/// `out` has room for it.
unsafe fn give(result: Option<Vec<u8>>, out: *mut Bytes) -> bool {
    let Some(bytes) = result else { return false };
    unsafe { out.write(Bytes::from(bytes)) };
    true
}

fn boxed<T>(value: Option<T>) -> *mut T {
    value.map_or(std::ptr::null_mut(), |value| Box::into_raw(Box::new(value)))
}

#[unsafe(no_mangle)]
extern "C" fn fvm_unzstd_new() -> *mut Unzstd {
    boxed(guard(None, Unzstd::new))
}

/// # Safety
/// `unzstd` is one of `fvm_unzstd_new`, given once.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_unzstd_delete(unzstd: *mut Unzstd) {
    drop(unsafe { Box::from_raw(unzstd) });
}

/// # Safety
/// `data` is valid for `len` bytes, and `out` for a result.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_unzstd_push(
    unzstd: &mut Unzstd,
    data: *const u8,
    len: usize,
    out: *mut Bytes,
) -> bool {
    let data = unsafe { slice(data, len) };
    unsafe { give(guard(None, || unzstd.push(data)), out) }
}

#[unsafe(no_mangle)]
extern "C" fn fvm_unzstd_is_over(unzstd: &Unzstd) -> bool {
    unzstd.is_over
}

#[unsafe(no_mangle)]
extern "C" fn fvm_zstd_new(level: i32) -> *mut Zstd {
    boxed(guard(None, || Zstd::new(level)))
}

/// # Safety
/// `zstd` is one of `fvm_zstd_new`, given once, and nothing works at it.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_zstd_delete(zstd: *mut Zstd) {
    drop(unsafe { Box::from_raw(zstd) });
}

/// # Safety
/// `data` is valid for `len` bytes, and `out` for a result.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_zstd_push(
    zstd: &mut Zstd,
    data: *const u8,
    len: usize,
    is_last: bool,
    out: *mut Bytes,
) -> bool {
    let data = unsafe { slice(data, len) };
    unsafe { give(guard(None, || zstd.push(data, is_last)), out) }
}
