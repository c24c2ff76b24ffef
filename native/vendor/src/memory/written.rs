//! Which pages of a private mapping have been written: `PAGEMAP_SCAN` of Linux 6.7 and later. Elsewhere
//! nothing is known of any.
//!
//! A page is a fault of the thread that writes it first, and of none later: a thread that has had no fault
//! has written no pages but those it had written before.

#[cfg(target_os = "linux")]
pub use linux::{Faults, is_known, scan};

#[cfg(not(target_os = "linux"))]
pub fn scan(range: std::ops::Range<usize>, _most: usize, _each: impl FnMut(std::ops::Range<usize>)) -> usize {
    range.start
}

#[cfg(not(target_os = "linux"))]
pub fn is_known() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
#[derive(PartialEq, Eq)]
pub struct Faults;

#[cfg(not(target_os = "linux"))]
impl Faults {
    pub fn of_thread() -> Option<Faults> {
        None
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::mem::MaybeUninit;
    use std::ops::Range;
    use std::os::fd::AsRawFd;
    use std::sync::LazyLock;

    use crate::memory::pages::PAGE;

    /// `struct pm_scan_arg` of linux/fs.h.
    #[repr(C)]
    struct Scan {
        size: u64,
        flags: u64,
        start: u64,
        end: u64,
        walk_end: u64,
        regions: u64,
        regions_len: u64,
        max_pages: u64,
        category_inverted: u64,
        category_mask: u64,
        category_anyof_mask: u64,
        return_mask: u64,
    }

    /// `struct page_region`.
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct Region {
        start: u64,
        end: u64,
        categories: u64,
    }

    const FILE: u64 = 1 << 2;
    const PRESENT: u64 = 1 << 3;
    const SWAPPED: u64 = 1 << 4;
    const ZERO: u64 = 1 << 5;

    /// `_IOWR('f', 16, struct pm_scan_arg)`.
    const PAGEMAP_SCAN: libc::Ioctl =
        (3 << 30 | (size_of::<Scan>() as libc::Ioctl) << 16 | (b'f' as libc::Ioctl) << 8 | 16) as libc::Ioctl;

    /// More runs than instances leave; what is behind them is found by another call.
    const REGIONS: usize = 32;

    static PAGEMAP: LazyLock<Option<File>> = LazyLock::new(|| File::open("/proc/self/pagemap").ok());

    /// Page faults of a thread.
    #[derive(PartialEq, Eq)]
    pub struct Faults(libc::c_long, libc::c_long);

    impl Faults {
        /// So far. None where the system may not count them.
        pub fn of_thread() -> Option<Faults> {
            let mut usage = MaybeUninit::<libc::rusage>::zeroed();
            // SAFETY: it is written by the system, and zeros are one, too.
            let (done, usage) =
                unsafe { (libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr()), usage.assume_init()) };
            (done == 0 && is_known()).then_some(Faults(usage.ru_minflt, usage.ru_majflt))
        }
    }

    /// Whether the system can tell.
    pub fn is_known() -> bool {
        static KNOWN: LazyLock<bool> = LazyLock::new(|| {
            let page = (&raw const PAGEMAP).addr() / *PAGE * *PAGE;
            scan(page..page + *PAGE, *PAGE, |_| ()) > page
        });
        *KNOWN
    }

    /// Calls `each` with runs of written pages in order, until some `most` bytes are found. Answers from
    /// where on nothing is known: the start, if the system cannot tell.
    pub fn scan(range: Range<usize>, most: usize, mut each: impl FnMut(Range<usize>)) -> usize {
        let Some(pagemap) = &*PAGEMAP else { return range.start };
        let (mut at, mut left) = (range.start, most / *PAGE);
        let mut regions = [Region::default(); REGIONS];
        while at < range.end && left > 0 {
            // A page that is neither the file's nor the common page of zeros is one of our own.
            let mut scan = Scan {
                size: size_of::<Scan>() as u64,
                flags: 0,
                start: at as u64,
                end: range.end as u64,
                walk_end: 0,
                regions: regions.as_mut_ptr() as u64,
                regions_len: REGIONS as u64,
                max_pages: left as u64,
                category_inverted: FILE | ZERO,
                category_mask: FILE | ZERO,
                category_anyof_mask: PRESENT | SWAPPED,
                return_mask: 0,
            };
            // SAFETY: as the interface wants it.
            let found = unsafe { libc::ioctl(pagemap.as_raw_fd(), PAGEMAP_SCAN, &mut scan) };
            let Ok(found) = usize::try_from(found) else { break };
            for region in &regions[..found] {
                each(region.start as usize..region.end as usize);
                left = left.saturating_sub((region.end - region.start) as usize / *PAGE);
            }
            at = scan.walk_end as usize;
        }
        at
    }
}
