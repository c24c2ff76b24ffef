//! Calls through a table that never changes.
//!
//! Interpreters call what an instruction means through a table, in a loop. Such a call looks up a function and
//! compares its type, and what it finds is the limiter's thunk for the function. A branch table over direct
//! calls needs neither, and takes copies of the thunks.

use std::collections::HashMap;

use wasm_encoder::reencode::{self, Reencode};
use wasmparser::{
    ElementItems, ElementKind, ElementSectionReader, FuncType, Operator, TableInit, TableSectionReader,
};

use super::Indices;
use super::data::constant;
use super::functions::NUMBERS;

/// Most entries of a table.
const MAX_ENTRIES: usize = 1024;
/// Most cases of a module. So many entries of a branch table count as one.
const MAX_CASES: usize = 2048;
const ENTRIES_PER_CASE: usize = 4;

/// Blocks around an operator.
#[derive(Default)]
pub struct Nesting {
    loops: Vec<bool>,
}

impl Nesting {
    pub fn is_in_loop(&self) -> bool {
        self.loops.contains(&true)
    }

    /// To be told of each operator.
    pub fn pass(&mut self, operator: &Operator) {
        match operator {
            Operator::Loop { .. } => self.loops.push(true),
            Operator::Block { .. } | Operator::If { .. } => self.loops.push(false),
            Operator::End => drop(self.loops.pop()),
            _ => {}
        }
    }
}

/// Functions that a call through the table may reach.
pub struct Targets {
    /// By place in the table, the case; that of all others is the number of cases.
    pub cases: Vec<u32>,
    /// By case, in the module that the instrumenter made.
    pub functions: Vec<u32>,
    /// Types of parameters: indices into `NUMBERS`.
    pub params: Vec<usize>,
    pub result: wasm_encoder::BlockType,
}

/// The module's table and the calls through it that are in loops.
#[derive(Default)]
pub struct Table {
    /// Nothing if the table is not one that never changes.
    entries: Option<Vec<Option<u32>>>,
    /// Calls in loops, by type.
    sites: HashMap<u32, usize>,
}

impl Table {
    pub fn define(&mut self, reader: TableSectionReader) -> wasmparser::Result<()> {
        let tables = reader.into_iter().collect::<wasmparser::Result<Vec<_>>>()?;
        if let [table] = &tables[..]
            && table.ty.initial <= MAX_ENTRIES as u64
            && matches!(table.init, TableInit::RefNull)
        {
            self.entries = Some(vec![None; table.ty.initial as usize]);
        }
        Ok(())
    }

    pub fn fill(&mut self, reader: ElementSectionReader) -> wasmparser::Result<()> {
        for element in reader {
            let element = element?;
            let ElementKind::Active { offset_expr, .. } = &element.kind else { continue };
            let (offset, functions) = match (constant(offset_expr)?, element.items) {
                (Some(offset), ElementItems::Functions(functions)) => (offset as usize, functions),
                _ => return Ok(self.entries = None),
            };
            let places = self.entries.as_mut().and_then(|entries| entries.get_mut(offset..));
            let Some(places) = places.filter(|places| places.len() >= functions.count() as usize) else {
                return Ok(self.entries = None);
            };
            for (place, function) in places.iter_mut().zip(functions) {
                *place = Some(function?);
            }
        }
        Ok(())
    }

    pub fn pass(&mut self, operator: &Operator, nesting: &Nesting) {
        match operator {
            Operator::CallIndirect { type_index, .. } if nesting.is_in_loop() => {
                *self.sites.entry(*type_index).or_default() += 1;
            }
            Operator::TableSet { .. }
            | Operator::TableGrow { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. } => self.entries = None,
            _ => {}
        }
    }

    /// By type of the call, as many as are cheap enough. `type_of`: of a function.
    pub fn targets(
        &self,
        indices: &mut Indices,
        types: &[FuncType],
        type_of: impl Fn(u32) -> u32,
    ) -> Result<HashMap<u32, Targets>, reencode::Error> {
        let Some(entries) = &self.entries else { return Ok(HashMap::new()) };
        let mut found = Vec::new();
        for (&ty, &sites) in &self.sites {
            let wanted = &types[ty as usize];
            let fits = |function: u32| types[type_of(function) as usize] == *wanted;
            if let Some(targets) = targets(indices, entries, wanted, fits)? {
                let cost = sites * targets.functions.len().max(entries.len() / ENTRIES_PER_CASE);
                found.push((cost, ty, targets));
            }
        }
        found.sort_by_key(|&(cost, ty, _)| (cost, ty));
        let mut left = MAX_CASES;
        found.retain(|(cost, ..)| left.checked_sub(*cost).map(|rest| left = rest).is_some());
        Ok(found.into_iter().map(|(_, ty, targets)| (ty, targets)).collect())
    }
}

/// None if there are none, or values of other types than numbers.
fn targets(
    indices: &mut Indices,
    entries: &[Option<u32>],
    ty: &FuncType,
    fits: impl Fn(u32) -> bool,
) -> Result<Option<Targets>, reencode::Error> {
    let mut functions: Vec<u32> =
        entries.iter().flatten().copied().filter(|&function| fits(function)).collect();
    functions.sort_unstable();
    functions.dedup();
    let case = |entry: &Option<u32>| {
        let found = entry.and_then(|function| functions.binary_search(&function).ok());
        found.unwrap_or(functions.len()) as u32
    };
    let cases = entries.iter().map(case).collect();
    let mut params = Vec::new();
    for param in ty.params() {
        let param = indices.val_type(*param)?;
        let Some(number) = NUMBERS.iter().position(|number| *number == param) else { return Ok(None) };
        params.push(number);
    }
    let result = match ty.results() {
        [] => wasm_encoder::BlockType::Empty,
        [result] => wasm_encoder::BlockType::Result(indices.val_type(*result)?),
        _ => return Ok(None),
    };
    let is_empty = functions.is_empty();
    Ok((!is_empty).then_some(Targets { cases, functions, params, result }))
}
