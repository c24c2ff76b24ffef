//! A setting of Wasmtime's instance pool that its C API lacks.

use wasmtime::{Enabled, PoolingAllocationConfig};
use wasmtime_c_api::wasmtime_pooling_allocation_config_t;

/// Lets the pool ask Linux (6.7 on) which pages an instance has written, and clean only those.
///
/// # Safety
/// `config` comes from `wasmtime_pooling_allocation_config_new`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_pool_scan_written_pages(config: *mut wasmtime_pooling_allocation_config_t) {
    // The C type is `repr(C)` around this one field, which is private.
    const { assert!(size_of::<wasmtime_pooling_allocation_config_t>() == size_of::<PoolingAllocationConfig>()) };
    unsafe { (*config.cast::<PoolingAllocationConfig>()).pagemap_scan(Enabled::Auto) };
}
