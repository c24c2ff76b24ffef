//! Writes the charges of one function. They happen every few instructions, so what they wait for decides
//! their cost:
//! * A local has the counter, too: a charge need not load what the last one stored. The global is exact
//!   at each call and trap.
//! * Few charges ask whether gas is left: the first one of a function, and of each round of a loop. Work
//!   that was not paid for shows at the next syscall or at the end, which the host looks at first in any
//!   case, and until then nobody sees it. Amounts that depend on an operand are asked for at once, since
//!   they can be large, and small functions that call nothing never ask.
//! * Branch hints keep the way out of a charge out of the way: a call there would otherwise make the
//!   register allocator spill what lives around it.
//!
//! Tried and left: a second local for the stack limiter's height, which saves it a load and a store per
//! call, made code slower; stores of the counter only before what may trap or call changed nothing.

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{BlockType, BranchHint, Function, Instruction, ValType};
use wasmparser::{FunctionBody, Operator};

use super::{COUNTER, Indices};

/// Most operators of a function that never asks: few enough for a caller, who does, to answer for it.
const MAX_UNCHECKED: usize = 256;
/// A function with so many locals cannot have another one (limit of the language's implementations).
const MAX_LOCALS: u32 = 50_000;
const NOT_TAKEN: u32 = 0;

pub struct Body {
    pub function: Function,
    /// Of `if` instructions whose condition hardly ever holds.
    pub unlikely: Vec<BranchHint>,
}

/// @param params how many the function has
pub fn rewrite(indices: &mut Indices, source: &FunctionBody, params: u32) -> Result<Body, reencode::Error> {
    let operators = source.get_operators_reader()?.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut locals = Vec::new();
    let mut first_free = params;
    for declaration in source.get_locals_reader()? {
        let (count, ty) = declaration?;
        locals.push((count, indices.val_type(ty)?));
        first_free += count;
    }
    let counter = (first_free < MAX_LOCALS).then_some(first_free);
    if counter.is_some() {
        locals.push((1, ValType::I64));
    }
    let mut writer = Writer {
        body: Body { function: Function::new(locals), unlikely: Vec::new() },
        counter,
        is_stale: true,
        checks_next: indices.has_start || !is_small_leaf(&operators, indices.gas_function),
        indices,
    };
    let mut rest = operators.as_slice();
    while !rest.is_empty() {
        rest = &rest[writer.rewrite_next(rest)?..];
    }
    Ok(writer.body)
}

/// It calls nothing and has few operators.
fn is_small_leaf(operators: &[Operator], gas_function: u32) -> bool {
    operators.len() <= MAX_UNCHECKED
        && operators.iter().all(|operator| match operator {
            Operator::Call { function_index } => *function_index == gas_function,
            Operator::CallIndirect { .. } => false,
            _ => true,
        })
}

struct Writer<'a> {
    body: Body,
    indices: &'a mut Indices,
    /// The local that has the counter, if there is room for one; stale after a call, which may have charged.
    counter: Option<u32>,
    is_stale: bool,
    /// Whether the next charge asks whether gas is left.
    checks_next: bool,
}

impl Writer<'_> {
    /// Returns how many operators it took.
    fn rewrite_next(&mut self, operators: &[Operator]) -> Result<usize, reencode::Error> {
        let gas = self.indices.gas_function;
        match operators {
            [Operator::I64Const { value }, Operator::Call { function_index }, ..]
                if *function_index == gas =>
            {
                let left = self.counter_value();
                self.charge([left, Instruction::I64Const(*value), Instruction::I64Sub]);
                if std::mem::replace(&mut self.checks_next, self.indices.has_start) {
                    self.check();
                }
                return Ok(2);
            }
            // A charge that depends on an operand: the amount is on the stack.
            [Operator::Call { function_index }, ..] if *function_index == gas => {
                let left = self.counter_value();
                self.charge([Instruction::I64Const(-1), Instruction::I64Mul, left, Instruction::I64Add]);
                self.check();
                return Ok(1);
            }
            [Operator::Call { .. } | Operator::CallIndirect { .. }, ..] => {
                self.copy(&operators[0])?;
                self.is_stale = true;
            }
            [Operator::MemoryGrow { .. }, ..] => {
                self.add([Instruction::Call(self.indices.may_grow_memory())]);
                self.copy(&operators[0])?;
            }
            [Operator::TableGrow { .. }, ..] => {
                self.add([Instruction::Call(self.indices.may_grow_table())]);
                self.copy(&operators[0])?;
            }
            // The end of the function.
            [Operator::End] => self.copy(&operators[0])?,
            [Operator::Loop { .. }, ..] => {
                self.freshen();
                self.checks_next = true;
                self.copy(&operators[0])?;
            }
            // The stack limiter's check.
            [check @ Operator::If { .. }, end @ Operator::Unreachable, join @ Operator::End, ..] => {
                self.mark_unlikely();
                for operator in [check, end, join] {
                    self.copy(operator)?;
                }
                return Ok(3);
            }
            // Where paths join, the counter is fresh on all of them.
            [
                Operator::If { .. }
                | Operator::Else
                | Operator::End
                | Operator::Br { .. }
                | Operator::BrIf { .. }
                | Operator::BrTable { .. },
                ..,
            ] => {
                self.freshen();
                self.copy(&operators[0])?;
            }
            _ => self.copy(&operators[0])?,
        }
        Ok(1)
    }

    fn counter_value(&self) -> Instruction<'static> {
        match self.counter {
            Some(local) if !self.is_stale => Instruction::LocalGet(local),
            _ => Instruction::GlobalGet(COUNTER),
        }
    }

    fn charge<const N: usize>(&mut self, left_over: [Instruction<'static>; N]) {
        self.add(left_over);
        if let Some(local) = self.counter {
            self.add([Instruction::LocalTee(local)]);
        }
        self.add([Instruction::GlobalSet(COUNTER)]);
        self.is_stale = false;
    }

    fn check(&mut self) {
        self.add([self.counter_value(), Instruction::I64Const(0), Instruction::I64LtS]);
        self.mark_unlikely();
        self.add([Instruction::If(BlockType::Empty), Instruction::Call(self.indices.refill())]);
        self.load();
        self.add([Instruction::End]);
    }

    fn freshen(&mut self) {
        if std::mem::take(&mut self.is_stale) {
            self.load();
        }
    }

    fn load(&mut self) {
        if let Some(local) = self.counter {
            self.add([Instruction::GlobalGet(COUNTER), Instruction::LocalSet(local)]);
        }
    }

    /// To be called before the `if`.
    fn mark_unlikely(&mut self) {
        let branch_func_offset = self.body.function.byte_len() as u32;
        self.body.unlikely.push(BranchHint { branch_func_offset, branch_hint_value: NOT_TAKEN });
    }

    fn copy(&mut self, operator: &Operator) -> Result<(), reencode::Error> {
        let instruction = self.indices.instruction(operator.clone())?;
        self.body.function.instruction(&instruction);
        Ok(())
    }

    fn add<const N: usize>(&mut self, instructions: [Instruction<'static>; N]) {
        for instruction in instructions {
            self.body.function.instruction(&instruction);
        }
    }
}
