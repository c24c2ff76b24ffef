//! Takes the data that a module's memory has at first out of the module. The host lays it into memories
//! once, where Wasmtime would copy it into each anew.

use wasm_encoder::DataSection;
use wasmparser::{ConstExpr, DataKind, DataSectionReader, Operator};

/// Data for the module's memory, from an offset on.
#[derive(Default)]
pub struct Image {
    pub offset: usize,
    pub bytes: Vec<u8>,
}

/// Gaps between segments may at most double what the module itself has, but for so much.
const SPAN_ALLOWED: usize = 1 << 16;

/// The image of a memory of `size` bytes. What is left of its segments are empty ones of the same numbers, as all are
/// after an instantiation. None if the instantiation may fail, or the data is scattered: then it is left
/// to Wasmtime.
pub fn take(reader: DataSectionReader, size: u64) -> wasmparser::Result<Option<(Image, DataSection)>> {
    let mut section = DataSection::new();
    let mut active = Vec::new();
    for segment in reader {
        let segment = segment?;
        match segment.kind {
            DataKind::Passive => section.passive(segment.data.iter().copied()),
            DataKind::Active { offset_expr, .. } => {
                let Some(offset) = constant(&offset_expr)? else { return Ok(None) };
                if u64::from(offset) + segment.data.len() as u64 > size {
                    return Ok(None);
                }
                active.push((offset as usize, segment.data));
                section.passive([])
            }
        };
    }
    active.retain(|(_, data)| !data.is_empty());
    let offset = active.iter().map(|(offset, _)| *offset).min().unwrap_or(0);
    let end = active.iter().map(|(offset, data)| offset + data.len()).max().unwrap_or(0);
    let total: usize = active.iter().map(|(_, data)| data.len()).sum();
    if end - offset > 2 * total + SPAN_ALLOWED {
        return Ok(None);
    }
    let mut bytes = vec![0; end - offset];
    for (at, data) in active {
        bytes[at - offset..][..data.len()].copy_from_slice(data);
    }
    Ok(Some((Image { offset, bytes }, section)))
}

pub fn constant(expression: &ConstExpr) -> wasmparser::Result<Option<u32>> {
    let mut operators = expression.get_operators_reader();
    let Operator::I32Const { value } = operators.read()? else { return Ok(None) };
    Ok(matches!(operators.read()?, Operator::End).then_some(value as u32))
}
