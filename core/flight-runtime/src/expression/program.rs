//! Expressions as operations for a stack, and their evaluation.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use flight_wasm::ValueType;

use super::compute::{Binary, Kind, Unary, binary, unary};
use super::{Evaluated, Wrong};
use crate::interpreter::Interpreter;
use crate::slot;

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    Constant(Evaluated),
    /// What lies in a slot of the frame.
    Slot {
        slot: u32,
        ty: ValueType,
    },
    /// What lies in the cell of a global.
    Cell {
        cell: u32,
        ty: ValueType,
    },
    /// Takes an address.
    Load {
        kind: Kind,
        /// The memory's address in the store.
        memory: u32,
        is64: bool,
    },
    Time,
    Depth,
    Unary(Unary),
    Binary(Binary),
    /// Goes on elsewhere, with the value on top, if that counts as true or not; takes it if not.
    Decide {
        on: bool,
        to: usize,
    },
    /// Takes a value and goes on elsewhere if it does not count as true.
    Unless(usize),
    Jump(usize),
}

impl Op {
    pub(super) fn slot(slot: u32, ty: ValueType) -> Self {
        Self::Slot { slot, ty }
    }
}

/// An expression that has been read and checked.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// Each with the byte of the text that it comes from.
    pub(super) ops: Vec<(Op, usize)>,
}

impl Program {
    /// Evaluates it with the frame that begins at a slot. Jumps lead forward only, so it comes to an end.
    pub(super) fn evaluate(&self, machine: &Interpreter, base: u32) -> Result<Evaluated, Wrong> {
        let mut stack: Vec<Evaluated> = Vec::with_capacity(8);
        let mut next = 0;
        while let Some(&(op, at)) = self.ops.get(next) {
            next += 1;
            // What the parser makes never finds the stack empty.
            let mut pop = || stack.pop().unwrap_or(Evaluated::NULL);
            let value = match op {
                Op::Constant(value) => value,
                Op::Slot { slot, ty } => {
                    let slots = machine.context.stack.slots();
                    value_in(machine, slots, base as usize + slot as usize, ty)
                }
                Op::Cell { cell, ty } => {
                    value_in(machine, &machine.context.store.cells, cell as usize, ty)
                }
                Op::Load { kind, memory, is64 } => {
                    let bytes = load(machine, memory, is64, pop(), kind.bytes());
                    kind.read(bytes.map_err(|why| Wrong::new(at, why))?)
                }
                Op::Time => Evaluated::wide(machine.time().into()),
                Op::Depth => Evaluated::integer(machine.depth() as i128),
                Op::Unary(op) => unary(op, pop()).map_err(|why| Wrong::new(at, why.into()))?,
                Op::Binary(op) => {
                    let right = pop();
                    binary(op, pop(), right).map_err(|why| Wrong::new(at, why.into()))?
                }
                Op::Decide { on, to } => {
                    let value = pop();
                    if value.is_true() != on {
                        continue;
                    }
                    next = to;
                    value
                }
                Op::Unless(to) => {
                    if !pop().is_true() {
                        next = to;
                    }
                    continue;
                }
                Op::Jump(to) => {
                    next = to;
                    continue;
                }
            };
            stack.push(value);
        }
        Ok(stack.pop().unwrap_or(Evaluated::NULL))
    }
}

fn value_in(machine: &Interpreter, slots: &[u64], at: usize, ty: ValueType) -> Evaluated {
    let slot = |at: usize| slots.get(at).copied().unwrap_or(0);
    let heap = &machine.context.store.heap;
    Evaluated::of(slot::value_of(ty, slot(at), slot(at + 1), heap))
}

/// The bytes at an address.
fn load(
    machine: &Interpreter,
    memory: u32,
    is64: bool,
    address: Evaluated,
    length: u64,
) -> Result<&[u8], String> {
    let (given, _) = address.as_integer().unwrap_or_default();
    let (least, all) = match is64 {
        true => (i128::from(i64::MIN), 1i128 << 64),
        false => (i128::from(i32::MIN), 1i128 << 32),
    };
    let address = match given {
        given if given >= 0 => given,
        given if given >= least => given + all,
        given => return Err(format!("{given} is no address")),
    };
    let memory = &machine.context.store.memories[memory as usize];
    let bytes = u64::try_from(address)
        .ok()
        .and_then(|address| memory.read(address, length).ok());
    bytes.ok_or_else(|| {
        let size = memory.size();
        let what = match length {
            1 => format!("address {address}"),
            length => format!("address {address} + {length} bytes"),
        };
        format!("{what} is past the end of the memory, {size} bytes")
    })
}
