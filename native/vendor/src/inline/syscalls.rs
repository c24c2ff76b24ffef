//! Gives each syscall the counter, and takes it back.
//!
//! The host has to know the counter at each syscall and changes it. Reading and writing another instance's
//! global costs it several times what most syscalls do. So the counter is the last argument of what is
//! really imported, and comes back in its result:
//!
//! ```text
//! fvm:<module>.<name> (parameters..., counter: i64) -> counter << 8 | error number
//! ```
//!
//! An error number of 255 says that JavaScript has to answer first: `fvm.suspend` returns when it has, with
//! the real result. So that fibers leave by a single function, and nothing else pays for that.
//!
//! A wrapper around each import has the type that the module wants. No module can import the other form by
//! itself: `survey` leaves modules that try as they are, and then they cannot be linked.

use wasm_encoder::{BlockType, CodeSection, Function, FunctionSection, Instruction, TypeSection, ValType};
use wasmparser::FuncType;

use super::COUNTER;

/// No syscall has that many parameters.
const MAX_PARAMS: usize = 32;
const ERROR_BITS: i64 = 8;
const ERROR_MASK: i32 = 0xff;
const SUSPENDED: i32 = 0xff;

/// The imported functions that may be syscalls: those that return an error number.
#[derive(Default)]
pub struct Syscalls {
    found: Vec<Syscall>,
    /// By function index: the place in `found`.
    numbers: Vec<Option<u32>>,
}

struct Syscall {
    /// Index of the imported function.
    function: u32,
    /// Index of the type that the module wants.
    ty: u32,
    params: Vec<ValType>,
}

impl Syscalls {
    /// To be called with all imported functions, in order.
    pub fn add(&mut self, function: u32, ty: u32, of: &FuncType) {
        let params: Option<Vec<_>> = of.params().iter().map(|param| number(*param)).collect();
        let number = match params {
            Some(params) if params.len() <= MAX_PARAMS && of.results() == [wasmparser::ValType::I32] => {
                self.found.push(Syscall { function, ty, params });
                Some(self.found.len() as u32 - 1)
            }
            _ => None,
        };
        self.numbers.push(number);
    }

    /// Number of an imported function among those that may be syscalls.
    pub fn number(&self, function: u32) -> Option<u32> {
        self.numbers[function as usize]
    }

    /// The types of what is really imported.
    pub fn add_types(&self, section: &mut TypeSection) {
        for Syscall { params, .. } in &self.found {
            section.ty().function([params.as_slice(), &[ValType::I64]].concat(), [ValType::I64]);
        }
    }

    /// Declares the wrappers.
    pub fn add_functions(&self, section: &mut FunctionSection) {
        for Syscall { ty, .. } in &self.found {
            section.function(*ty);
        }
    }

    pub fn add_code(&self, section: &mut CodeSection, suspend: u32) {
        for syscall in &self.found {
            section.function(&syscall.wrapper(suspend));
        }
    }
}

impl Syscall {
    fn wrapper(&self, suspend: u32) -> Function {
        let params = self.params.len() as u32;
        let result = params;
        let mut body = Function::new([(1, ValType::I64)]);
        for param in 0..params {
            body.instruction(&Instruction::LocalGet(param));
        }
        body.instruction(&Instruction::GlobalGet(COUNTER))
            .instruction(&Instruction::Call(self.function))
            .instruction(&Instruction::LocalTee(result));
        error_number(&mut body)
            .instruction(&Instruction::I32Const(SUSPENDED))
            .instruction(&Instruction::I32Eq)
            .instruction(&Instruction::If(BlockType::Empty))
            .instruction(&Instruction::Call(suspend))
            .instruction(&Instruction::LocalSet(result))
            .instruction(&Instruction::End)
            .instruction(&Instruction::LocalGet(result))
            .instruction(&Instruction::I64Const(ERROR_BITS))
            .instruction(&Instruction::I64ShrS)
            .instruction(&Instruction::GlobalSet(COUNTER))
            .instruction(&Instruction::LocalGet(result));
        error_number(&mut body).instruction(&Instruction::End);
        body
    }
}

/// The error number in the result on the stack.
fn error_number(body: &mut Function) -> &mut Function {
    body.instruction(&Instruction::I32WrapI64)
        .instruction(&Instruction::I32Const(ERROR_MASK))
        .instruction(&Instruction::I32And)
}

/// None for references, which no syscall takes.
fn number(ty: wasmparser::ValType) -> Option<ValType> {
    Some(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        _ => return None,
    })
}
