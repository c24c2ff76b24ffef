//! What the C API offers for a call is general: exports are looked up by name, arguments and results are
//! packed into lists of tagged values. An invocation always needs the same three exports, and `invoke` has
//! one type.

use std::future::Future;
use std::mem::MaybeUninit;
use std::pin::Pin;

use wasmtime::{Error, ExternType, FuncType, Global, Instance, Memory, Module, ModuleExport, Trap, TypedFunc};
use wasmtime_c_api::{
    WasmtimeStoreContextMut, wasm_trap_t, wasmtime_call_future_t, wasmtime_error_t, wasmtime_module_t,
};

use crate::ffi::slice;

/// Where a module has what the host needs of its instances.
pub struct Exports {
    counter: ModuleExport,
    memory: ModuleExport,
    /// Of type (i32) -> i32.
    invoke: Option<ModuleExport>,
}

impl Exports {
    fn find(module: &Module, counter: &str) -> Option<Exports> {
        let invokes = matches!(module.get_export("invoke"), Some(ExternType::Func(ty)) if is_invoke(&ty));
        matches!(module.get_export(counter)?, ExternType::Global(_)).then_some(())?;
        matches!(module.get_export("memory")?, ExternType::Memory(_)).then_some(())?;
        Some(Exports {
            counter: module.get_export_index(counter)?,
            memory: module.get_export_index("memory")?,
            invoke: invokes.then(|| module.get_export_index("invoke")).flatten(),
        })
    }
}

fn is_invoke(ty: &FuncType) -> bool {
    ty.params().len() == 1
        && ty.results().len() == 1
        && ty.params().chain(ty.results()).all(|value| value.is_i32())
}

/// Null if the module lacks its counter or memory.
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

/// Memory and counter of an instance of the module; false if it is another module's.
#[unsafe(no_mangle)]
extern "C" fn fvm_exports_get(
    exports: &Exports,
    mut store: WasmtimeStoreContextMut<'_>,
    instance: &Instance,
    memory: &mut MaybeUninit<Memory>,
    counter: &mut MaybeUninit<Global>,
) -> bool {
    let found = (|| {
        memory.write(instance.get_module_export(&mut store, &exports.memory)?.into_memory()?);
        counter.write(instance.get_module_export(&mut store, &exports.counter)?.into_global()?);
        Some(())
    })();
    found.is_some()
}

/// Calls `invoke`, as `wasmtime_func_call_async` would. Null if the module has none, or none of that type.
#[unsafe(no_mangle)]
extern "C" fn fvm_call_invoke<'a>(
    exports: &Exports,
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
    let call: Pin<Box<dyn Future<Output = ()> + 'a>> = Box::pin(async move {
        match invoke.call_async(store, params).await {
            Ok(handle) => *result = handle,
            Err(failure) if failure.is::<Trap>() => *trap = Box::into_raw(Box::new(trap_of(failure))),
            Err(failure) => *error = Box::into_raw(Box::new(wasmtime_error_t::from(failure))),
        }
    });
    // SAFETY: the C type is `repr(transparent)` around such a future, which is private.
    Some(Box::new(unsafe { std::mem::transmute::<_, wasmtime_call_future_t<'a>>(call) }))
}

fn trap_of(error: Error) -> wasm_trap_t {
    // SAFETY: the C type is `repr(C)` around this one field, which is private.
    unsafe { std::mem::transmute::<Error, wasm_trap_t>(error) }
}
