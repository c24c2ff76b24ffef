//! The one function through which a fiber leaves for JavaScript: `fvm.suspend`, see `inline/syscalls.rs`.
//!
//! The C API's asynchronous functions pass their arguments and results in lists of tagged values; this one
//! has none and one.

use std::ffi::c_void;
use std::future::poll_fn;
use std::task::Poll;

use wasmtime::{AsContext, Caller, Error, Linker};
use wasmtime_c_api::{WasmtimeStoreData, wasmtime_context_get_data, wasmtime_linker_t};

/// Whether the answer is there: `PENDING`, `READY` with the result written, or `ENDED`, when the invocation
/// ends here. `data` is the store's.
type Answer = extern "C" fn(data: *mut c_void, result: *mut i64) -> u8;

const PENDING: u8 = 0;
const READY: u8 = 1;

struct StoreData(*mut c_void);
// SAFETY: a fiber runs on one thread.
unsafe impl Send for StoreData {}

impl StoreData {
    fn ask(&self, answer: Answer) -> Poll<Result<i64, Error>> {
        let mut result = 0;
        match answer(self.0, &mut result) {
            PENDING => Poll::Pending,
            READY => Poll::Ready(Ok(result)),
            _ => Poll::Ready(Err(Error::msg("the syscall ended the invocation"))),
        }
    }
}

/// Defines `fvm.suspend () -> i64`.
///
/// # Safety
/// `linker` comes from `wasmtime_linker_new`, and its stores have data that `answer` can take.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_linker_define_suspend(linker: *mut wasmtime_linker_t, answer: Answer) -> bool {
    // The C type is `repr(C)` around this one field, which is private.
    const { assert!(size_of::<wasmtime_linker_t>() == size_of::<Linker<WasmtimeStoreData>>()) };
    let linker = unsafe { &mut *linker.cast::<Linker<WasmtimeStoreData>>() };
    let defined = linker.func_wrap_async("fvm", "suspend", move |caller: Caller<'_, _>, (): ()| {
        let data = StoreData(wasmtime_context_get_data(caller.as_context()));
        Box::new(poll_fn(move |_| data.ask(answer)))
    });
    defined.is_ok()
}
