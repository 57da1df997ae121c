//! Makes modules that end: small ones, each with features of its own choice.

use arbitrary::Unstructured;
use wasm_smith::{Config, Module};
use wasmparser::{Operator, Parser, Payload};

use crate::provide::imports;
use crate::random::Random;

/// How often a module's loops and functions may begin in one call.
pub(crate) const FUEL: u32 = 300;

/// A module as the generator made it.
pub(crate) struct Generated {
    pub(crate) bytes: Vec<u8>,
    /// The global that holds the rest of its fuel.
    pub(crate) fuel: u32,
}

/// A module; `None` if chance gave one that cannot be compared.
pub(crate) fn generate(random: &mut Random) -> Option<Generated> {
    let config = config(random);
    let length = 200 + random.below(3000) as usize;
    let bytes = random.bytes(length);
    let mut module = Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    let fuel = module.ensure_termination(FUEL).ok()?;
    let bytes = module.to_bytes();
    (!waits(&bytes)).then_some(Generated { bytes, fuel })
}

fn config(random: &mut Random) -> Config {
    // In half of the modules every feature may occur; in the others what is left gets more room.
    let all = random.chance(1, 2);
    let mut feature = || all || random.chance(2, 3);
    let mut config = Config {
        bulk_memory_enabled: feature(),
        exceptions_enabled: feature(),
        extended_const_enabled: feature(),
        memory64_enabled: feature(),
        multi_value_enabled: feature(),
        reference_types_enabled: feature(),
        saturating_float_to_int_enabled: feature(),
        sign_extension_ops_enabled: feature(),
        tail_call_enabled: feature(),
        ..Config::default()
    };
    // There are so many vector and atomic instructions that little else occurs beside them.
    config.simd_enabled = random.chance(1, 2);
    config.threads_enabled = random.chance(1, 4);
    config.gc_enabled = config.reference_types_enabled && random.chance(2, 3);
    config.allow_floats = random.chance(4, 5);
    // Without traps a call gets further, with them it meets all their causes.
    config.disallow_traps = random.chance(1, 2);
    config.allow_start_export = random.chance(1, 4);
    config.canonicalize_nans = true;

    // The second engine chooses for relaxed instructions what the processor does, and has none of the others.
    config.relaxed_simd_enabled = false;
    config.wide_arithmetic_enabled = false;
    config.custom_page_sizes_enabled = false;
    config.compact_imports_enabled = false;

    config.min_types = 1;
    config.max_types = 2 + random.below(10) as usize;
    config.min_funcs = 1;
    config.max_funcs = 1 + random.below(7) as usize;
    config.max_instructions = 20 + random.below(150) as usize;
    config.max_values = 6;
    config.max_globals = random.below(8) as usize;
    config.min_memories = u32::from(random.chance(3, 4));
    config.max_memories = 1 + random.below(3) as usize;
    config.min_tables = u32::from(config.reference_types_enabled && random.chance(1, 2));
    config.max_tables = if config.reference_types_enabled { 3 } else { 1 };
    config.max_tags = random.below(4) as usize;
    config.max_data_segments = random.below(4) as usize;
    config.max_element_segments = random.below(5) as usize;
    config.max_elements = 8;
    config.max_exports = 0;
    config.memory_max_size_required = true;
    config.max_memory32_bytes = 3 << 16;
    config.max_memory64_bytes = 3 << 16;
    config.table_max_size_required = true;
    config.max_table_elements = 30;
    if random.chance(1, 2) {
        config.max_imports = 0;
    } else {
        config.max_imports = 6;
        config.available_imports = Some(imports());
    }
    config
}

/// Whether a module waits for another thread: there is none, so the second engine would sleep.
fn waits(bytes: &[u8]) -> bool {
    let bodies = Parser::new(0)
        .parse_all(bytes)
        .filter_map(|payload| match payload {
            Ok(Payload::CodeSectionEntry(body)) => body.get_operators_reader().ok(),
            _ => None,
        });
    bodies.flatten().any(|operator| {
        matches!(
            operator,
            Ok(Operator::MemoryAtomicWait32 { .. } | Operator::MemoryAtomicWait64 { .. })
        )
    })
}
