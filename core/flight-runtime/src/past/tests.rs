//! What is told of the past is what was seen when it was the present.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::*;
use crate::history::tests::machine::Random;
use crate::{Config, Imports, Module, Stop, Translation, Until, WatchKind};

pub(crate) mod programs;
mod shadow;
mod stories;

use shadow::{BYTES, Sample, Shadow, Who};

const HERE: InstanceId = InstanceId::FIRST;

fn who(origin: Option<&Origin>) -> Option<Who> {
    origin.map(|origin| match origin.doer {
        Doer::Instruction { .. } => Who::At(origin.moment.time),
        Doer::Embedder(_) => Who::Action(origin.moment.actions),
    })
}

fn table(entry: u64) -> WrittenPlace {
    WrittenPlace::Table {
        instance: HERE,
        table: 0,
        entry,
        count: 1,
    }
}

fn memory(address: u64, length: u64) -> WrittenPlace {
    WrittenPlace::Memory {
        instance: HERE,
        memory: 0,
        address,
        length,
    }
}

/// Goes to a sample's moment and compares all that is told with what was noted.
fn check(shadow: &mut Shadow, sample: &Sample, random: &mut Random) {
    let machine = &mut shadow.machine;
    machine.seek_moment(sample.moment).expect("it is recorded");
    let hash = machine.state_hash();
    let depth = sample.frames.len();
    let frames = sample.frames.iter().rev().enumerate();
    for (distance, frame) in frames.filter(|(distance, _)| *distance < 4 || distance + 2 > depth) {
        let view = machine.frame(distance).expect("it is under way");
        for (position, wanted) in frame.operands.iter().enumerate() {
            let origin = machine.origin(distance, position as u32);
            let origin = origin.expect("there is such an operand");
            let what = shadow::words(sample, &format!("operand {position} of {distance}"));
            assert_eq!(who(origin.as_ref()), Some(*wanted), "{what} {view:?}");
            let value = origin.and_then(|origin| origin.value);
            assert_eq!(value, Some(WatchValue::Value(view.operands[position])));
        }
        for (index, wanted) in frame.locals.iter().enumerate() {
            let index = index as u32;
            let origin = machine.last_write(WrittenPlace::Local { distance, index });
            let origin = origin.expect("there is such a local");
            let what = shadow::words(sample, &format!("local {index} of {distance}"));
            assert_eq!(who(origin.as_ref()), Some(*wanted), "{what} {view:?}");
        }
    }
    for (index, wanted) in sample.globals.iter().enumerate() {
        let index = index as u32;
        let origin = machine.last_write(WrittenPlace::Global {
            instance: HERE,
            index,
        });
        let origin = origin.expect("there is such a global");
        assert_eq!(who(origin.as_ref()), *wanted, "{index} {:?}", sample.moment);
    }
    for _ in 0..3 {
        let address = random.below(BYTES as u64);
        let origin = machine.last_write(memory(address, 1));
        let origin = origin.expect("there is such a byte");
        let wanted = sample.bytes[address as usize];
        assert_eq!(
            who(origin.as_ref()),
            wanted,
            "{address} {:?}",
            sample.moment
        );
        if let Some(origin) = origin {
            let byte = machine
                .read_memory(HERE, 0, address, 1)
                .expect("it is there");
            let bytes = byte.into();
            assert_eq!(origin.value, Some(WatchValue::Bytes { address, bytes }));
        }
        let entry = random.below(8);
        let origin = machine.last_write(table(entry)).expect("there is a table");
        let wanted = sample.entries[entry as usize];
        assert_eq!(who(origin.as_ref()), wanted, "{entry} {:?}", sample.moment);
    }
    assert_eq!(machine.moment(), sample.moment);
    assert_eq!(machine.state_hash(), hash);
}

#[test]
fn every_origin_is_what_was_seen() {
    for (number, text) in programs::all().enumerate() {
        for translation in [Translation::Folded, Translation::Precise] {
            for seed in 1..7 {
                let mut shadow = Shadow::new(&text, translation, seed * 0x9e37_79b9);
                for argument in [5, 6, 3] {
                    shadow.call("main", argument);
                }
                let random = &mut Random(seed * 77);
                let mut samples = core::mem::take(&mut shadow.samples);
                assert!(samples.len() > 10, "{number} {}", samples.len());
                random.shuffle(&mut samples);
                samples.sort_by_key(|sample| sample.frames.len() > 1);
                let end = shadow.machine.moment();
                let (shallow, deep) = (samples.iter().take(30), samples.iter().rev().take(20));
                for sample in shallow.chain(deep) {
                    check(&mut shadow, sample, random);
                    assert!(shadow.machine.in_past());
                    if random.below(4) == 0 {
                        shadow.machine.seek_moment(end).expect("it is recorded");
                        assert!(!shadow.machine.in_past());
                    }
                }
            }
        }
    }
}
