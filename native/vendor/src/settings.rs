//! Settings of Wasmtime that its C API lacks.

use wasmtime::Config;
use wasmtime_c_api::wasm_config_t;

/// No backtraces of Wasm, which nobody reads: with each exit of an actor one would be collected. Without
/// the table that they need, compiled code is a sixth smaller.
///
/// # Safety
/// `config` comes from `wasm_config_new`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_config_no_backtraces(config: *mut wasm_config_t) {
    unsafe { config_of(config) }.wasm_backtrace_max_frames(None).generate_address_map(false);
}

/// # Safety
/// `config` comes from `wasm_config_new`, and nobody else uses it.
pub unsafe fn config_of<'a>(config: *mut wasm_config_t) -> &'a mut Config {
    // The C type is `repr(C)` around this one field, which is private.
    const { assert!(size_of::<wasm_config_t>() == size_of::<Config>()) };
    unsafe { &mut *config.cast::<Config>() }
}
