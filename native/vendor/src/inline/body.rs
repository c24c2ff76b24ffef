//! Writes the charges of one function. They happen every few instructions, so what they wait for decides
//! their cost:
//! * A local has the counter, too: a charge need not load what the last one stored. The global is exact
//!   at each call and trap.
//! * Few charges ask whether gas is left: the first one of a function, and of each round of a loop. Work
//!   that was not paid for shows at the next syscall or at the end, which the host looks at first in any
//!   case, and until then nobody sees it. Amounts that depend on an operand are asked for at once, since
//!   they can be large, and small functions that call nothing never ask. Who observes where gas runs out has
//!   all of them ask.
//! * Branch hints keep the way out of a charge out of the way: a call there would otherwise make the
//!   register allocator spill what lives around it.
//! * Calls through a table in a loop, as interpreters make them, are written out case by case (`dispatch`).
//! * Callers hold copies of small functions, charges included. Around a call of one that calls nothing, the
//!   stack limiter compares the height but does not store it: nobody looks at it before it is back.
//!
//! Tried and left: a second local for the stack limiter's height, which saves it a load and a store per
//! call, made code slower; stores of the counter only before what may trap or call changed nothing.

use std::borrow::Cow;

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{BlockType, BranchHint, Instruction, ValType};
use wasmparser::{FunctionBody, Operator};

use super::dispatch::{Nesting, Targets};
use super::functions::{Copy, Counts, Functions, I32, NUMBERS};
use super::{COUNTER, Indices};

/// A function with so many locals cannot have another one (limit of the language's implementations).
const MAX_LOCALS: u32 = 50_000;
const NOT_TAKEN: u32 = 0;

/// The stack limiter's instructions before a call: `height += cost; if height > limit { unreachable }`.
const LIMITER_CHECK: usize = 10;
/// The part of it that stores the height and loads it again.
const LIMITER_STORE: std::ops::Range<usize> = 3..5;
/// The call and what comes after it: `height -= cost`.
const LIMITER_CALL: usize = 5;

pub struct Body {
    pub function: wasm_encoder::Function,
    /// Hints for `if` instructions whose condition hardly ever holds.
    pub unlikely: Vec<BranchHint>,
}

/// @param index among the functions that the module defines
pub fn rewrite(
    indices: &mut Indices,
    functions: &Functions,
    index: u32,
    source: &FunctionBody,
) -> Result<Body, reencode::Error> {
    let function = functions.defined(index);
    let operators = source.get_operators_reader()?.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut locals = Vec::new();
    let mut first_free = function.params;
    for declaration in source.get_locals_reader()? {
        let (count, ty) = declaration?;
        locals.push((count, indices.val_type(ty)?));
        first_free += count;
    }
    let counter = (first_free < MAX_LOCALS).then_some(first_free);
    if counter.is_some() {
        locals.push((1, ValType::I64));
        first_free += 1;
    }
    let of_copies = functions.locals_of_body(indices, &operators);
    let takes_copies = function.takes_copies && first_free + of_copies.iter().sum::<u32>() <= MAX_LOCALS;
    let mut free = Counts::default();
    if takes_copies {
        for (ty, count) in of_copies.into_iter().enumerate() {
            free[ty] = first_free;
            locals.push((count, NUMBERS[ty]));
            first_free += count;
        }
    }
    let mut writer = Writer {
        body: Body { function: wasm_encoder::Function::new(locals), unlikely: Vec::new() },
        counter,
        is_stale: true,
        checks_next: indices.asks_always || !function.is_unchecked,
        takes_copies,
        free,
        copies: Vec::new(),
        nesting: Nesting::default(),
        functions,
        indices,
    };
    writer.rewrite_all(&operators)?;
    Ok(writer.body)
}

struct Writer<'a> {
    body: Body,
    indices: &'a mut Indices,
    functions: &'a Functions<'a>,
    /// The local that has the counter, if there is room for one; stale after a call, which may have charged.
    counter: Option<u32>,
    is_stale: bool,
    /// Whether the next charge asks whether gas is left.
    checks_next: bool,
    takes_copies: bool,
    /// The first local of each type that no copy around here uses.
    free: Counts,
    /// The copies around here, the innermost last.
    copies: Vec<Scope>,
    /// Blocks around here, but for those of copies.
    nesting: Nesting,
}

/// Inside a copy.
struct Scope {
    /// Where the copied function's locals are.
    locals: Vec<u32>,
    /// Blocks between here and the copy's own.
    depth: u32,
}

impl<'a> Writer<'a> {
    fn rewrite_all(&mut self, operators: &[Operator]) -> Result<(), reencode::Error> {
        let mut rest = operators;
        while !rest.is_empty() {
            rest = &rest[self.rewrite_next(rest)?..];
        }
        Ok(())
    }

    /// Returns how many operators it took.
    fn rewrite_next(&mut self, operators: &[Operator]) -> Result<usize, reencode::Error> {
        if let Some(taken) = self.rewrite_charge(operators) {
            return Ok(taken);
        }
        if self.is_limiter_check(operators) {
            return self.limited_call(operators);
        }
        self.rewrite_one(&operators[0], operators.len() == 1)?;
        Ok(1)
    }

    /// Returns how many operators it took; none if they are no charge.
    fn rewrite_charge(&mut self, operators: &[Operator]) -> Option<usize> {
        let gas = self.indices.gas_function;
        match operators {
            [Operator::I64Const { value }, Operator::Call { function_index }, ..]
                if *function_index == gas =>
            {
                let left = self.counter_value();
                self.charge([left, Instruction::I64Const(*value), Instruction::I64Sub]);
                if std::mem::replace(&mut self.checks_next, self.indices.asks_always) {
                    self.check();
                }
                Some(2)
            }
            // A charge that depends on an operand: the amount is on the stack.
            [Operator::Call { function_index }, ..] if *function_index == gas => {
                let left = self.counter_value();
                self.charge([Instruction::I64Const(-1), Instruction::I64Mul, left, Instruction::I64Add]);
                self.check();
                Some(1)
            }
            _ => None,
        }
    }

    fn is_limiter_check(&self, operators: &[Operator]) -> bool {
        matches!(operators, [
            Operator::GlobalGet { global_index },
            Operator::I32Const { .. },
            Operator::I32Add,
            Operator::GlobalSet { .. },
            Operator::GlobalGet { .. },
            Operator::I32Const { .. },
            Operator::I32GtU,
            Operator::If { .. },
            Operator::Unreachable,
            Operator::End,
            ..,
        ] if *global_index == self.indices.height)
    }

    /// An operator of the actor's own, with what it needs before it.
    fn rewrite_one(&mut self, operator: &Operator, is_last: bool) -> Result<(), reencode::Error> {
        if self.copies.is_empty() {
            self.nesting.pass(operator);
        }
        match operator {
            Operator::Call { .. } | Operator::CallIndirect { .. } => return self.call(operator),
            Operator::MemoryGrow { .. } => self.add([Instruction::Call(self.indices.may_grow_memory())]),
            Operator::TableGrow { .. } => self.add([Instruction::Call(self.indices.may_grow_table())]),
            // The end of the function.
            Operator::End if is_last && self.copies.is_empty() => {}
            Operator::Loop { .. } => {
                self.freshen();
                self.checks_next = true;
            }
            // Where paths join, the counter is fresh on all of them.
            Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. } => self.freshen(),
            // Out of a copy, a return is a branch.
            Operator::Return if !self.copies.is_empty() => self.freshen(),
            _ => {}
        }
        self.copy(operator)
    }

    /// A call between the stack limiter's instructions, or the first half of them. Returns as above.
    fn limited_call(&mut self, operators: &[Operator]) -> Result<usize, reencode::Error> {
        let (check, rest) = operators.split_at(LIMITER_CHECK);
        let charged = match rest {
            [Operator::I64Const { .. }, Operator::Call { function_index }, ..]
                if *function_index == self.indices.gas_function =>
            {
                2
            }
            _ => 0,
        };
        // The height stays as it is, if nobody looks at it.
        let is_kept = matches!(&rest[charged..], [
            Operator::Call { function_index },
            Operator::GlobalGet { global_index },
            Operator::I32Const { .. },
            Operator::I32Sub,
            Operator::GlobalSet { .. },
            ..,
        ] if *global_index == self.indices.height
            && self.functions.called(self.indices, *function_index).is_some_and(|called| called.is_leaf));
        for (i, operator) in check.iter().enumerate() {
            if is_kept && LIMITER_STORE.contains(&i) {
                continue;
            }
            if matches!(operator, Operator::If { .. }) {
                self.mark_unlikely();
            }
            self.copy(operator)?;
        }
        if !is_kept {
            return Ok(LIMITER_CHECK);
        }
        if charged > 0 {
            self.rewrite_next(rest)?;
        }
        self.call(&rest[charged])?;
        Ok(LIMITER_CHECK + charged + LIMITER_CALL)
    }

    fn call(&mut self, call: &Operator) -> Result<(), reencode::Error> {
        let functions = self.functions;
        if self.takes_copies
            && self.copies.is_empty()
            && let Some(targets) = functions.targets(call, &self.nesting)
        {
            return self.dispatch(call, targets);
        }
        let copied = match self.takes_copies {
            true => functions.to_copy(self.indices, call, self.copies.len()),
            false => None,
        };
        if let Some(copied) = copied {
            return self.place(copied);
        }
        self.copy(call)?;
        self.is_stale = true;
        Ok(())
    }

    /// A call through the table, by cases. What is in none of them is left to the call itself: it traps.
    fn dispatch(&mut self, call: &Operator, targets: &Targets) -> Result<(), reencode::Error> {
        self.freshen();
        let (outer, checks_next) = (self.free, self.checks_next);
        let place = self.take_local(I32);
        let arguments: Vec<u32> = targets.params.iter().map(|&ty| self.take_local(ty)).collect();
        self.add([Instruction::LocalSet(place)]);
        for &local in arguments.iter().rev() {
            self.add([Instruction::LocalSet(local)]);
        }
        let count = targets.functions.len() as u32;
        // The whole, then the way of those in no case, then the cases, the first one innermost.
        self.add([Instruction::Block(targets.result), Instruction::Block(BlockType::Empty)]);
        for _ in 0..count {
            self.add([Instruction::Block(BlockType::Empty)]);
        }
        let labels = Cow::Borrowed(&targets.cases[..]);
        self.add([Instruction::LocalGet(place)]);
        self.body.function.instruction(&Instruction::BrTable(labels, count));
        for (case, &function_index) in targets.functions.iter().enumerate() {
            (self.is_stale, self.checks_next) = (false, checks_next);
            self.add([Instruction::End]);
            self.get_all(&arguments);
            self.call(&Operator::Call { function_index })?;
            self.freshen();
            self.add([Instruction::Br(count - case as u32)]);
        }
        (self.is_stale, self.checks_next) = (false, checks_next);
        self.add([Instruction::End]);
        self.get_all(&arguments);
        self.add([Instruction::LocalGet(place)]);
        self.copy(call)?;
        self.add([Instruction::Unreachable, Instruction::End]);
        self.free = outer;
        Ok(())
    }

    fn take_local(&mut self, ty: usize) -> u32 {
        self.free[ty] += 1;
        self.free[ty] - 1
    }

    fn get_all(&mut self, locals: &[u32]) {
        for &local in locals {
            self.add([Instruction::LocalGet(local)]);
        }
    }

    /// Writes a copy of a function, whose arguments are on the stack.
    fn place(&mut self, copied: &Copy) -> Result<(), reencode::Error> {
        let outer = self.free;
        let locals: Vec<u32> = copied.locals.iter().map(|&ty| self.take_local(ty)).collect();
        for &local in locals[..copied.params].iter().rev() {
            self.add([Instruction::LocalSet(local)]);
        }
        for (&local, &ty) in locals.iter().zip(&copied.locals).skip(copied.params) {
            self.add([zero(ty), Instruction::LocalSet(local)]);
        }
        self.add([Instruction::Block(copied.result)]);
        self.copies.push(Scope { locals, depth: 0 });
        self.rewrite_all(&copied.operators)?;
        self.freshen();
        self.copies.pop();
        self.add([Instruction::End]);
        self.free = outer;
        Ok(())
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
        let mut instruction = self.indices.instruction(operator.clone())?;
        if let Some(scope) = self.copies.last_mut() {
            match &mut instruction {
                Instruction::LocalGet(local)
                | Instruction::LocalSet(local)
                | Instruction::LocalTee(local) => {
                    *local = scope.locals[*local as usize];
                }
                Instruction::Block(_) | Instruction::Loop(_) | Instruction::If(_) => scope.depth += 1,
                Instruction::End => scope.depth -= 1,
                Instruction::Return => instruction = Instruction::Br(scope.depth),
                _ => {}
            }
        }
        self.body.function.instruction(&instruction);
        Ok(())
    }

    fn add<const N: usize>(&mut self, instructions: [Instruction<'static>; N]) {
        for instruction in instructions {
            self.body.function.instruction(&instruction);
        }
    }
}

/// @param ty index into `NUMBERS`
fn zero(ty: usize) -> Instruction<'static> {
    match NUMBERS[ty] {
        ValType::I32 => Instruction::I32Const(0),
        ValType::I64 => Instruction::I64Const(0),
        ValType::F32 => Instruction::F32Const(0.0.into()),
        _ => Instruction::F64Const(0.0.into()),
    }
}
