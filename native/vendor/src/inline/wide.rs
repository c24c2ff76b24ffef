//! Products of 128 bits.
//!
//! Compilers multiply numbers of 128 bits by a function of their runtime (`__multi3`), which multiplies halves of
//! 32 bits: the language of actors has nothing else. Processors have, and so has Wasm with wide arithmetic. The
//! function is known by what it computes, whatever its locals are and in which order it adds.

use std::collections::HashMap;

use wasmparser::{MemArg, Operator, ValType};

use super::functions::{I32, I64};

/// Parameters of the function: where the product goes, then both factors, the low half of each first.
const RESULT: u32 = 0;
const A: u32 = 1;
const A_HIGH: u32 = 2;
const B: u32 = 3;
const B_HIGH: u32 = 4;
/// Locals of the operators that stand for it.
const LOW: u32 = 5;
const HIGH: u32 = 6;

/// The function's parameters, and its locals: indices into `NUMBERS`.
pub const PARAMS: [ValType; 5] = [ValType::I32, ValType::I64, ValType::I64, ValType::I64, ValType::I64];
pub const LOCALS: [usize; 7] = [I32, I64, I64, I64, I64, I64, I64];

/// Operators that do the same as the body, if it is that function's. Neither has the function's end.
pub fn product<'a>(body: &[Operator<'a>]) -> Option<Vec<Operator<'a>>> {
    let mut terms = Terms::default();
    let [low, high]: [Store; 2] = terms.stores(body)?.try_into().ok()?;
    let result = terms.of(Term::Local(RESULT));
    let places = [(low.address, low.at.offset), (high.address, high.at.offset)];
    if places != [(result, 0), (result, 8)] || !terms.products().contains(&(low.value, high.value)) {
        return None;
    }
    let get = |local_index| Operator::LocalGet { local_index };
    let set = |local_index| Operator::LocalSet { local_index };
    Some(vec![
        get(A),
        get(B),
        Operator::I64MulWideU,
        set(HIGH),
        set(LOW),
        get(RESULT),
        get(LOW),
        Operator::I64Store { memarg: low.at },
        get(RESULT),
        get(HIGH),
        get(A),
        get(B_HIGH),
        Operator::I64Mul,
        get(B),
        get(A_HIGH),
        Operator::I64Mul,
        Operator::I64Add,
        Operator::I64Add,
        Operator::I64Store { memarg: high.at },
    ])
}

struct Store {
    address: Value,
    at: MemArg,
    value: Value,
}

/// A value by what it is computed from: equal terms are one.
type Value = usize;

#[derive(PartialEq, Eq, Hash)]
enum Term {
    /// At first.
    Local(u32),
    Constant(i64),
    Extended(Value),
    Of(Operation, Value, Value),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    Add,
    Multiply,
    And,
    Or,
    ShiftLeft,
    ShiftRight,
    Less,
}
use Operation::*;

#[derive(Default)]
struct Terms(HashMap<Term, Value>);

impl Terms {
    fn of(&mut self, term: Term) -> Value {
        let next = self.0.len();
        *self.0.entry(term).or_insert(next)
    }

    fn apply(&mut self, operation: Operation, a: Value, b: Value) -> Value {
        let swaps = matches!(operation, Add | Multiply | And | Or);
        let (a, b) = if swaps && b < a { (b, a) } else { (a, b) };
        self.of(Term::Of(operation, a, b))
    }

    /// Stores of a body without branches, calls, loads and traps of its own.
    fn stores(&mut self, body: &[Operator]) -> Option<Vec<Store>> {
        let (mut stack, mut locals, mut stores) = (Vec::new(), HashMap::new(), Vec::new());
        for operator in body {
            let operation = match operator {
                Operator::LocalGet { local_index } => {
                    let value = locals.get(local_index).copied();
                    stack.push(value.unwrap_or_else(|| self.of(Term::Local(*local_index))));
                    continue;
                }
                Operator::LocalSet { local_index } => {
                    locals.insert(*local_index, stack.pop()?);
                    continue;
                }
                Operator::LocalTee { local_index } => {
                    locals.insert(*local_index, *stack.last()?);
                    continue;
                }
                Operator::I64Const { value } => {
                    stack.push(self.of(Term::Constant(*value)));
                    continue;
                }
                Operator::I64ExtendI32U => {
                    let value = stack.pop()?;
                    stack.push(self.of(Term::Extended(value)));
                    continue;
                }
                Operator::I64Store { memarg } => {
                    let (value, address) = (stack.pop()?, stack.pop()?);
                    stores.push(Store { address, at: *memarg, value });
                    continue;
                }
                Operator::I64Add => Add,
                Operator::I64Mul => Multiply,
                Operator::I64And => And,
                Operator::I64Or => Or,
                Operator::I64Shl => ShiftLeft,
                Operator::I64ShrU => ShiftRight,
                Operator::I64LtU => Less,
                _ => return None,
            };
            let (b, a) = (stack.pop()?, stack.pop()?);
            stack.push(self.apply(operation, a, b));
        }
        Some(stores)
    }

    /// Low and high half, as they are written: a sum has a carry if it is less than one of its parts, whichever.
    fn products(&mut self) -> [(Value, Value); 2] {
        let [a, a_high, b, b_high] = [A, A_HIGH, B, B_HIGH].map(|local| self.of(Term::Local(local)));
        let (mask, half) = (self.of(Term::Constant(u32::MAX.into())), self.of(Term::Constant(32)));
        let (a0, a1) = (self.apply(And, a, mask), self.apply(ShiftRight, a, half));
        let (b0, b1) = (self.apply(And, b, mask), self.apply(ShiftRight, b, half));
        let [low, one, other, top] =
            [(a0, b0), (a0, b1), (a1, b0), (a1, b1)].map(|(a, b)| self.apply(Multiply, a, b));
        let middle = self.apply(Add, one, other);
        let shifted = self.apply(ShiftLeft, middle, half);
        let result = self.apply(Add, low, shifted);
        let carry = self.carry(result, low);
        let above = self.apply(ShiftRight, middle, half);
        let (a_cross, b_cross) = (self.apply(Multiply, b, a_high), self.apply(Multiply, a, b_high));
        let cross = self.apply(Add, a_cross, b_cross);
        [one, other].map(|part| {
            let middle_carry = self.carry(middle, part);
            let middle_carry = self.apply(ShiftLeft, middle_carry, half);
            let middle = self.apply(Or, middle_carry, above);
            let high = [middle, carry, cross].into_iter().fold(top, |sum, part| self.apply(Add, sum, part));
            (result, high)
        })
    }

    fn carry(&mut self, sum: Value, part: Value) -> Value {
        let less = self.apply(Less, sum, part);
        self.of(Term::Extended(less))
    }
}
