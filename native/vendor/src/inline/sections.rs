//! Writes the sections of a module.

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    BranchHints, CodeSection, ConstExpr, DataSection, ElementSection, EntityType, ExportKind, ExportSection,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Module, RawSection, StartSection, TypeSection,
    ValType,
};
use wasmparser::{
    DataSectionReader, ElementSectionReader, ExportSectionReader, FunctionBody, FunctionSectionReader,
    GlobalSectionReader, Import, ImportSectionReader, Parser, Payload, TypeRef, TypeSectionReader,
};

use super::functions::Functions;
use super::{COUNTER, Image, Indices, MODULE, MODULE_PREFIX, NEW_TYPES, Rewritten, body, data};

pub fn rewrite(wasm: &[u8], memory_size: u64, indices: &mut Indices) -> Result<Rewritten, reencode::Error> {
    let functions = Functions::of(wasm, indices)?;
    let mut writer = Writer {
        module: Module::new(),
        code: CodeSection::new(),
        hints: BranchHints::new(),
        types: 0,
        functions,
        indices,
    };
    let mut counter_name_quotes = 0;
    let mut image = Image::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(reader) => writer.types(reader)?,
            Payload::ImportSection(reader) => writer.imports(reader)?,
            Payload::FunctionSection(reader) => writer.functions(reader)?,
            Payload::GlobalSection(reader) => writer.globals(reader)?,
            Payload::ExportSection(reader) => counter_name_quotes = writer.exports(reader)?,
            Payload::StartSection { func, .. } => writer.start(func)?,
            Payload::ElementSection(reader) => writer.elements(reader)?,
            Payload::CodeSectionEntry(body) => writer.body(&body)?,
            Payload::DataSection(reader) => image = writer.data(reader, memory_size)?,
            Payload::CustomSection(_) | Payload::CodeSectionStart { .. } => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    writer.module.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    Ok(Rewritten { wasm: writer.module.finish(), counter_name_quotes, image })
}

struct Writer<'a> {
    module: Module,
    code: CodeSection,
    hints: BranchHints,
    /// The number of the module's own types.
    types: u32,
    functions: Functions<'a>,
    indices: &'a mut Indices,
}

impl Writer<'_> {
    fn types(&mut self, reader: TypeSectionReader) -> Result<(), reencode::Error> {
        self.types = reader.count();
        let mut section = TypeSection::new();
        self.indices.parse_type_section(&mut section, reader)?;
        section.ty().function([], []);
        section.ty().function([ValType::I32], [ValType::I32]);
        section.ty().function([], [ValType::I64]);
        self.indices.syscalls.add_types(&mut section);
        self.module.section(&section);
        Ok(())
    }

    fn imports(&mut self, reader: ImportSectionReader) -> Result<(), reencode::Error> {
        let mut section = ImportSection::new();
        let mut functions = 0..;
        for import in reader.into_imports() {
            let import = import?;
            match import.ty {
                TypeRef::Global(_) => {}
                TypeRef::Func(_) => {
                    match functions.next().and_then(|index| self.indices.syscalls.number(index)) {
                        Some(number) => self.syscall_import(&mut section, import, number),
                        None => self.indices.parse_import(&mut section, import)?,
                    }
                }
                _ => self.indices.parse_import(&mut section, import)?,
            }
        }
        section.import(MODULE, "refill", EntityType::Function(self.types));
        section.import(MODULE, "may_grow_memory", EntityType::Function(self.types + 1));
        section.import(MODULE, "may_grow_table", EntityType::Function(self.types + 1));
        section.import(MODULE, "suspend", EntityType::Function(self.types + 2));
        self.module.section(&section);
        Ok(())
    }

    fn syscall_import(&self, section: &mut ImportSection, import: Import, number: u32) {
        let ty = EntityType::Function(self.types + NEW_TYPES + number);
        section.import(&format!("{MODULE_PREFIX}{}", import.module), import.name, ty);
    }

    /// All but the gas function, which was appended last.
    fn functions(&mut self, reader: FunctionSectionReader) -> Result<(), reencode::Error> {
        let mut section = FunctionSection::new();
        let kept = reader.count() as usize - 1;
        for ty in reader.into_iter().take(kept) {
            section.function(ty?);
        }
        self.indices.syscalls.add_functions(&mut section);
        self.module.section(&section);
        Ok(())
    }

    fn globals(&mut self, reader: GlobalSectionReader) -> Result<(), reencode::Error> {
        let mut section = GlobalSection::new();
        section.global(
            GlobalType { val_type: ValType::I64, mutable: true, shared: false },
            &ConstExpr::i64_const(0),
        );
        self.indices.parse_global_section(&mut section, reader)?;
        self.module.section(&section);
        Ok(())
    }

    /// Returns the number of quotes in the counter's name.
    fn exports(&mut self, reader: ExportSectionReader) -> Result<u32, reencode::Error> {
        let mut section = ExportSection::new();
        let mut names = Vec::new();
        for export in reader {
            let export = export?;
            names.push(export.name);
            self.indices.parse_export(&mut section, export)?;
        }
        // The host takes the last export; its name only has to differ from all others.
        let mut name = "fvm:gas".to_string();
        let mut quotes = 0;
        while names.contains(&name.as_str()) {
            name.push('\'');
            quotes += 1;
        }
        section.export(&name, ExportKind::Global, COUNTER);
        self.module.section(&section);
        Ok(quotes)
    }

    fn start(&mut self, function: u32) -> Result<(), reencode::Error> {
        let function_index = self.indices.function_index(function)?;
        self.module.section(&StartSection { function_index });
        Ok(())
    }

    fn elements(&mut self, reader: ElementSectionReader) -> Result<(), reencode::Error> {
        let mut section = ElementSection::new();
        self.indices.parse_element_section(&mut section, reader)?;
        self.module.section(&section);
        Ok(())
    }

    /// In the place of the last one, the gas function's, come those of the syscalls' wrappers.
    fn body(&mut self, source: &FunctionBody) -> Result<(), reencode::Error> {
        let index = self.code.len() + self.indices.imported;
        if index == self.indices.gas_function {
            self.indices.syscalls.add_code(&mut self.code, self.indices.suspend());
            self.module.section(&self.hints);
            self.module.section(&self.code);
            return Ok(());
        }
        let body = body::rewrite(self.indices, &self.functions, self.code.len(), source)?;
        self.hints.function_hints(self.indices.function_index(index)?, body.unlikely);
        self.code.function(&body.function);
        Ok(())
    }

    /// Returns what was taken out.
    fn data(&mut self, reader: DataSectionReader, memory_size: u64) -> Result<Image, reencode::Error> {
        if let Some((image, section)) = data::take(reader.clone(), memory_size)? {
            self.module.section(&section);
            return Ok(image);
        }
        let mut section = DataSection::new();
        self.indices.parse_data_section(&mut section, reader)?;
        self.module.section(&section);
        Ok(Image::default())
    }
}
