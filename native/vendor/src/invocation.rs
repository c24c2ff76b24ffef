//! What the C API offers for a call is general: exports are looked up by name, arguments and results are
//! packed into lists of tagged values. An invocation always needs the same exports, and `invoke` has one
//! type. And it has a memory of ours, which must be open while it runs.

use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::Pin;

use wasmtime::{
    Error, ExternType, FuncType, Global, Instance, InstancePre, Module, ModuleExport, Trap, TypedFunc,
};
use wasmtime_c_api::{
    WasmtimeStoreContextMut, WasmtimeStoreData, wasm_trap_t, wasmtime_call_future_t, wasmtime_error_t,
    wasmtime_instance_pre_t, wasmtime_module_t,
};

use crate::ffi::slice;
use crate::memory::{Memory, within};

/// Where a module has what the host needs of its instances.
pub struct Exports {
    counter: ModuleExport,
    /// The export `invoke`, of type (i32) -> i32.
    invoke: Option<ModuleExport>,
}

impl Exports {
    fn find(module: &Module, counter: &str) -> Option<Exports> {
        let invokes = matches!(module.get_export("invoke"), Some(ExternType::Func(ty)) if is_invoke(&ty));
        matches!(module.get_export(counter)?, ExternType::Global(_)).then_some(())?;
        Some(Exports {
            counter: module.get_export_index(counter)?,
            invoke: invokes.then(|| module.get_export_index("invoke")).flatten(),
        })
    }
}

fn is_invoke(ty: &FuncType) -> bool {
    ty.params().len() == 1
        && ty.results().len() == 1
        && ty.params().chain(ty.results()).all(|value| value.is_i32())
}

/// Null if the module lacks its counter.
///
/// # Safety
/// `counter` is UTF-8 of so many bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_exports_find(
    module: &wasmtime_module_t,
    counter: *const u8,
    counter_len: usize,
) -> Option<Box<Exports>> {
    // The C type is a struct with this one field, which is private.
    const { assert!(size_of::<wasmtime_module_t>() == size_of::<Module>()) };
    let (module, counter) =
        unsafe { (&*std::ptr::from_ref(module).cast::<Module>(), slice(counter, counter_len)) };
    Exports::find(module, std::str::from_utf8(counter).ok()?).map(Box::new)
}

#[unsafe(no_mangle)]
extern "C" fn fvm_exports_delete(_exports: Box<Exports>) {}

/// The counter of an instance of the module; false if it is another module's.
#[unsafe(no_mangle)]
extern "C" fn fvm_exports_get(
    exports: &Exports,
    mut store: WasmtimeStoreContextMut<'_>,
    instance: &Instance,
    counter: &mut MaybeUninit<Global>,
) -> bool {
    let export = instance.get_module_export(&mut store, &exports.counter);
    export.and_then(|export| export.into_global()).map(|global| counter.write(global)).is_some()
}

/// Instantiates as `wasmtime_instance_pre_instantiate_async` would, with this memory.
///
/// # Safety
/// The memory is the image's of the module, and outlives the store.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_instantiate<'a>(
    pre: &'a wasmtime_instance_pre_t,
    memory: *mut Memory,
    store: WasmtimeStoreContextMut<'a>,
    instance: &'a mut MaybeUninit<Instance>,
    trap: &'a mut *mut wasm_trap_t,
    error: &'a mut *mut wasmtime_error_t,
) -> Box<wasmtime_call_future_t<'a>> {
    // As for the C type of a module.
    const { assert!(size_of::<wasmtime_instance_pre_t>() == size_of::<InstancePre<WasmtimeStoreData>>()) };
    let pre = unsafe { &*std::ptr::from_ref(pre).cast::<InstancePre<WasmtimeStoreData>>() };
    let made = unsafe { within(memory, pre.instantiate_async(store)) };
    future(async move {
        match made.await {
            Ok(made) => {
                instance.write(made);
            }
            Err(failure) => tell(failure, trap, error),
        }
    })
}

/// Calls `invoke`, as `wasmtime_func_call_async` would. Null if the module has none, or none of that type.
///
/// # Safety
/// The memory is the instance's.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_call_invoke<'a>(
    exports: &Exports,
    memory: *mut Memory,
    mut store: WasmtimeStoreContextMut<'a>,
    instance: &Instance,
    params: i32,
    result: &'a mut i32,
    trap: &'a mut *mut wasm_trap_t,
    error: &'a mut *mut wasmtime_error_t,
) -> Option<Box<wasmtime_call_future_t<'a>>> {
    let invoke = instance.get_module_export(&mut store, exports.invoke.as_ref()?)?.into_func()?;
    // SAFETY: `Exports::find` has looked at its type.
    let invoke = unsafe { TypedFunc::<i32, i32>::new_unchecked(&store, invoke) };
    Some(future(async move {
        match unsafe { within(memory, invoke.call_async(store, params)) }.await {
            Ok(handle) => *result = handle,
            Err(failure) => tell(failure, trap, error),
        }
    }))
}

fn future<'a>(future: impl Future<Output = ()> + 'a) -> Box<wasmtime_call_future_t<'a>> {
    let future: Pin<Box<dyn Future<Output = ()> + 'a>> = Box::pin(future);
    // SAFETY: the C type is `repr(transparent)` around such a future, which is private.
    Box::new(unsafe { std::mem::transmute::<_, wasmtime_call_future_t<'a>>(future) })
}

fn tell(failure: Error, trap: &mut *mut wasm_trap_t, error: &mut *mut wasmtime_error_t) {
    if failure.is::<Trap>() {
        // SAFETY: the C type is `repr(C)` around this one field, which is private.
        let failure = unsafe { std::mem::transmute::<Error, wasm_trap_t>(failure) };
        *trap = Box::into_raw(Box::new(failure));
    } else {
        *error = Box::into_raw(Box::new(wasmtime_error_t::from(failure)));
    }
}
