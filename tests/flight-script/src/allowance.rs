//! How much may be hashed: so that scripts with many calls and large memories do not take long.

use flight_runtime::{InstanceId, Interpreter};

/// An account of bytes. What it allows depends on the script and its machine only, not on how it is executed.
pub(crate) struct Allowance {
    bytes: u64,
}

/// Bytes that a script may hash in any case, and that each of its calls adds.
const FIRST: u64 = 2 << 20;
const EACH_CALL: u64 = 16 << 10;

/// About what a frame costs.
const FRAME: u64 = 64;

impl Allowance {
    pub(crate) const fn new() -> Self {
        Self { bytes: FIRST }
    }

    pub(crate) fn call(&mut self) {
        self.bytes += EACH_CALL;
    }

    /// The hash of a machine with these instances, if it is allowed.
    pub(crate) fn hash(
        &mut self,
        interpreter: &Interpreter,
        instances: &[InstanceId],
    ) -> Option<u64> {
        self.bytes = self.bytes.checked_sub(cost(interpreter, instances))?;
        Some(interpreter.state_hash())
    }
}

/// How many bytes are hashed.
fn cost(interpreter: &Interpreter, instances: &[InstanceId]) -> u64 {
    let of_instance = |instance: &InstanceId| {
        let module = interpreter.module(*instance);
        let memories = (0..module.memories().len() as u32)
            .filter_map(|index| interpreter.memory_size(*instance, index).ok());
        let tables = (0..module.tables().len() as u32)
            .filter_map(|index| interpreter.table_type(*instance, index).ok())
            .map(|ty| ty.limits.minimum * 8);
        memories.chain(tables).sum::<u64>()
    };
    let (heap, _) = interpreter.heap_use();
    instances.iter().map(of_instance).sum::<u64>() + heap + interpreter.depth() as u64 * FRAME
}
