//! What a snapshot says of the instances that it was made of, so that it is not put into others.

use alloc::format;

use crate::codec::{Read, Reader, Writer};
use crate::snapshot::types::TypeNumbers;
use crate::store::{FunctionKind, Store};
use crate::xxh64::Xxh64;

/// What the hashes of a store's shape are of, in order.
const SHAPES: [&str; 6] = [
    "functions",
    "tables",
    "memories",
    "globals",
    "tags",
    "links",
];

pub(super) fn write(to: &mut Writer, store: &Store, types: &TypeNumbers) {
    to.list(&store.instances, |to, instance| {
        let bytes = instance.module.bytes();
        to.number(bytes.len() as u64);
        to.fixed(hash_of(bytes));
    });
    for shape in shapes(store, types) {
        to.fixed(shape);
    }
}

/// Fails if the instances are others.
pub(super) fn compare(from: &mut Reader<'_>, store: &Store, types: &TypeNumbers) -> Read<()> {
    let begin = from.clone();
    let count = from.count(9)?;
    if count != store.instances.len() {
        let own = store.instances.len();
        let message = format!("it is of {count} instances, but there are {own} here");
        return Err(begin.wrong(message));
    }
    for (position, instance) in store.instances.iter().enumerate() {
        let begin = from.clone();
        let bytes = instance.module.bytes();
        let (length, hash) = (from.number()?, from.fixed()?);
        if length != bytes.len() as u64 {
            let own = bytes.len();
            return Err(begin.wrong(format!(
                "wrong module: instance {position} was made of one of {length} bytes, here of one of {own}"
            )));
        }
        if hash != hash_of(bytes) {
            return Err(begin.wrong(format!(
                "wrong module: instance {position} was made of another one of as many bytes"
            )));
        }
    }
    for (own, what) in shapes(store, types).into_iter().zip(SHAPES) {
        let begin = from.clone();
        if from.fixed()? != own {
            return Err(begin.wrong(format!(
                "other imports: the instances' {what} are not those of the snapshot in number, order and type"
            )));
        }
    }
    Ok(())
}

fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = Xxh64::new();
    hash.bytes(bytes);
    hash.finish()
}

/// Hashes of what does not change while the machine runs, imports included.
fn shapes(store: &Store, types: &TypeNumbers) -> [u64; SHAPES.len()] {
    let mut hashes = [const { Xxh64::new() }; SHAPES.len()];
    let [functions, tables, memories, globals, tags, links] = &mut hashes;
    for function in &store.functions {
        match function.kind {
            FunctionKind::Guest { instance, func } => {
                functions.word(u64::from(instance) << 32 | u64::from(func.0));
            }
            FunctionKind::Host { .. } => {
                let ty = store.types.func(function.type_id);
                functions.word(u64::MAX);
                types.hash_values(functions, ty.params());
                types.hash_values(functions, ty.results());
            }
        }
    }
    for table in &store.tables {
        let limits = table.ty.limits;
        tables.words(&[limits.minimum, table.ty.is64.into()]);
        hash_maximum(tables, limits.maximum);
        types.hash_ref(tables, table.ty.element);
    }
    for memory in &store.memories {
        let limits = memory.limits();
        let flags = u64::from(limits.is64) << 1 | u64::from(limits.shared);
        memories.words(&[limits.minimum, limits.page_size_log2.into(), flags]);
        hash_maximum(memories, limits.maximum);
    }
    for global in &store.globals {
        globals.word(global.ty.mutable.into());
        types.hash_values(globals, &[global.ty.content]);
    }
    for tag in &store.tags {
        types.hash_values(tags, store.types.func(tag.type_id).params());
    }
    for instance in &store.instances {
        for addresses in [
            &instance.functions,
            &instance.tables,
            &instance.memories,
            &instance.globals,
            &instance.tags,
        ] {
            links.word(addresses.len() as u64);
            addresses
                .iter()
                .for_each(|address| links.word((*address).into()));
        }
    }
    hashes.map(|hash| hash.finish())
}

fn hash_maximum(hash: &mut Xxh64, maximum: Option<u64>) {
    hash.words(&[maximum.is_some().into(), maximum.unwrap_or(0)]);
}
