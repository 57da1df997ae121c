//! Probes: what counts while the record is executed again.
//!
//! A probe replaces the first word of a block's first instruction, as a breakpoint does. When the loop is left at one,
//! the block is counted and the loop entered again. Where the loop begins or ends in the midst of a block, so does a
//! *pass* through it: the machine's time says how far it came, and the part that was not executed is taken off again.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Range;

use hashbrown::HashMap;

use super::blocks;
use crate::context::{State, mark};
use crate::interpreter::Interpreter;
use crate::run::executed_before;
use crate::store::FunctionKind;

/// What is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Purpose {
    /// How often everything was executed, and the calls.
    #[default]
    Counts,
    /// What was executed at all: a probe that has been met is taken away.
    Coverage,
}

/// A block with a probe. Positions count the instructions of its function that have code.
#[derive(Debug)]
struct Block {
    /// The word of the probe.
    ip: u32,
    /// What stood there.
    first: u32,
    function: u32,
    start: u32,
    /// Behind the last instruction.
    end: u32,
    /// The last instruction makes the frame another function's.
    leaves: bool,
    /// How often the probe was met.
    count: u64,
}

/// A pass through a block that has begun.
#[derive(Clone, Copy, Debug)]
struct Pass {
    block: u32,
    /// The position and the time at which it began.
    position: u32,
    time: u64,
    /// It began at the probe, which has counted it.
    counted: bool,
    leaves: bool,
}

/// The calls of a function.
#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    count: u64,
    /// The instructions of those outermost calls that are over.
    total: u64,
    /// How many are under way.
    under_way: u32,
    /// The time at which the outermost one of those began.
    since: u64,
}

/// All probes, and what they have counted.
#[derive(Debug, Default)]
pub(crate) struct Probes {
    purpose: Purpose,
    /// For each word of the code one more than the number of the block that begins there, or 0.
    at_word: Vec<u32>,
    blocks: Vec<Block>,
    /// The blocks of each function that has precise code.
    functions: HashMap<u32, Range<usize>>,
    /// What passes that began or ended in the midst of a block add from a position on to its end: by function.
    parts: BTreeMap<(u32, u32), i64>,
    pass: Option<Pass>,
    /// For each function of the store.
    calls: Vec<Calls>,
    /// The functions of the frames, outermost first.
    frames: Vec<u32>,
}

impl Probes {
    fn has_seen(&self, address: u32) -> bool {
        self.functions.contains_key(&address)
    }

    /// How often a function was called, and how many instructions were executed meanwhile.
    pub(super) fn calls(&self, address: u32) -> (u64, u64) {
        let calls = self.calls.get(address as usize);
        calls.map_or((0, 0), |calls| (calls.count, calls.total))
    }

    /// How often the instructions of a function that have code were executed.
    pub(super) fn executed(&self, address: u32) -> impl Iterator<Item = u64> {
        let blocks = self.functions.get(&address).cloned().unwrap_or_default();
        self.blocks[blocks].iter().flat_map(move |block| {
            let mut parts = self
                .parts
                .range((address, block.start)..(address, block.end))
                .peekable();
            let mut count = block.count as i64;
            (block.start..block.end).map(move |position| {
                while let Some((_, part)) = parts.next_if(|((_, at), _)| *at <= position) {
                    count += part;
                }
                count.max(0) as u64
            })
        })
    }

    /// The block of a function that holds a position.
    fn block_at(&self, address: u32, position: u32) -> Option<u32> {
        let range = self.functions.get(&address)?.clone();
        let behind = self.blocks[range.clone()].partition_point(|block| block.start <= position);
        let block = range.start + behind.checked_sub(1)?;
        (position < self.blocks[block].end).then_some(block as u32)
    }

    /// Counts a pass that began in the midst of a block.
    fn begin_part(&mut self, pass: Pass) {
        let function = self.blocks[pass.block as usize].function;
        let part = self.parts.entry((function, pass.position));
        *part.or_default() += 1;
    }

    fn enter(&mut self, function: u32, time: u64, counts: bool) {
        self.frames.push(function);
        if let Some(calls) = self.calls.get_mut(function as usize) {
            calls.count += u64::from(counts);
            if calls.under_way == 0 {
                calls.since = time;
            }
            calls.under_way += 1;
        }
    }

    /// Leaves calls until there are no more than so many.
    fn leave_to(&mut self, depth: usize, time: u64) {
        while self.frames.len() > depth {
            let function = self.frames.pop().unwrap_or_default();
            if let Some(calls) = self.calls.get_mut(function as usize) {
                calls.under_way -= 1;
                if calls.under_way == 0 {
                    calls.total += time - calls.since;
                }
            }
        }
    }
}

impl Interpreter {
    /// Begins to probe all that is executed from here on. Every function must be one that is executed in precise code.
    pub(super) fn attach_probes(&mut self, purpose: Purpose) {
        let mut probes = Probes {
            purpose,
            calls: alloc::vec![Calls::default(); self.context.store.functions.len()],
            ..Probes::default()
        };
        // What has been translated gets its probes when it is called.
        self.code.forget_entries();
        let frames: Vec<u32> = self.context.frames.iter().map(|it| it.function).collect();
        for function in &frames {
            probes.enter(*function, self.context.time, false);
        }
        self.probes = Some(Box::new(probes));
        for function in frames {
            self.patch_probes(function);
        }
    }

    /// Takes all probes away: what they have counted.
    pub(super) fn detach_probes(&mut self) -> Box<Probes> {
        let mut probes = self.probes.take().unwrap_or_default();
        self.code.clear_breaks();
        probes.leave_to(0, self.context.time);
        probes
    }

    /// Puts probes into a function's precise code, once it has that, if anything is probed.
    pub(crate) fn patch_probes(&mut self, address: u32) {
        let Some(probes) = self.probes.as_deref_mut() else {
            return;
        };
        let FunctionKind::Guest { instance, func } =
            self.context.store.functions[address as usize].kind
        else {
            return;
        };
        if probes.has_seen(address) {
            return;
        }
        let Some((word, positions)) = self.code.precise(address) else {
            return;
        };
        let module = &self.context.store.instances[instance as usize].module;
        let first = probes.blocks.len();
        let mut place = positions.iter().enumerate().peekable();
        for instruction in blocks::instructions(module, func) {
            // Code that cannot be reached has no word; what comes behind it can only be branched to.
            let here = place.next_if(|(_, position)| position.offset == instruction.offset);
            let Some((at, position)) = here else {
                continue;
            };
            let at = at as u32;
            if instruction.begins || probes.blocks.len() == first {
                let ip = word + position.word;
                probes.blocks.push(Block {
                    ip,
                    first: self.code.first_word(ip),
                    function: address,
                    start: at,
                    end: at,
                    leaves: false,
                    count: 0,
                });
            }
            if let Some(block) = probes.blocks.last_mut() {
                block.end = at + 1;
                block.leaves = instruction.leaves;
            }
        }
        probes.at_word.resize(self.code.words().len(), 0);
        for (at, block) in probes.blocks.iter().enumerate().skip(first) {
            probes.at_word[block.ip as usize] = at as u32 + 1;
            self.code.set_probe(block.ip, true);
        }
        let own = first..probes.blocks.len();
        probes.functions.insert(address, own);
    }

    /// The first word of the instruction at the probe where the loop was left, which is thereby counted.
    /// `spent` is what the loop has taken from the fuel, less what it was given for instructions before it.
    #[inline]
    pub(crate) fn passes_probe(&mut self, spent: i64) -> Option<u32> {
        let probes = self.probes.as_deref_mut()?;
        let top = self.context.frames.last()?;
        let number = probes.at_word.get(top.ip as usize)?.checked_sub(1)?;
        let block = probes.blocks.get_mut(number as usize)?;
        let first = block.first;
        let before = i64::from(executed_before(first));
        let time = self.context.time.wrapping_add_signed(spent + before);
        block.count += 1;
        let pass = Pass {
            block: number,
            position: block.start,
            time,
            counted: true,
            leaves: block.leaves,
        };
        let last = probes.pass.replace(pass);
        // Whoever comes to a probe has made the last pass to its end.
        if let Some(last) = last.filter(|last| !last.counted) {
            probes.begin_part(last);
        }
        if probes.purpose == Purpose::Coverage {
            self.code.set_probe(top.ip, false);
            return Some(first);
        }
        let left = last.is_some_and(|last| last.leaves);
        if left || probes.frames.len() != self.context.frames.len() {
            self.follow_calls(time, left);
        }
        Some(first)
    }

    /// The loop is about to be entered.
    pub(crate) fn begin_pass(&mut self) {
        // One that is still open was interrupted to be settled.
        self.end_pass();
        let Some(probes) = self.probes.as_deref_mut() else {
            return;
        };
        let Some(top) = self.context.frames.last().filter(|top| !top.is(mark::HOST)) else {
            return;
        };
        let Some((word, positions)) = self.code.precise(top.function) else {
            return;
        };
        // What is no instruction of WebAssembly leads to the next one that is, or is the end of the function.
        let word = top.ip.wrapping_sub(word);
        let position = positions.partition_point(|position| position.word < word) as u32;
        probes.pass = probes.block_at(top.function, position).map(|block| Pass {
            block,
            position,
            time: self.context.time,
            counted: false,
            leaves: probes.blocks[block as usize].leaves,
        });
    }

    /// The loop has been left, and it is known what time it is.
    pub(crate) fn end_pass(&mut self) {
        let time = self.context.time;
        let Some(probes) = self.probes.as_deref_mut() else {
            return;
        };
        let mut left = false;
        if let Some(pass) = probes.pass.take() {
            let Block {
                ip, function, end, ..
            } = probes.blocks[pass.block as usize];
            let rest = u64::from(end - pass.position);
            let mut made = time - pass.time;
            left = pass.leaves && made >= rest;
            if probes.purpose == Purpose::Coverage && self.context.state == State::Trapped {
                // What trapped was come to.
                made += 1;
            }
            if !pass.counted && made > 0 {
                probes.begin_part(pass);
            }
            if made < rest && (pass.counted || made > 0) {
                let end = pass.position + made as u32;
                *probes.parts.entry((function, end)).or_default() -= 1;
                if pass.counted && probes.purpose == Purpose::Coverage {
                    self.code.set_probe(ip, true);
                }
            }
        }
        self.follow_calls(time, left);
    }

    /// The embedder has done something: it may have begun a call, and dropped some.
    pub(crate) fn follow_action(&mut self, begins: bool) {
        let (time, depth) = (self.context.time, self.depth());
        if let Some(probes) = self.probes.as_deref_mut() {
            probes.leave_to(depth.saturating_sub(usize::from(begins)), time);
            self.follow_calls(time, false);
        }
    }

    /// Notes which calls there are now. At most one has been made since the last time, or `left`: the frame has become
    /// another function's.
    fn follow_calls(&mut self, time: u64, left: bool) {
        let frames = &self.context.frames;
        let Some(probes) = self.probes.as_deref_mut() else {
            return;
        };
        if probes.purpose == Purpose::Coverage {
            return;
        }
        probes.leave_to(frames.len(), time);
        if left && probes.frames.len() == frames.len() {
            probes.leave_to(frames.len() - 1, time);
        }
        for frame in &frames[probes.frames.len()..] {
            probes.enter(frame.function, time, true);
        }
    }
}
