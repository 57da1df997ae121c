//! How long it takes to put a machine away and back, and how many bytes that is. Run by hand:
//! `cargo test --release -p flight-runtime --lib -- --ignored --nocapture figures`.

use std::println;
use std::time::Instant;

use super::*;

/// Bytes that cannot be compressed, that can, and none.
fn fill(bytes: &mut [u8], kind: &str) {
    let half = bytes.len() / 2;
    let mut random = Random(1);
    match kind {
        "noise" => {
            for word in bytes[..half].as_chunks_mut::<8>().0 {
                *word = random.next().to_le_bytes();
            }
        }
        "numbers" => {
            for (position, word) in bytes[..half].as_chunks_mut::<4>().0.iter_mut().enumerate() {
                *word = (position as u32 >> 4 & 0xfff).to_le_bytes();
            }
        }
        _ => {}
    }
}

#[test]
#[ignore = "prints figures"]
fn figures() {
    let module = module(
        r#"(module (memory 1 1024) (func (export "grow") (param i32) (result i32)
        (memory.grow (local.get 0))))"#,
    );
    for (pages, kind) in [
        (0, "fresh"),
        (1023, "zeros"),
        (1023, "numbers"),
        (1023, "noise"),
    ] {
        let mut machine = Interpreter::new(Config::default());
        let instance = machine
            .instantiate(&module, &Imports::new())
            .expect("it needs nothing");
        let grow = machine
            .exported_function(instance, "grow")
            .expect("it is exported");
        machine
            .call_function(grow, &[pages.into()])
            .expect("there is room");
        fill(machine.context.store.memories[0].bytes_mut(), kind);
        let [mut put_away, mut put_back, mut again] = [f64::MAX; 3];
        let mut size = 0;
        for _ in 0..5 {
            let begin = Instant::now();
            let bytes = machine.snapshot();
            put_away = put_away.min(begin.elapsed().as_secs_f64() * 1e3);
            size = bytes.len();
            let begin = Instant::now();
            let copy =
                Interpreter::from_snapshot(&module, &bytes, &Imports::new(), Config::default());
            put_back = put_back.min(begin.elapsed().as_secs_f64() * 1e3);
            let (mut copy, _) = copy.expect("it is of the same module");
            let begin = Instant::now();
            copy.restore(&bytes).expect("it is of the same module");
            again = again.min(begin.elapsed().as_secs_f64() * 1e3);
            assert_eq!(copy.state_hash(), machine.state_hash());
        }
        println!(
            "{kind:8} {:3} MiB: snapshot {put_away:7.2} ms, {size:9} bytes, from_snapshot {put_back:7.2} ms, restore {again:7.2} ms",
            (pages as u32 + 1) >> 4
        );
    }
}
