//! A module of some megabytes, to measure loading: many functions of ordinary code, of which one is called.

use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, InstructionSink,
    MemArg, MemArgTarget, MemorySection, MemoryType, Module, TypeSection, ValType,
};

/// How many functions it has.
const FUNCTIONS: u32 = 12_000;
/// How many pieces of code each of them consists of.
const PIECES: u32 = 24;

/// Its bytes. Its export `run` calls no other function.
pub(crate) fn large_module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I64]);
    types
        .ty()
        .function([ValType::I32, ValType::I64], [ValType::I64]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut code = CodeSection::new();
    code.function(&first());
    let mut numbers = Numbers(0x5eed_5eed);
    for _ in 1..FUNCTIONS {
        functions.function(1);
        code.function(&ordinary(&mut numbers));
    }
    let mut memories = MemorySection::new();
    let (minimum, maximum) = (1, None);
    memories.memory(MemoryType {
        minimum,
        maximum,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports.export("run", ExportKind::Func, 0);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&exports)
        .section(&code);
    module.finish()
}

/// Gives back its argument.
fn first() -> Function {
    let mut function = Function::new([]);
    function
        .instructions()
        .local_get(0)
        .i64_extend_i32_u()
        .end();
    function
}

/// A repeatable sequence of numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u32 % limit
    }
}

/// Arithmetic, memory accesses, branches, loops and calls in the mixture that compilers make.
fn ordinary(numbers: &mut Numbers) -> Function {
    const ADDRESS: u32 = 0;
    const SUM: u32 = 1;
    const I32: u32 = 2;
    const F64: u32 = 4;
    let mut function = Function::new([(2, ValType::I32), (2, ValType::F64)]);
    let mut code = function.instructions();
    for _ in 0..PIECES {
        let constant = numbers.below(1 << 20) as i32;
        let memarg = MemArg {
            offset: numbers.below(4096).into(),
            align: 2,
            target: MemArgTarget::Memory(0),
            ordering: None,
        };
        match numbers.below(6) {
            0 => arithmetic(&mut code, I32, constant),
            1 => {
                code.local_get(ADDRESS).i32_load(memarg);
                code.i32_const(constant).i32_xor().local_tee(I32);
                code.i64_extend_i32_s()
                    .local_get(SUM)
                    .i64_add()
                    .local_set(SUM);
            }
            2 => {
                code.local_get(ADDRESS).local_get(I32).i32_store(memarg);
            }
            3 => {
                code.block(BlockType::Empty);
                code.local_get(I32).i32_const(constant).i32_lt_s().br_if(0);
                code.local_get(SUM)
                    .i64_const(constant.into())
                    .i64_mul()
                    .local_set(SUM);
                code.end();
            }
            4 => {
                code.local_get(F64)
                    .f64_const(f64::from(constant).into())
                    .f64_mul();
                code.local_get(F64 + 1).f64_add().local_set(F64);
            }
            _ => {
                code.local_get(ADDRESS)
                    .i32_const(8)
                    .i32_add()
                    .local_get(SUM);
                code.call(1 + numbers.below(FUNCTIONS - 1)).local_set(SUM);
            }
        }
    }
    code.local_get(SUM).end();
    function
}

fn arithmetic(code: &mut InstructionSink<'_>, local: u32, constant: i32) {
    code.local_get(local).i32_const(constant).i32_add();
    code.local_get(local + 1)
        .i32_const(constant & 31)
        .i32_shl()
        .i32_or()
        .local_set(local + 1);
}
