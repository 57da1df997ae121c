//! The outer planets on their ways, a hundred steps an iteration: double-precision floats, divisions and roots.

use rust_guests::guest;

struct Body {
    at: [f64; 3],
    speed: [f64; 3],
    mass: f64,
}

/// Bodies on circles around a heavy one.
fn system() -> Vec<Body> {
    let orbits = [(5.2, 9.5e-4), (9.6, 2.9e-4), (19.2, 4.4e-5), (30.1, 5.2e-5)];
    let mut bodies = vec![Body {
        at: [0.0; 3],
        speed: [0.0; 3],
        mass: 39.5,
    }];
    for (index, (radius, mass)) in orbits.into_iter().enumerate() {
        let speed = f64::sqrt(39.5 / radius);
        let (at, way) = match index % 2 {
            0 => ([radius, 0.0, 0.1], [0.0, speed, 0.0]),
            _ => ([0.0, radius, -0.1], [-speed, 0.0, 0.01]),
        };
        bodies.push(Body {
            at,
            speed: way,
            mass: mass * 39.5,
        });
    }
    bodies
}

fn advance(bodies: &mut [Body], time: f64) {
    for index in 0..bodies.len() {
        let (before, rest) = bodies.split_at_mut(index + 1);
        let one = &mut before[index];
        for other in rest {
            let way: [f64; 3] = std::array::from_fn(|axis| one.at[axis] - other.at[axis]);
            let square: f64 = way.iter().map(|part| part * part).sum();
            let pull = time / (square * square.sqrt());
            for axis in 0..3 {
                one.speed[axis] -= way[axis] * other.mass * pull;
                other.speed[axis] += way[axis] * one.mass * pull;
            }
        }
    }
    for body in bodies {
        for axis in 0..3 {
            body.at[axis] += time * body.speed[axis];
        }
    }
}

guest!(|| {
    let mut bodies = system();
    move |_: u32| {
        for _ in 0..100 {
            advance(&mut bodies, 0.01);
        }
        bodies.iter().fold(0, |sum: u64, body| {
            sum.rotate_left(9) ^ body.at[0].to_bits()
        })
    }
});
