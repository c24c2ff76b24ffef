use std::fs::File;
use std::io;
use std::ops::Range;
#[cfg(target_os = "linux")]
use std::os::fd::FromRawFd;
use std::{ptr, slice};

use super::pages::{Mapping, PAGE};
use super::{KEPT_BYTES, RESERVATION, STEPS, WASM_PAGE, keys, written};

/// Places that memories have for their first sizes, beside the one for the minimum: none with keys, nor
/// where the system cannot tell what has to be copied to the next.
pub fn steps() -> usize {
    if keys::count() == 0 && written::is_known() { STEPS } else { 0 }
}

/// First content of a module's memory.
pub struct Image {
    /// In bytes.
    pub minimum: usize,
    /// Whether memories reserve all that they can grow to; else they move.
    pub reserves: bool,
    /// Wasm pages behind the minimum that have keys.
    pub keyed: usize,
    /// Sizes beyond the minimum that a memory has places for.
    pub steps: usize,
    data: Option<Data>,
}

/// Whole pages of the system with the module's data; all else is zero.
struct Data {
    offset: usize,
    bytes: Mapping,
    /// The file behind the bytes. Without one, each new memory has a copy of its own.
    file: Option<File>,
}

impl Image {
    /// `size`: from the module's minimum to its maximum.
    pub fn new(size: Range<usize>, reserves: bool, offset: usize, data: &[u8]) -> io::Result<Image> {
        let minimum = size.start;
        let fits = offset.checked_add(data.len()).is_some_and(|end| end <= minimum);
        if !fits || minimum > RESERVATION {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let room = (RESERVATION - minimum) / WASM_PAGE;
        let keyed = if reserves { keys::count().min(room) } else { 0 };
        // The bytes copied at each step have a bound, and Wasmtime lets no other memories move.
        let moves = reserves && minimum <= KEPT_BYTES && size.end > RESERVATION;
        let steps = if moves { steps() } else { 0 };
        let data = if data.is_empty() { None } else { Some(Data::new(offset, data)?) };
        Ok(Image { minimum, reserves, keyed, steps, data })
    }

    /// Offset and bytes of its data.
    pub fn data(&self) -> (usize, &[u8]) {
        match &self.data {
            // SAFETY: nobody writes to these pages any more.
            Some(data) => (data.offset, unsafe { slice::from_raw_parts(data.bytes.base, data.bytes.len) }),
            None => (0, &[]),
        }
    }

    pub fn lay_into(&self, memory: &mut Mapping) -> io::Result<()> {
        let Some(data) = &self.data else { return Ok(()) };
        match &data.file {
            Some(file) => memory.copy_on_write(data.offset, file, data.bytes.len),
            None => {
                // SAFETY: within the memory's minimum, which is a new mapping's and open.
                unsafe {
                    ptr::copy_nonoverlapping(data.bytes.base, memory.base.add(data.offset), data.bytes.len)
                };
                Ok(())
            }
        }
    }

    /// Makes whole pages of a memory what they were at first.
    ///
    /// # Safety
    /// The range of the memory is accessible, and no reference into it lives.
    pub unsafe fn restore(&self, memory: *mut u8, range: Range<usize>) {
        let (offset, data) = self.data();
        let from = offset.clamp(range.start, range.end);
        let to = (offset + data.len()).clamp(range.start, range.end);
        unsafe {
            ptr::write_bytes(memory.add(range.start), 0, from - range.start);
            if from < to {
                ptr::copy_nonoverlapping(data[from - offset..].as_ptr(), memory.add(from), to - from);
            }
            ptr::write_bytes(memory.add(to), 0, range.end - to);
        }
    }
}

impl Data {
    fn new(offset: usize, bytes: &[u8]) -> io::Result<Data> {
        let skipped = offset % *PAGE;
        let len = (skipped + bytes.len()).next_multiple_of(*PAGE);
        let file = memory_file(len).ok();
        let pages = match &file {
            Some(file) => Mapping::shared(file, len)?,
            None => {
                let mut pages = Mapping::reserve(len)?;
                pages.open(0..len)?;
                pages
            }
        };
        // SAFETY: the mapping is ours, writable and long enough.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), pages.base.add(skipped), bytes.len()) };
        Ok(Data { offset: offset - skipped, bytes: pages, file })
    }
}

/// Without a name, in memory.
#[cfg(target_os = "linux")]
fn memory_file(len: usize) -> io::Result<File> {
    // SAFETY: the name is a C string.
    let descriptor = unsafe { libc::memfd_create(c"fvm-image".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is new, and nobody else's.
    let file = unsafe { File::from_raw_fd(descriptor) };
    file.set_len(len as u64)?;
    Ok(file)
}

#[cfg(not(target_os = "linux"))]
fn memory_file(_len: usize) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}
