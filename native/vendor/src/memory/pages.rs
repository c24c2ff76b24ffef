//! System calls for memories: address space and protection.

use std::ffi::c_int;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::ptr::null_mut;
use std::sync::LazyLock;

pub static PAGE: LazyLock<usize> = LazyLock::new(|| {
    // SAFETY: takes no pointers.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).expect("the system has pages")
});

const READ_WRITE: c_int = libc::PROT_READ | libc::PROT_WRITE;

/// Addresses of our own, given back when dropped.
pub struct Mapping {
    pub base: *mut u8,
    pub len: usize,
}

// SAFETY: an address range belongs to no thread.
unsafe impl Send for Mapping {}
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Inaccessible addresses.
    pub fn reserve(len: usize) -> io::Result<Mapping> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        map(null_mut(), len, libc::PROT_NONE, flags, -1)
    }

    /// A file's bytes, to be read and written.
    pub fn shared(file: &File, len: usize) -> io::Result<Mapping> {
        map(null_mut(), len, READ_WRITE, libc::MAP_SHARED, file.as_raw_fd())
    }

    /// Puts a file's bytes into place; what is written to them stays here.
    pub fn copy_on_write(&mut self, at: usize, file: &File, len: usize) -> io::Result<()> {
        assert!(at + len <= self.len);
        let flags = libc::MAP_PRIVATE | libc::MAP_FIXED;
        map(self.base.wrapping_add(at), len, READ_WRITE, flags, file.as_raw_fd()).map(std::mem::forget)
    }

    /// Large pages would be written without a fault for each of the system's own.
    pub fn keep_pages_small(&mut self) {
        #[cfg(target_os = "linux")]
        // SAFETY: the pages are ours. It fails where there are no large pages.
        unsafe {
            libc::madvise(self.base.cast(), self.len, libc::MADV_NOHUGEPAGE)
        };
    }

    pub fn open(&mut self, range: Range<usize>) -> io::Result<()> {
        self.protect(range, READ_WRITE)
    }

    pub fn close(&mut self, range: Range<usize>) -> io::Result<()> {
        self.protect(range, libc::PROT_NONE)
    }

    fn protect(&mut self, range: Range<usize>, protection: c_int) -> io::Result<()> {
        assert!(range.end <= self.len);
        if range.is_empty() {
            return Ok(());
        }
        let at = self.base.wrapping_add(range.start);
        // SAFETY: the pages are ours.
        done(unsafe { libc::mprotect(at.cast(), range.len(), protection) })
    }

    /// Bytes of the pages that are in memory; none if the system does not tell.
    pub fn resident(&self, range: Range<usize>) -> usize {
        assert!(range.end <= self.len);
        let mut pages = vec![0; range.len().div_ceil(*PAGE)];
        let at = self.base.wrapping_add(range.start);
        // SAFETY: the pages are ours, and there is a byte for each.
        let told = unsafe { libc::mincore(at.cast(), range.len(), pages.as_mut_ptr().cast()) } == 0;
        if told { pages.iter().filter(|&&page: &&u8| page & 1 == 1).count() * *PAGE } else { 0 }
    }

    /// Makes pages what they were when mapped, and gives their memory back.
    pub fn discard(&mut self, range: Range<usize>) -> io::Result<()> {
        assert!(range.end <= self.len);
        if range.is_empty() {
            return Ok(());
        }
        // Elsewhere the same advice leaves pages as they are.
        if !cfg!(target_os = "linux") {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let at = self.base.wrapping_add(range.start);
        // SAFETY: the pages are ours.
        done(unsafe { libc::madvise(at.cast(), range.len(), libc::MADV_DONTNEED) })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: ours, and nobody refers to it any more.
        unsafe { libc::munmap(self.base.cast(), self.len) };
    }
}

fn map(at: *mut u8, len: usize, protection: c_int, flags: c_int, file: c_int) -> io::Result<Mapping> {
    // SAFETY: the kernel picks the place, or it lies in a mapping of ours.
    let base = unsafe { libc::mmap(at.cast(), len, protection, flags, file, 0) };
    if base == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(Mapping { base: base.cast(), len })
}

fn done(result: c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
