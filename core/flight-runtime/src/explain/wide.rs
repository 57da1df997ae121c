//! Explanations of vector and atomic instructions and of wide arithmetic: they call what executes them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use flight_memory::LinearMemory;
use flight_wasm::Value;
use flight_wasm::wasmparser::{MemArg, MemArgTarget, Operator};

use super::Effect;
use crate::access::{MemoryAccess, wide_access};
use crate::inspect::Place;
use crate::interpreter::Interpreter;
use crate::numeric::{i64_add128, i64_mul_wide_s, i64_mul_wide_u, i64_sub128, wide};
use crate::simd::{self, Immediate, Meaning, Vector};
use crate::slot::{number_of, slots_of};
use crate::{TrapKind, atomic};

/// The operands in the form in which the executing functions take them.
#[derive(Clone, Copy)]
struct Taken<'a>(&'a [Value]);

impl Taken<'_> {
    fn slot(self, position: usize) -> u64 {
        self.0.get(position).map_or(0, |value| slots_of(*value).0)
    }

    fn vector(self, position: usize) -> Vector {
        let (low, high) = self
            .0
            .get(position)
            .map_or((0, 0), |value| slots_of(*value));
        wide(low, high).into()
    }
}

impl Interpreter {
    /// What one of these instructions will do; `None` for another one.
    pub(super) fn wide_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        place: &Place,
    ) -> Option<Effect> {
        let taken = Taken(takes);
        if let Some((op, immediate)) = simd::decode(operator) {
            let effect = self.vector_effect(simd::meaning(op as u32)?, immediate, taken, place);
            return Some(effect.unwrap_or_else(Effect::Traps));
        }
        if let Some((op, memarg)) = atomic::decode(operator) {
            let effect = self.atomic_effect(op as u32, memarg, taken, place);
            return Some(effect.unwrap_or_else(Effect::Traps));
        }
        let first = || wide(taken.slot(0), taken.slot(1));
        let second = || wide(taken.slot(2), taken.slot(3));
        let factors = || (taken.slot(0) as i64, taken.slot(1) as i64);
        let result = match operator {
            Operator::I64Add128 => i64_add128(first(), second()),
            Operator::I64Sub128 => i64_sub128(first(), second()),
            Operator::I64MulWideS => i64_mul_wide_s(factors().0, factors().1),
            Operator::I64MulWideU => i64_mul_wide_u(factors().0, factors().1),
            Operator::AtomicFence { .. } => {
                return Some(Effect::Does(
                    "does nothing: there is one thread".to_string(),
                ));
            }
            _ => return None,
        };
        let halves = [result as u64, (result >> 64) as u64];
        Some(Effect::Pushes(halves.map(Value::from).into()))
    }

    /// The memory that an instruction accesses, and the address in it.
    fn accessed(
        &self,
        memarg: &MemArg,
        taken: Taken<'_>,
        place: &Place,
    ) -> Result<(&LinearMemory, u64), TrapKind> {
        let index = match memarg.target {
            MemArgTarget::Memory(index) => index as usize,
            MemArgTarget::Array(_) => 0,
        };
        let own = &self.context.store.instances[place.instance as usize];
        let address = taken.slot(0).checked_add(memarg.offset);
        Ok((
            &self.context.store.memories[own.memories[index] as usize],
            address.ok_or(TrapKind::MemoryOutOfBounds)?,
        ))
    }

    fn vector_effect(
        &self,
        meaning: Meaning,
        immediate: Immediate<'_>,
        taken: Taken<'_>,
        place: &Place,
    ) -> Result<Effect, TrapKind> {
        let vector = |position| taken.vector(position);
        let lane = match immediate {
            Immediate::Lane(lane) | Immediate::MemoryLane(_, lane) => lane,
            _ => 0,
        };
        let bytes = match immediate {
            Immediate::Bytes(bytes) => bytes,
            _ => [0; 16],
        };
        let memory = |width| match immediate {
            Immediate::Memory(memarg) | Immediate::MemoryLane(memarg, _) => {
                let (memory, address) = self.accessed(memarg, taken, place)?;
                Ok((memory.read(address, width)?, address))
            }
            _ => Err(TrapKind::MemoryOutOfBounds),
        };
        let gives: Value = match meaning {
            Meaning::Constant => Vector(bytes).into(),
            Meaning::Shuffle => simd::i8x16_shuffle(vector(0), vector(1), bytes).into(),
            Meaning::Unary(function) => function(vector(0)).into(),
            Meaning::Binary(function) => function(vector(0), vector(1)).into(),
            Meaning::Ternary(function) => function(vector(0), vector(1), vector(2)).into(),
            Meaning::Shift(function) => function(vector(0), taken.slot(1) as i32).into(),
            Meaning::Test(function) => function(vector(0)).into(),
            Meaning::Splat(function) => function(taken.slot(0)).into(),
            Meaning::Extract(ty, function) => number_of(ty, function(vector(0), lane)),
            Meaning::Replace(function) => function(vector(0), taken.slot(1), lane).into(),
            Meaning::Load(width, function) => function(memory(width)?.0).into(),
            Meaning::LoadLane(width, function) => {
                function(memory(width)?.0, vector(1), lane).into()
            }
            Meaning::Store(width, _) | Meaning::StoreLane(width, _) => {
                return Ok(writes(width, memory(width)?.1));
            }
        };
        Ok(Effect::Pushes(Vec::from([gives])))
    }

    fn atomic_effect(
        &self,
        opcode: u32,
        memarg: &MemArg,
        taken: Taken<'_>,
        place: &Place,
    ) -> Result<Effect, TrapKind> {
        let (memory, address) = self.accessed(memarg, taken, place)?;
        let outcome = atomic::perform(opcode, memory, address, [taken.slot(1), taken.slot(2)])?;
        Ok(match (outcome.gives, outcome.writes) {
            (Some(value), _) => Effect::Pushes(Vec::from([value])),
            (None, Some((_, width))) => writes(width as u64, address),
            (None, None) => Effect::Does(String::new()),
        })
    }
}

fn writes(width: u64, address: u64) -> Effect {
    let bytes = if width == 1 { "byte" } else { "bytes" };
    Effect::Does(format!("writes {width} {bytes} at address 0x{address:08x}"))
}

/// Why an atomic instruction traps.
pub(super) fn why(kind: TrapKind, operator: &Operator<'_>, takes: &[Value]) -> Option<String> {
    let MemoryAccess { memarg, width, .. } = wide_access(operator)?;
    let MemArgTarget::Memory(memory) = memarg.target else {
        return None;
    };
    let address = Taken(takes).slot(0).wrapping_add(memarg.offset);
    Some(match kind {
        TrapKind::UnalignedAtomic => format!("address {address} is no multiple of {width}"),
        TrapKind::ExpectedSharedMemory => format!("memory {memory} is not shared"),
        TrapKind::EndlessWait => {
            let expected = takes.get(1)?;
            format!("the value at address {address} is {expected} as expected, there is no timeout")
        }
        _ => return None,
    })
}
