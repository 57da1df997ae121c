//! Core dumps: the machine as a file that other tools open, in the format of the WebAssembly tool conventions
//! (<https://github.com/WebAssembly/tool-conventions/blob/main/Coredump.md>).
//!
//! A core dump is a module that is never instantiated. Its sections of memories, globals and data hold those of the
//! store; custom sections tell of modules, instances and frames.

use alloc::vec::Vec;
use core::ops::Range;

use flight_memory::LinearMemory;
use flight_wasm::{MemoryType, Value, ValueType};
use hashbrown::HashMap;

use crate::Result;
use crate::context::{CallFrame, mark};
use crate::interpreter::Interpreter;
use crate::store::{FunctionKind, Store};
use encode::{
    MOST_OF_ENTRY, MOST_OF_NUMBER, constant, global, reserve, section, text, unsigned, values,
};

mod encode;

/// The sections' numbers. Spec: binary-section
mod id {
    pub(super) const CUSTOM: u8 = 0;
    pub(super) const MEMORY: u8 = 5;
    pub(super) const GLOBAL: u8 = 6;
    pub(super) const DATA: u8 = 11;
}

/// The binary format's first bytes. Spec: binary-module
const PREAMBLE: [u8; 8] = *b"\0asm\x01\0\0\0";
/// Memory is looked through in blocks of so many bytes: shorter runs of zeros are written.
const BLOCK: usize = 64;
/// How many stretches the bytes of all memories are written in at most: readers take no more than 100,000.
const STRETCHES: usize = 50_000;

/// What frames that wait at the same instruction have in common.
struct Shape {
    /// From the beginning of the function's body.
    offset: u32,
    /// The types of parameters and locals.
    locals: Vec<ValueType>,
    /// The types of its operands, bottom first.
    operands: Vec<ValueType>,
    /// The frame's slot in which the first operand lies.
    first_operand: usize,
}

impl Interpreter {
    /// A core dump: the calls that have not returned, and all instances with their memories and globals, in the format
    /// of the WebAssembly tool conventions.
    ///
    /// `name` says what was executed, such as the module's file; the format has a field for it.
    ///
    /// - Frames are listed innermost first, as one thread named `main`; host functions' are left out. A frame stands
    ///   at its next instruction, or at its call if it waits. The offset of that is counted from the first byte of
    ///   the function's body (behind its size, where the declarations of locals begin), as Wasmtime counts it.
    /// - Locals and operands are integers and floating-point numbers, the latter with all their bits. The format
    ///   has no vectors and no references: these are written as missing values.
    /// - The instances are all that were made in this interpreter, by their [`InstanceId`](crate::InstanceId).
    ///   A module that its name section does not name is called `<module N>`, N being its place in the dump.
    /// - Memories are the store's, by the types that they have now; data segments hold their bytes without the longer
    ///   runs of zeros between them, so that the dump of a large memory with little in it is small.
    /// - Globals are immutable and have their present values. Their reference types are widened to `funcref`,
    ///   `externref`, `anyref` or `exnref`, since the dump defines no types; unboxed integers are kept, every other
    ///   reference is null, since what it refers to is not in the dump.
    /// - Tables and objects have no place in the format.
    ///
    /// A machine on which no call is under way gives a dump without frames.
    /// The dump is a valid module for whoever knows the features that the types of its memories and globals need.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) if the dump does not fit the host's memory, or a section of it the
    /// 4 GiB that the format allows.
    pub fn core_dump(&self, name: &str) -> Result<Vec<u8>> {
        let store = &self.context.store;
        let mut out = Vec::new();
        out.extend_from_slice(&PREAMBLE);
        section(&mut out, id::CUSTOM, |out| {
            reserve(out, name.len() + MOST_OF_ENTRY)?;
            text(out, "core");
            out.push(0);
            text(out, name);
            Ok(())
        })?;
        let (modules, numbers) = modules(store);
        section(&mut out, id::CUSTOM, |out| module_names(out, &modules))?;
        section(&mut out, id::CUSTOM, |out| instances(out, store, &numbers))?;
        section(&mut out, id::CUSTOM, |out| self.frames_section(out))?;
        // Readers may take the first entry of these for granted.
        if !store.memories.is_empty() {
            section(&mut out, id::MEMORY, |out| memories(out, store))?;
        }
        if !store.globals.is_empty() {
            section(&mut out, id::GLOBAL, |out| self.globals_section(out))?;
        }
        let segments = stretches_of_all(&store.memories);
        if !segments.is_empty() {
            section(&mut out, id::DATA, |out| data(out, store, &segments))?;
        }
        Ok(out)
    }

    /// The calls. Spec of the convention: corestack
    fn frames_section(&self, out: &mut Vec<u8>) -> Result<()> {
        let frames = &self.context.frames;
        reserve(out, MOST_OF_ENTRY)?;
        text(out, "corestack");
        out.push(0);
        text(out, "main");
        let guests = frames.iter().filter(|frame| !frame.is(mark::HOST));
        unsigned(out, guests.count() as u64);
        // Of very many frames most stand at the same few instructions.
        let mut waiting = HashMap::new();
        for (position, frame) in frames.iter().enumerate().rev() {
            let FunctionKind::Guest { instance, func } =
                self.context.store.functions[frame.function as usize].kind
            else {
                continue;
            };
            let own;
            let shape = if position + 1 == frames.len() {
                own = self.shape(position, *frame);
                &own
            } else {
                waiting
                    .entry((frame.function, frame.ip))
                    .or_insert_with(|| self.shape(position, *frame))
            };
            let count = shape.locals.len() + shape.operands.len();
            reserve(out, MOST_OF_ENTRY + count * MOST_OF_NUMBER)?;
            out.push(0);
            unsigned(out, instance.into());
            unsigned(out, func.0.into());
            unsigned(out, shape.offset.into());
            let slots = &self.context.stack.slots()[frame.base as usize..];
            values(out, &shape.locals, slots);
            values(out, &shape.operands, &slots[shape.first_operand..]);
        }
        Ok(())
    }

    /// What is to be written of a guest function's frame.
    fn shape(&self, position: usize, frame: CallFrame) -> Shape {
        let Some(place) = self.place_of(position) else {
            // The convention writes an unknown offset as 0.
            return Shape {
                offset: 0,
                locals: Vec::new(),
                operands: Vec::new(),
                first_operand: 0,
            };
        };
        let module = &self.context.store.instances[place.instance as usize].module;
        let body = module.function_body(place.func);
        let begin = body.map_or(0, |body| body.range.start as u32);
        let analysis = self.analysis(place.instance, place.func);
        let mut operands = analysis.operands(place.offset);
        if place.waits {
            operands.truncate(operands.len() - analysis.takes(place.offset));
        }
        Shape {
            offset: place.offset - begin,
            locals: analysis.locals.clone(),
            operands,
            first_operand: self.code.local_slots(frame.function).unwrap_or(0) as usize,
        }
    }

    /// The store's globals as constants.
    fn globals_section(&self, out: &mut Vec<u8>) -> Result<()> {
        let globals = &self.context.store.globals;
        reserve(out, MOST_OF_ENTRY + globals.len() * MOST_OF_ENTRY)?;
        unsigned(out, globals.len() as u64);
        for address in 0..globals.len() {
            global(out, self.global_value(address as u32));
        }
        Ok(())
    }
}

/// The modules of all instances, and the number of each by where its bytes lie, which no two modules share.
fn modules(store: &Store) -> (Vec<Option<&str>>, HashMap<*const u8, u32>) {
    let mut names = Vec::new();
    let mut numbers = HashMap::new();
    for instance in &store.instances {
        numbers
            .entry(instance.module.bytes().as_ptr())
            .or_insert_with(|| {
                names.push(instance.module.names().module());
                names.len() as u32 - 1
            });
    }
    (names, numbers)
}

/// Spec of the convention: coremodules
fn module_names(out: &mut Vec<u8>, modules: &[Option<&str>]) -> Result<()> {
    reserve(out, MOST_OF_ENTRY)?;
    text(out, "coremodules");
    unsigned(out, modules.len() as u64);
    for (number, name) in modules.iter().enumerate() {
        reserve(out, name.map_or(0, str::len) + MOST_OF_ENTRY)?;
        out.push(0);
        match name {
            Some(name) => text(out, name),
            None => text(out, &alloc::format!("<module {number}>")),
        }
    }
    Ok(())
}

/// Spec of the convention: coreinstances
fn instances(out: &mut Vec<u8>, store: &Store, numbers: &HashMap<*const u8, u32>) -> Result<()> {
    reserve(out, MOST_OF_ENTRY)?;
    text(out, "coreinstances");
    unsigned(out, store.instances.len() as u64);
    for instance in &store.instances {
        let indices = instance.memories.len() + instance.globals.len();
        reserve(out, MOST_OF_ENTRY + indices * MOST_OF_NUMBER)?;
        out.push(0);
        let number = numbers.get(&instance.module.bytes().as_ptr());
        unsigned(out, number.copied().unwrap_or(0).into());
        // The dump's memories and globals are the store's, in its order: an index is an address.
        for addresses in [&instance.memories, &instance.globals] {
            unsigned(out, addresses.len() as u64);
            for address in addresses {
                unsigned(out, (*address).into());
            }
        }
    }
    Ok(())
}

/// The types of the store's memories, each with the size that it has now. Spec: binary-memtype
fn memories(out: &mut Vec<u8>, store: &Store) -> Result<()> {
    reserve(out, MOST_OF_ENTRY + store.memories.len() * MOST_OF_ENTRY)?;
    unsigned(out, store.memories.len() as u64);
    for address in 0..store.memories.len() {
        let MemoryType {
            limits,
            is64,
            shared,
            page_size_log2,
        } = store.memory_type(address as u32);
        let has_page_size = page_size_log2 != 16;
        out.push(
            u8::from(limits.maximum.is_some())
                | u8::from(shared) << 1
                | u8::from(is64) << 2
                | u8::from(has_page_size) << 3,
        );
        unsigned(out, limits.minimum);
        if let Some(maximum) = limits.maximum {
            unsigned(out, maximum);
        }
        if has_page_size {
            unsigned(out, page_size_log2.into());
        }
    }
    Ok(())
}

/// The stretches of bytes in all memories that are to be written, each with its memory.
fn stretches_of_all(memories: &[LinearMemory]) -> Vec<(usize, Range<usize>)> {
    let total: usize = memories.iter().map(|memory| memory.bytes().len()).sum();
    // Behind each stretch but a memory's last lies a gap, so there cannot be many more of them than gaps have room.
    let gap = BLOCK.max(total / STRETCHES);
    let of_one = |(address, memory): (usize, &LinearMemory)| {
        let stretches = stretches(memory.bytes(), gap).into_iter();
        stretches.map(move |range| (address, range))
    };
    memories.iter().enumerate().flat_map(of_one).collect()
}

/// The stretches of `bytes` that begin and end with something else than zero, with at least `gap` zeros between them.
fn stretches(bytes: &[u8], gap: usize) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (block, bytes) in bytes.chunks(BLOCK).enumerate() {
        // Whole blocks are compared first: that is quick.
        if bytes == &[0; BLOCK][..bytes.len()] {
            continue;
        }
        let set = |byte: &u8| *byte != 0;
        let (Some(first), Some(last)) = (bytes.iter().position(set), bytes.iter().rposition(set))
        else {
            continue;
        };
        let (start, end) = (block * BLOCK + first, block * BLOCK + last + 1);
        match found.last_mut() {
            Some(before) if start - before.end < gap => before.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

/// The contents of the memories as active segments. Spec: binary-datasec
fn data(out: &mut Vec<u8>, store: &Store, segments: &[(usize, Range<usize>)]) -> Result<()> {
    let most = |(_, range): &(usize, Range<usize>)| range.len() + MOST_OF_ENTRY;
    reserve(
        out,
        MOST_OF_ENTRY + segments.iter().map(most).sum::<usize>(),
    )?;
    unsigned(out, segments.len() as u64);
    for (address, range) in segments {
        let memory = &store.memories[*address];
        if *address == 0 {
            out.push(0);
        } else {
            out.push(2);
            unsigned(out, *address as u64);
        }
        let start = range.start as u64;
        // The offset is of the memory's address type. Spec: valid-data
        let offset = match memory.limits().is64 {
            true => Value::I64(start as i64),
            false => Value::I32(start as i32),
        };
        constant(out, offset);
        unsigned(out, range.len() as u64);
        out.extend_from_slice(&memory.bytes()[range.clone()]);
    }
    Ok(())
}
