//! Draws curves, gradients and strokes with tiny-skia on 96 by 96 pixels: single-precision floats.

use rust_guests::{checksum, guest};
use tiny_skia::{
    Color, FillRule, GradientStop, LinearGradient, Paint, PathBuilder, Pixmap, Point, Rect,
    SpreadMode, Stroke, Transform,
};

const WIDTH: u32 = 96;

fn draw(pixmap: &mut Pixmap, turn: f32) {
    let width = WIDTH as f32;
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    let stops = [(0.0, 250, 20), (0.5, 90, 200), (1.0, 20, 255)]
        .map(|(at, red, alpha)| GradientStop::new(at, Color::from_rgba8(red, 80, 160, alpha)));
    paint.shader = LinearGradient::new(
        Point::from_xy(0.0, turn),
        Point::from_xy(width, width - turn),
        stops.to_vec(),
        SpreadMode::Reflect,
        Transform::identity(),
    )
    .expect("the gradient has a length");
    let mut path = PathBuilder::new();
    path.move_to(width / 2.0, turn);
    path.cubic_to(width, 10.0, turn, width, width / 2.0, width - 4.0);
    path.quad_to(-10.0, width - turn, 8.0, 8.0);
    path.close();
    let path = path.finish().expect("the path has a size");
    pixmap.fill_path(
        &path,
        &paint,
        FillRule::EvenOdd,
        Transform::identity(),
        None,
    );
    paint.set_color_rgba8(30, 30, 30, 180);
    let stroke = Stroke {
        width: 3.5,
        ..Stroke::default()
    };
    pixmap.stroke_path(
        &path,
        &paint,
        &stroke,
        Transform::from_rotate_at(turn, 48.0, 48.0),
        None,
    );
    let place = Rect::from_xywh(turn, 20.0, 40.0, 30.5).expect("the rectangle has a size");
    pixmap.fill_rect(place, &paint, Transform::identity(), None);
}

guest!(|| {
    let mut pixmap = Pixmap::new(WIDTH, WIDTH).expect("the image has a size");
    move |index: u32| {
        pixmap.fill(Color::WHITE);
        draw(&mut pixmap, (index % 30) as f32 + 0.25);
        checksum(pixmap.data())
    }
});
