//! What is known of the module's functions before any of them is written: which ones their callers can
//! hold a copy of, and which ones never look at the stack limiter's height.

use std::collections::HashMap;

use wasm_encoder::BlockType;
use wasm_encoder::reencode::{self, Reencode};
use wasmparser::{FuncType, FunctionBody, Operator, Parser, Payload, TypeRef};

use super::Indices;
use super::dispatch::{Nesting, Table, Targets};
use super::wide;

/// Most operators, charges aside, of a function that is copied to its callers. Actors are compiled for
/// size: they call such functions at every turn, and each call costs the limiter's accounting, too.
const MAX_COPIED: usize = 24;
/// Most operators that are looked at of a function, charges included, to see what it does.
const MOST_READ: usize = 100;
/// Most operators of a function that never asks for gas: few enough for a caller, who does, to answer for it.
const MAX_UNCHECKED: usize = 256;
/// A function with more operators gets no copies: it would only become slow to compile.
const MAX_CALLER: usize = 20_000;
/// Copies within copies.
const MAX_DEPTH: usize = 3;

/// Types of numbers, the only ones that locals of copied functions have.
pub const NUMBERS: [wasm_encoder::ValType; 4] = [
    wasm_encoder::ValType::I32,
    wasm_encoder::ValType::I64,
    wasm_encoder::ValType::F32,
    wasm_encoder::ValType::F64,
];
/// Places of the first two.
pub const I32: usize = 0;
pub const I64: usize = 1;
/// Locals by type, in the order of `NUMBERS`.
pub type Counts = [u32; NUMBERS.len()];

pub struct Function<'a> {
    pub params: u32,
    /// It calls nothing.
    pub is_leaf: bool,
    /// It never asks whether gas is left.
    pub is_unchecked: bool,
    pub takes_copies: bool,
    pub copy: Option<Copy<'a>>,
}

/// A function, as far as a caller needs it to hold a copy.
pub struct Copy<'a> {
    /// Without the function's end.
    pub operators: Vec<Operator<'a>>,
    pub params: usize,
    /// Types of all locals, parameters first: indices into `NUMBERS`.
    pub locals: Vec<usize>,
    pub result: BlockType,
}

/// The functions that the module defines, and those that its calls through a table may reach.
pub struct Functions<'a> {
    defined: Vec<Function<'a>>,
    targets: HashMap<u32, Targets>,
}

impl<'a> Functions<'a> {
    pub fn of(wasm: &'a [u8], indices: &mut Indices) -> Result<Self, reencode::Error> {
        let mut types = Vec::new();
        let mut type_indices: Vec<u32> = Vec::new();
        let mut defined = Vec::new();
        let mut table = Table::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(reader) => {
                    types = reader.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
                }
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        if let TypeRef::Func(ty) = import?.ty {
                            type_indices.push(ty);
                        }
                    }
                }
                Payload::FunctionSection(reader) => {
                    for ty in reader {
                        type_indices.push(ty?);
                    }
                }
                Payload::TableSection(reader) => table.define(reader)?,
                Payload::ElementSection(reader) => table.fill(reader)?,
                Payload::CodeSectionEntry(body) => {
                    let ty = type_indices[indices.imported as usize + defined.len()];
                    defined.push(function(indices, &types[ty as usize], &body, &mut table)?);
                }
                _ => {}
            }
        }
        // The gas function was appended last. It is never called any more.
        defined.pop();
        let targets = table.targets(indices, &types, |function| type_indices[function as usize])?;
        Ok(Self { defined, targets })
    }

    /// By index among those that the module defines.
    pub fn defined(&self, index: u32) -> &Function<'a> {
        &self.defined[index as usize]
    }

    /// A called function, by index in the module that the instrumenter made; None if it is imported.
    pub fn called(&self, indices: &Indices, index: u32) -> Option<&Function<'a>> {
        self.defined.get(index.checked_sub(indices.imported)? as usize)
    }

    /// The function to be copied instead of a call, inside so many other copies.
    pub fn to_copy(&self, indices: &Indices, operator: &Operator, depth: usize) -> Option<&Copy<'a>> {
        let Operator::Call { function_index } = operator else { return None };
        if depth == MAX_DEPTH {
            return None;
        }
        self.called(indices, *function_index)?.copy.as_ref()
    }

    /// The targets of a call through the table, if they are written out.
    pub fn targets(&self, operator: &Operator, nesting: &Nesting) -> Option<&Targets> {
        let Operator::CallIndirect { type_index, .. } = operator else { return None };
        if nesting.is_in_loop() { self.targets.get(type_index) } else { None }
    }

    /// Locals that hold those of all copies and of all calls through the table.
    pub fn locals_of_body(&self, indices: &Indices, operators: &[Operator]) -> Counts {
        let mut most = self.locals_of_copies(indices, operators, 0);
        let mut nesting = Nesting::default();
        for operator in operators {
            nesting.pass(operator);
            let Some(targets) = self.targets(operator, &nesting) else { continue };
            let calls: Vec<_> =
                targets.functions.iter().map(|&function_index| Operator::Call { function_index }).collect();
            let mut counts = self.locals_of_copies(indices, &calls, 0);
            for &ty in targets.params.iter().chain([&I32]) {
                counts[ty] += 1;
            }
            merge(&mut most, counts);
        }
        most
    }

    /// Locals that hold those of all copies: copies that do not contain each other share them.
    fn locals_of_copies<'o>(
        &self,
        indices: &Indices,
        operators: impl IntoIterator<Item = &'o Operator<'o>>,
        depth: usize,
    ) -> Counts {
        let mut most = Counts::default();
        for operator in operators {
            let Some(copy) = self.to_copy(indices, operator, depth) else { continue };
            let mut counts = self.locals_of_copies(indices, &copy.operators, depth + 1);
            for &ty in &copy.locals {
                counts[ty] += 1;
            }
            merge(&mut most, counts);
        }
        most
    }
}

fn merge(most: &mut Counts, counts: Counts) {
    for (most, count) in most.iter_mut().zip(counts) {
        *most = count.max(*most);
    }
}

fn function<'a>(
    indices: &mut Indices,
    ty: &FuncType,
    body: &FunctionBody<'a>,
    table: &mut Table,
) -> Result<Function<'a>, reencode::Error> {
    let mut nesting = Nesting::default();
    let mut operators: Vec<Operator> = Vec::new();
    let mut total = 0;
    let mut charges = 0;
    let mut is_leaf = true;
    for operator in body.get_operators_reader()? {
        let operator = operator?;
        match &operator {
            Operator::Call { function_index } if *function_index == indices.gas_function => charges += 1,
            Operator::Call { .. } | Operator::CallIndirect { .. } => is_leaf = false,
            _ => {}
        }
        nesting.pass(&operator);
        table.pass(&operator, &nesting);
        total += 1;
        if total <= MOST_READ {
            operators.push(operator);
        }
    }
    // A charge is a constant and a call.
    let is_small = total <= MAX_COPIED + 2 * charges;
    let copy = if operators.len() < total {
        None
    } else if let Some(product) = product(indices, ty, &operators) {
        Some(product)
    } else if is_small {
        copy(indices, ty, body, operators)?
    } else {
        None
    };
    Ok(Function {
        params: ty.params().len() as u32,
        is_leaf,
        is_unchecked: is_leaf && total <= MAX_UNCHECKED,
        takes_copies: total <= MAX_CALLER,
        copy,
    })
}

/// The copy of a function that multiplies numbers of 128 bits.
fn product<'a>(indices: &Indices, ty: &FuncType, operators: &[Operator<'a>]) -> Option<Copy<'a>> {
    let [
        amount @ Operator::I64Const { .. },
        charge @ Operator::Call { function_index },
        body @ ..,
        Operator::End,
    ] = operators
    else {
        return None;
    };
    let is_charge = *function_index == indices.gas_function;
    if !is_charge || ty.params() != wide::PARAMS || !ty.results().is_empty() {
        return None;
    }
    let operators = [amount.clone(), charge.clone()].into_iter().chain(wide::product(body)?).collect();
    let locals = wide::LOCALS.to_vec();
    Some(Copy { operators, params: wide::PARAMS.len(), locals, result: BlockType::Empty })
}

/// None if the function has a type that copies do not know.
fn copy<'a>(
    indices: &mut Indices,
    ty: &FuncType,
    body: &FunctionBody,
    mut operators: Vec<Operator<'a>>,
) -> Result<Option<Copy<'a>>, reencode::Error> {
    let mut types = ty.params().to_vec();
    for declaration in body.get_locals_reader()? {
        let (count, ty) = declaration?;
        if types.len() + count as usize > MAX_COPIED {
            return Ok(None);
        }
        types.extend((0..count).map(|_| ty));
    }
    let mut locals = Vec::with_capacity(types.len());
    for ty in types {
        let ty = indices.val_type(ty)?;
        match NUMBERS.iter().position(|number| *number == ty) {
            Some(index) => locals.push(index),
            None => return Ok(None),
        }
    }
    let result = match ty.results() {
        [] => BlockType::Empty,
        [result] => BlockType::Result(indices.val_type(*result)?),
        _ => return Ok(None),
    };
    operators.pop();
    Ok(Some(Copy { operators, params: ty.params().len(), locals, result }))
}
