//! Exceptions: `try_table`, and `try` with its arms.

use flight_wasm::wasmparser::{BlockType, Catch, FunctionBody, Operator, TryTable};

use super::control::Kind;
use super::{Handler, HandlerKind, Lowering, byte};
use crate::op::Op;

/// How many `try`s lie in each other at most.
pub(super) fn depth_of_tries(body: &FunctionBody<'_>) -> u32 {
    let Ok(mut reader) = body.get_operators_reader() else {
        return 0;
    };
    let (mut open, mut tries, mut most) = (alloc::vec::Vec::new(), 0, 0);
    while let Ok(operator) = reader.read() {
        match operator {
            Operator::Try { .. } => {
                open.push(1);
                tries += 1;
                most = tries.max(most);
            }
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. } => open.push(0),
            Operator::End | Operator::Delegate { .. } => tries -= open.pop().unwrap_or(0),
            _ => {}
        }
    }
    most
}

/// The first operand word of an arm of a `TryTable` instruction: what it catches.
pub(crate) mod arm {
    pub(crate) const ONE: u32 = 0;
    pub(crate) const ONE_REF: u32 = 1;
    pub(crate) const ALL: u32 = 2;
    pub(crate) const ALL_REF: u32 = 3;
}

impl Lowering<'_> {
    // Spec: exec-try_table. Its labels are counted from outside of it.
    pub(super) fn try_table(&mut self, table: &TryTable, offset: u32) {
        self.settle_all();
        let word = self.begin(Op::TryTable, offset);
        self.words.push(table.catches.len() as u32);
        for catch in &table.catches {
            let (kind, tag, label) = match *catch {
                Catch::One { tag, label } => (arm::ONE, tag, label),
                Catch::OneRef { tag, label } => (arm::ONE_REF, tag, label),
                Catch::All { label } => (arm::ALL, 0, label),
                Catch::AllRef { label } => (arm::ALL_REF, 0, label),
            };
            let tag = match kind {
                arm::ONE | arm::ONE_REF => self.instance.tags[tag as usize],
                _ => 0,
            };
            let (_, base) = self.label(label);
            self.words.extend([kind, tag]);
            self.push_target(label, word);
            self.words.push(byte(base));
        }
        let behind = self.words.len() as u32;
        self.open(Kind::TryTable(word, behind), table.ty);
    }

    /// `try` of the older proposal.
    pub(super) fn try_(&mut self, block_type: BlockType, offset: u32) {
        self.settle_all();
        self.emit(Op::Nop, offset, &[]);
        let start = self.words.len() as u32;
        self.open(Kind::Try(start), block_type);
    }

    /// `catch` and `catch_all`: end what is before them, as `else` does, and begin an arm.
    pub(super) fn catch(&mut self, tag: Option<u32>, offset: u32) {
        let reachable = self.skipped == 0;
        self.skipped = 0;
        let Some(mut control) = self.controls.pop() else {
            return;
        };
        if reachable {
            self.settle_all();
        }
        let behind = self.words.len() as u32;
        if reachable {
            let word = self.begin_flushing(Op::Br, offset);
            self.words.push(0);
            control.to_end.push((word + 1, word));
        }
        self.run = 0;
        self.last = None;
        control.kind = match control.kind {
            Kind::Try(start) => Kind::Catch(start, behind),
            other => other,
        };
        self.reset_to(&control);
        let address = tag.map(|tag| self.instance.tags[tag as usize]);
        control.arms.push((address, self.words.len() as u32));
        self.controls.push(control);
        if let Some(tag) = tag {
            let module = self.module;
            self.push_types(module.func_type_at(module.tags()[tag as usize]).params());
        }
    }

    /// `delegate`: ends a `try` whose exceptions go to the handlers of an outer block.
    pub(super) fn delegate(&mut self, depth: u32, offset: u32) {
        if let Some(control) = self.controls.last_mut()
            && let Kind::Try(start) = control.kind
        {
            control.kind = Kind::Block;
            let level = self.controls.len() as u32 - 1;
            let handler = Handler {
                start,
                end: self.words.len() as u32,
                level,
                kind: HandlerKind::Delegate {
                    level: level - 1 - depth,
                },
            };
            self.handlers.push(handler);
        }
        self.end(offset);
    }

    /// The handlers of a block that ends here.
    pub(super) fn end_handlers(&mut self, control: &super::control::Control) {
        let level = self.controls.len() as u32;
        let end = self.words.len() as u32;
        match control.kind {
            Kind::TryTable(word, start) => {
                self.handlers.push(Handler {
                    start,
                    end,
                    level,
                    kind: HandlerKind::Table { word },
                });
            }
            Kind::Catch(start, end) => {
                let kind = HandlerKind::Arms {
                    arms: control.arms.clone(),
                    dst: byte(control.base),
                    exception: byte(self.exception_slot(self.controls.len())),
                };
                self.handlers.push(Handler {
                    start,
                    end,
                    level,
                    kind,
                });
            }
            _ => {}
        }
    }

    /// The slot that holds the exception of the `try` which is the control at this position.
    fn exception_slot(&self, position: usize) -> u32 {
        let is_try = |kind: Kind| matches!(kind, Kind::Try(_) | Kind::Catch(..));
        let outer = self.controls[..position]
            .iter()
            .filter(|control| is_try(control.kind))
            .count();
        self.first_exception + outer as u32
    }

    // Spec: exec-throw
    pub(super) fn throw(&mut self, tag: u32, offset: u32) {
        let module = self.module;
        let params = module.func_type_at(module.tags()[tag as usize]).params();
        let slots = crate::slot::slot_count(params);
        self.settle_all();
        let first = byte(self.top - slots);
        self.emit(
            Op::Throw,
            offset,
            &[self.instance.tags[tag as usize], first, slots],
        );
        self.unreachable_from_here();
    }

    // Spec: exec-throw_ref
    pub(super) fn throw_ref(&mut self, offset: u32) {
        let exception = byte(self.pop());
        self.emit(Op::ThrowRef, offset, &[exception]);
        self.unreachable_from_here();
    }

    /// `rethrow`: throws what the arm at this depth handles.
    pub(super) fn rethrow(&mut self, depth: u32, offset: u32) {
        let position = self.controls.len() - 1 - depth as usize;
        let exception = byte(self.exception_slot(position));
        self.emit(Op::ThrowRef, offset, &[exception]);
        self.unreachable_from_here();
    }
}
