//! Reads a document with serde_json into its own types and writes it again: strings, numbers, allocations.

use std::collections::BTreeMap;

use rust_guests::{Numbers, checksum, guest, prose};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Record {
    name: String,
    about: String,
    weight: f64,
    count: i64,
    tags: Vec<String>,
    places: BTreeMap<String, (f32, f32)>,
    next: Option<u32>,
}

fn record(numbers: &mut Numbers) -> Record {
    let mut word = || prose(4, numbers.next()).trim().to_owned();
    let (name, tags) = (word(), (0..4).map(|_| word()).collect());
    let mut number = |limit| f64::from(numbers.below(limit)) / 64.0;
    let places = (0..3).map(|at| {
        (
            format!("place \"{at}\""),
            (number(9999) as f32, number(99) as f32),
        )
    });
    Record {
        places: places.collect(),
        weight: number(1 << 30),
        name,
        about: prose(80, numbers.next()),
        count: i64::from(numbers.next()) - (1 << 31),
        tags,
        next: (numbers.below(2) == 0).then_some(numbers.below(100)),
    }
}

guest!(|| {
    let mut numbers = Numbers::new(4);
    let records: Vec<Record> = (0..40).map(|_| record(&mut numbers)).collect();
    let mut text = serde_json::to_string_pretty(&records).expect("all of it can be written");
    move |_: u32| {
        let mut records: Vec<Record> = serde_json::from_str(&text).expect("it was written right");
        records.rotate_left(1);
        text = serde_json::to_string_pretty(&records).expect("all of it can be written");
        checksum(text.as_bytes())
    }
});
