//! x
use flight_runtime::*;
#[test]
fn fac() {
    let bytes = wat::parse_str(r#"(module (func $fac (export "fac") (param i64) (result i64)
      (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 1)) (else (i64.mul (local.get 0) (call $fac (i64.sub (local.get 0) (i64.const 1))))))))"#).unwrap();
    let m = Module::from_bytes(&bytes).unwrap();
    let mut i = Instance::instantiate(&m, &Imports::new()).unwrap();
    assert_eq!(
        i.call_function("fac", &[5i64.into()]).unwrap(),
        [120i64.into()]
    );
    let it = i.interpreter_mut();
    let t0 = it.time();
    let f = it.exported_function(InstanceId::FIRST, "fac").unwrap();
    it.start(f, &[5i64.into()]).unwrap();
    while it.state() == State::Paused {
        println!("{} {:?}", it.time() - t0, it.explain().unwrap().text);
        println!("{:?}", it.frame(0).unwrap().operands);
        it.step().unwrap();
    }
    println!("{} {:?}", t0, it.results());
    assert_eq!(it.time() - t0, t0);
}
