//! Protection keys (x86-64, `man 7 pkeys`): pages that carry a key are accessible as a register of the
//! thread says, which takes no system call to change and interrupts no other core.
//!
//! The i-th Wasm page that a memory grows by carries the i-th key, in all memories alike. Outside of Wasm
//! all keys are open.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
pub use none::{count, give, open};
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub use x86::{count, give, open};

pub fn open_all() {
    open(usize::MAX);
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod x86 {
    use std::arch::asm;
    use std::io;
    use std::sync::LazyLock;

    /// Nearly all invocations grow their memory by one page, few by more than three. Each key makes a
    /// mapping of its own in each memory, of which Linux allows 65,530 in all.
    const MOST: usize = 3;
    const READ_WRITE: i32 = libc::PROT_READ | libc::PROT_WRITE;

    struct Keys {
        keys: Vec<u32>,
        /// For i open keys: the register's bits that close the others.
        closed: Vec<u32>,
        all: u32,
    }

    static KEYS: LazyLock<Keys> = LazyLock::new(|| {
        let wanted = match std::env::var("FVM_PROTECTION_KEYS") {
            Ok(number) => number.parse().unwrap_or(MOST).min(MOST),
            Err(_) => MOST,
        };
        // SAFETY: takes no pointers. Fails where the processor or the system has no keys, or none left.
        let alloc = || unsafe { libc::syscall(libc::SYS_pkey_alloc, 0, 0) };
        let keys: Vec<u32> = (0..wanted).map_while(|_| u32::try_from(alloc()).ok()).collect();
        let closed: Vec<u32> = (0..=keys.len()).map(|open| keys[open..].iter().map(bits).sum()).collect();
        Keys { all: closed[0], keys, closed }
    });

    /// Two bits for each key: no access, no writing.
    fn bits(key: &u32) -> u32 {
        0b11 << (2 * key)
    }

    pub fn count() -> usize {
        KEYS.keys.len()
    }

    /// Gives these pages, which become accessible, the key of this number.
    ///
    /// # Safety
    /// The pages are the caller's.
    pub unsafe fn give(number: usize, base: *mut u8, len: usize) -> io::Result<()> {
        let key = KEYS.keys[number];
        let failed = unsafe { libc::syscall(libc::SYS_pkey_mprotect, base, len, READ_WRITE, key) } != 0;
        if failed { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// Opens so many keys on this thread and closes the others.
    pub fn open(number: usize) {
        let keys = &*KEYS;
        if keys.all == 0 {
            return;
        }
        // Other keys may be others' and stay as they are.
        let before = read();
        let wanted = before & !keys.all | keys.closed[number.min(keys.keys.len())];
        if wanted != before {
            write(wanted);
        }
    }

    fn read() -> u32 {
        let value;
        // SAFETY: there are keys, so the processor has the register and the system lets us use it.
        unsafe {
            asm!("rdpkru", in("ecx") 0, out("eax") value, out("edx") _, options(nostack, preserves_flags))
        };
        value
    }

    fn write(value: u32) {
        // SAFETY: as above. No access to memory is moved across, because it may touch memory for all that
        // the compiler knows.
        unsafe {
            asm!("wrpkru", in("eax") value, in("ecx") 0, in("edx") 0, options(nostack, preserves_flags))
        };
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod none {
    pub fn count() -> usize {
        0
    }

    pub unsafe fn give(_number: usize, _base: *mut u8, _len: usize) -> std::io::Result<()> {
        Ok(())
    }

    pub fn open(_number: usize) {}
}
