//! Memories of instances and stacks of fibers that wait for their next user.

use std::ptr;
use std::sync::{Mutex, MutexGuard};

use super::DEEPEST;

/// Most recently used last.
pub struct Pool<T>(Mutex<Vec<Kept<T>>>);

struct Kept<T> {
    /// The thread that used it.
    thread: usize,
    value: T,
}

impl<T> Pool<T> {
    pub const fn new() -> Pool<T> {
        Pool(Mutex::new(Vec::new()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept<T>>> {
        // Nothing that can panic is done under the lock.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// One that fits, of this thread if possible: its core's cache has the pages.
    pub fn take(&self, fits: impl Fn(&T) -> bool) -> Option<T> {
        let (mut kept, thread) = (self.lock(), this_thread());
        let last =
            |own: bool| kept.iter().rposition(|entry| (!own || entry.thread == thread) && fits(&entry.value));
        let at = last(true).or_else(|| last(false))?;
        Some(kept.remove(at).value)
    }

    /// Keeps it, and drops the one unused for longest if there are more than a call stack needs.
    pub fn give(&self, value: T) {
        let mut kept = self.lock();
        kept.push(Kept { thread: this_thread(), value });
        let surplus = (kept.len() > DEEPEST).then(|| kept.remove(0));
        drop(kept);
        drop(surplus);
    }

    /// Drops those that do not pass.
    pub fn retain(&self, passes: impl Fn(&T) -> bool) {
        self.lock().retain(|entry| passes(&entry.value));
    }

    /// The sum over those that wait.
    pub fn sum(&self, measure: impl Fn(&T) -> usize) -> usize {
        self.lock().iter().map(|entry| measure(&entry.value)).sum()
    }

    pub fn clear(&self) {
        let all = std::mem::take(&mut *self.lock());
        drop(all);
    }
}

/// A number that no other living thread has.
fn this_thread() -> usize {
    thread_local!(static PLACE: u8 = const { 0 });
    PLACE.with(|place| ptr::from_ref(place).addr())
}
