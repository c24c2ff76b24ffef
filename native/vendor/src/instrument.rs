//! The reference's pipeline: validate, stack limiter, gas metering. It decides the gas, so the
//! crates that the reference uses do it; `inline` then only changes how a charge is carried out.

use std::num::NonZeroU32;

use instrument_v2::parity_wasm::elements as parity;
use instrument_v4::gas_metering::{InstructionCost, Operator, Rules};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef, ValType, Validator, WasmFeatures};

use crate::ffi::{Bytes, guard, slice};
use crate::inline;

/// `fvm_instrument_config_t`.
#[repr(C)]
pub struct Config {
    legacy: bool,
    stack_limit: u32,
    instruction: u64,
    memory_grow_per_page: u32,
    memory_per_byte: u32,
    table_per_element: u32,
    max_memory_bytes: u64,
    max_table_elements: u64,
    stops_exactly: bool,
}

/// `fvm_module_facts_t`.
#[repr(C)]
#[derive(Default)]
pub struct Facts {
    exports_memory: bool,
    memory_min_bytes: u64,
    exports_table: bool,
    exported_table_min: u64,
    tables_min: u64,
    table_max: u64,
    memory_max_pages: u64,
    invoke: u8,
    has_start: bool,
    inlined: bool,
    counter_name_quotes: u32,
    image_offset: u64,
}

const INVOKE_MISSING: u8 = 0;
const INVOKE_FITS: u8 = 1;
const INVOKE_MISTYPED: u8 = 2;

// Refusals are texts, in the words of the reference (engine/mod.rs) and its Wasmtime.
type Result<T> = std::result::Result<T, String>;

const NO_METERING: &str = "injecting gas counter failed";

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

const PAGE: u64 = 65_536;

/// The language of the reference's engine configuration, every proposal named.
const FEATURES: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::BULK_MEMORY);

/// Instruction prices of network versions 18 on (reference: price_list.rs, `Rules for WasmGasPrices`).
impl Rules for Config {
    fn instruction_cost(&self, operator: &Operator) -> anyhow::Result<InstructionCost> {
        use Operator::*;
        let linear = |per_unit| match NonZeroU32::new(per_unit) {
            Some(unit) => InstructionCost::Linear(self.instruction, unit),
            None => InstructionCost::Fixed(self.instruction),
        };
        Ok(match operator {
            Nop | Drop | Block { .. } | Loop { .. } | Unreachable | Return | Else | End => {
                InstructionCost::Fixed(0)
            }
            MemoryGrow { .. } => linear(self.memory_grow_per_page),
            MemoryFill { .. } | MemoryInit { .. } | MemoryCopy { .. } => linear(self.memory_per_byte),
            TableGrow { .. } | TableFill { .. } | TableInit { .. } | TableCopy { .. } => {
                linear(self.table_per_element)
            }
            // Valid language that has no price. What else has none fails validation before.
            RefNull { .. } | RefIsNull | RefFunc { .. } => anyhow::bail!("unsupported operator {operator:?}"),
            _ => InstructionCost::Fixed(self.instruction),
        })
    }

    fn gas_charge_cost(&self) -> u64 {
        0
    }

    fn linear_calc_cost(&self) -> u64 {
        0
    }
}

/// Instruction prices up to network version 17: flat, bulk work and memory.grow included.
impl instrument_v2::gas_metering::Rules for Config {
    fn instruction_cost(&self, instruction: &parity::Instruction) -> Option<u64> {
        use parity::Instruction::*;
        Some(match instruction {
            Nop | Drop | Block(_) | Loop(_) | Unreachable | Return | Else | End => 0,
            _ => self.instruction,
        })
    }

    fn memory_grow_cost(&self) -> instrument_v2::gas_metering::MemoryGrowCost {
        instrument_v2::gas_metering::MemoryGrowCost::Free
    }
}

fn inject_current(config: &Config, wasm: &[u8]) -> Result<Vec<u8>> {
    let limited = instrument_v4::stack_limiter::inject(wasm, config.stack_limit).map_err(text)?;
    instrument_v4::gas_metering::inject(&limited, config, "gas").map_err(|_| NO_METERING.to_string())
}

fn inject_legacy(config: &Config, wasm: &[u8]) -> Result<Vec<u8>> {
    let module = instrument_v2::parity_wasm::deserialize_buffer(wasm).map_err(text)?;
    let module = instrument_v2::inject_stack_limiter(module, config.stack_limit).map_err(text)?;
    let mut module =
        instrument_v2::gas_metering::inject(module, config, "gas").map_err(|_| NO_METERING.to_string())?;
    restore_data_count(&mut module);
    instrument_v2::parity_wasm::serialize(module).map_err(text)
}

/// The encoder misplaces the data count section: take it out, put it back before the code.
fn restore_data_count(module: &mut parity::Module) {
    use parity::Section;
    module.sections_mut().retain(|section| !matches!(section, Section::DataCount(_)));
    let count = module.data_section().map_or(0, |data| data.entries().len() as u32);
    let code = module.sections().iter().position(|section| matches!(section, Section::Code(_)));
    if let (Some(code), 1..) = (code, count) {
        module.sections_mut().insert(code, Section::DataCount(count));
    }
}

/// Reads off what the host needs and refuses what the reference's instance pool refuses.
fn facts(config: &Config, wasm: &[u8], types: &wasmparser::types::Types) -> Result<Facts> {
    let mut memories = Vec::new();
    let mut tables = Vec::new();
    let mut exports = Vec::new();
    let mut has_start = false;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(text)? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    match import.map_err(text)?.ty {
                        TypeRef::Memory(memory) => memories.push(memory),
                        TypeRef::Table(table) => tables.push(table),
                        _ => {}
                    }
                }
            }
            Payload::MemorySection(reader) => {
                for memory in reader {
                    memories.push(memory.map_err(text)?);
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    tables.push(table.map_err(text)?.ty);
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    exports.push(export.map_err(text)?);
                }
            }
            Payload::StartSection { .. } => has_start = true,
            _ => {}
        }
    }
    let exported = |name: &str, kind: ExternalKind| {
        exports.iter().find(|e| e.name == name && e.kind == kind).map(|e| e.index as usize)
    };
    let memory = exported("memory", ExternalKind::Memory).and_then(|i| memories.get(i));
    let table = exported("table", ExternalKind::Table).and_then(|i| tables.get(i));
    let invoke = match exported("invoke", ExternalKind::Func) {
        None => INVOKE_MISSING,
        Some(index) => {
            let ty = types[types.as_ref().core_function_at(index as u32)].unwrap_func();
            let fits = ty.params() == [ValType::I32] && ty.results() == [ValType::I32];
            if fits { INVOKE_FITS } else { INVOKE_MISTYPED }
        }
    };
    let memory_limit = config.max_memory_bytes;
    for (index, bytes) in memories.iter().map(|m| m.initial * PAGE).enumerate() {
        if memory_limit != 0 && bytes > memory_limit {
            return Err(format!(
                "module memory does not fit in pooling allocator requirements: memory index {index} is \
                 unsupported in this pooling allocator configuration: memory has a minimum byte size of \
                 {bytes} which exceeds the limit of 0x{memory_limit:x} bytes"
            ));
        }
    }
    let table_limit = config.max_table_elements;
    if table_limit != 0 && tables.len() > 1 {
        return Err(format!(
            "module table does not fit in pooling allocator requirements: defined tables count of {} exceeds \
             the per-instance limit of 1",
            tables.len()
        ));
    }
    for (index, elements) in tables.iter().map(|t| t.initial).enumerate() {
        if table_limit != 0 && elements > table_limit {
            return Err(format!(
                "module table does not fit in pooling allocator requirements: table index {index} has a \
                 minimum element size of {elements} which exceeds the limit of {table_limit}"
            ));
        }
    }
    Ok(Facts {
        exports_memory: memory.is_some(),
        memory_min_bytes: memory.map_or(0, |m| m.initial * PAGE),
        exports_table: table.is_some(),
        exported_table_min: table.map_or(0, |t| t.initial),
        tables_min: tables.iter().map(|t| t.initial).sum(),
        table_max: tables.first().and_then(|t| t.maximum).unwrap_or(u64::MAX),
        memory_max_pages: memories.first().and_then(|m| m.maximum).unwrap_or(PAGE),
        invoke,
        has_start,
        inlined: false,
        counter_name_quotes: 0,
        image_offset: 0,
    })
}

/// Facts, the module, and the data that its memory has at first.
fn instrument(config: &Config, wasm: &[u8], reference_form: bool) -> Result<(Facts, Vec<u8>, Vec<u8>)> {
    let types = Validator::new_with_features(FEATURES)
        .validate_all(wasm)
        .map_err(|error| format!("failed to validate actor wasm: {error}"))?;
    let mut facts = facts(config, wasm, &types)?;
    let metered = if config.legacy { inject_legacy(config, wasm)? } else { inject_current(config, wasm)? };
    // Metering can only fail to produce a valid module where the reference's compiler refuses it, too.
    Validator::new_with_features(FEATURES).validate_all(&metered).map_err(|error| {
        let (offset, message) = (error.offset(), error.message());
        // The reference also names the function.
        format!("failed to compile: Invalid input WebAssembly code at offset {offset}: {message}")
    })?;
    if reference_form {
        return Ok((facts, metered, Vec::new()));
    }
    match inline::rewrite(&metered, facts.memory_min_bytes, config.stops_exactly)? {
        Some(rewritten) => {
            facts.inlined = true;
            facts.counter_name_quotes = rewritten.counter_name_quotes;
            facts.image_offset = rewritten.image.offset as u64;
            Ok((facts, rewritten.wasm, rewritten.image.bytes))
        }
        None => Ok((facts, metered, Vec::new())),
    }
}

/// # Safety
/// As the header says; all pointers are valid for the call.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_instrument(
    config: *const Config,
    wasm: *const u8,
    wasm_len: usize,
    reference_form: bool,
    facts: *mut Facts,
    out: *mut Bytes,
    image: *mut Bytes,
) -> bool {
    let (config, wasm) = unsafe { (&*config, slice(wasm, wasm_len)) };
    let result =
        guard(Err("the instrumenter panicked".to_string()), || instrument(config, wasm, reference_form));
    let (ok, found, bytes, data) = match result {
        Ok((found, bytes, data)) => (true, found, bytes, data),
        Err(why) => (false, Facts::default(), why.into_bytes(), Vec::new()),
    };
    unsafe {
        facts.write(found);
        out.write(bytes.into());
        image.write(data.into());
    }
    ok
}

/// Identifies what decides the instrumented code, for caches of compiled code: these sources and the
/// locked versions of all crates.
///
/// # Safety
/// `out` has room for 32 bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn fvm_instrument_fingerprint(out: *mut u8) {
    static FINGERPRINT: std::sync::LazyLock<blake2b_simd::Hash> = std::sync::LazyLock::new(|| {
        let mut state = blake2b_simd::Params::new().hash_length(32).to_state();
        for source in [
            include_bytes!("instrument.rs").as_slice(),
            include_bytes!("inline.rs").as_slice(),
            include_bytes!("inline/body.rs").as_slice(),
            include_bytes!("inline/data.rs").as_slice(),
            include_bytes!("inline/functions.rs").as_slice(),
            include_bytes!("inline/sections.rs").as_slice(),
            include_bytes!("inline/syscalls.rs").as_slice(),
            include_bytes!("../Cargo.lock").as_slice(),
        ] {
            state.update(source);
        }
        state.finalize()
    });
    unsafe { std::ptr::copy_nonoverlapping(FINGERPRINT.as_bytes().as_ptr(), out, 32) };
}
