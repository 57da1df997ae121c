//! Bars of speeds as an SVG file, written by hand: legible at the width of a README, on a light and on a dark page.

use std::fmt::Write;

/// What is drawn.
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    pub(super) subtitle: &'a str,
    /// What the bars of a group stand for, in order.
    pub(super) series: &'a [&'a str],
    pub(super) groups: Vec<Group>,
}

/// A name, and a value for each series that has one.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) values: Vec<Option<f64>>,
    /// Whether it stands apart, as a mean does.
    pub(super) is_apart: bool,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 56.0;
const TOP: f64 = 84.0;
const BAR: f64 = 12.0;
const GAP: f64 = 10.0;
const BOTTOM: f64 = 34.0;

const STYLE: &str = "
  text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .quiet { fill: #59636e; font-size: 12px; }
  .apart { font-weight: 600; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .one { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 4 3; }
  .s0 { fill: #1f6feb; } .s1 { fill: #a3b8d9; } .s2 { fill: #d4a72c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .quiet { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .one { stroke: #9198a1; }
    .s0 { fill: #4c8dff; } .s1 { fill: #56688a; } .s2 { fill: #bb8f1f; }
  }
";

impl Plot<'_> {
    /// The whole file.
    pub(super) fn svg(&self) -> String {
        let values = self
            .groups
            .iter()
            .flat_map(|group| group.values.iter().flatten());
        let scale = Scale::up_to(values.copied().fold(1.0, f64::max));
        let group_height = BAR * self.series.len() as f64 + GAP;
        let bottom = TOP + group_height * self.groups.len() as f64;
        let height = bottom + BOTTOM;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n",
            escape(self.title)
        );
        svg += &format!(
            "<text class=\"title\" x=\"12\" y=\"24\">{}</text>\n",
            escape(self.title)
        );
        svg += &format!(
            "<text class=\"quiet\" x=\"12\" y=\"43\">{}</text>\n",
            escape(self.subtitle)
        );
        self.legend(&mut svg);
        scale.draw(&mut svg, bottom);
        for (index, group) in self.groups.iter().enumerate() {
            group.draw(
                &mut svg,
                &scale,
                TOP + group_height * index as f64 + GAP / 2.0,
            );
        }
        svg + "</svg>\n"
    }

    fn legend(&self, svg: &mut String) {
        let mut x = 12.0;
        for (index, name) in self.series.iter().enumerate() {
            // A string takes everything.
            let _ = writeln!(
                svg,
                "<rect class=\"s{index}\" x=\"{x}\" y=\"56\" width=\"12\" height=\"12\" rx=\"2\"/><text x=\"{}\" y=\"66.5\">{}</text>",
                x + 18.0,
                escape(name)
            );
            x += 42.0 + 7.2 * name.chars().count() as f64;
        }
    }
}

impl Group {
    fn draw(&self, svg: &mut String, scale: &Scale, top: f64) {
        let middle = top + BAR * self.values.len() as f64 / 2.0 + 4.5;
        let class = if self.is_apart {
            " class=\"apart\""
        } else {
            ""
        };
        let _ = writeln!(
            svg,
            "<text{class} x=\"{}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 10.0,
            escape(&self.name)
        );
        for (index, value) in self.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let decimals = if *value < 1.0 { 2 } else { 1 };
            let (y, end) = (top + BAR * index as f64, scale.place(*value));
            let _ = writeln!(
                svg,
                "<rect class=\"s{index}\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{}\" rx=\"1.5\"/><text class=\"quiet\" x=\"{:.1}\" y=\"{:.1}\">{value:.decimals$}</text>",
                end - LEFT,
                BAR - 1.0,
                end + 5.0,
                y + BAR - 2.0
            );
        }
    }
}

/// From values to places on the drawing.
struct Scale {
    limit: f64,
    step: f64,
}

impl Scale {
    /// With whole steps, of which there are no more than eight.
    fn up_to(greatest: f64) -> Self {
        let steps = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
        let fits = |step: &&f64| greatest / **step <= 8.0;
        let step = steps.iter().find(fits).copied().unwrap_or(greatest / 8.0);
        Self {
            limit: (greatest / step).ceil() * step,
            step,
        }
    }

    fn place(&self, value: f64) -> f64 {
        LEFT + value / self.limit * (WIDTH - LEFT - RIGHT)
    }

    fn draw(&self, svg: &mut String, bottom: f64) {
        let count = (self.limit / self.step).round() as u32;
        for index in 0..=count {
            let value = f64::from(index) * self.step;
            let x = self.place(value);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\"/><text class=\"quiet\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{value}</text>",
                bottom + 18.0
            );
        }
        let x = self.place(1.0);
        let _ = writeln!(
            svg,
            "<line class=\"one\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>"
        );
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Group, LEFT, Plot, RIGHT, Scale, WIDTH};

    #[test]
    fn a_scale_ends_at_a_whole_step_beyond_the_greatest_value() {
        for (greatest, limit, step) in [
            (1.0, 1.0, 0.25),
            (6.3, 7.0, 1.0),
            (8.1, 10.0, 2.0),
            (33.0, 35.0, 5.0),
        ] {
            let scale = Scale::up_to(greatest);
            assert_eq!((scale.limit, scale.step), (limit, step), "{greatest}");
            assert_eq!(scale.place(0.0), LEFT);
            assert_eq!(scale.place(limit), WIDTH - RIGHT);
        }
    }

    #[test]
    fn there_is_a_bar_for_each_value() {
        let group = |values| Group {
            name: "a<b".to_owned(),
            values,
            is_apart: false,
        };
        let groups = vec![
            group(vec![Some(2.0), None]),
            group(vec![Some(1.0), Some(3.5)]),
        ];
        let plot = Plot {
            title: "t & t",
            subtitle: "s",
            series: &["x", "y"],
            groups,
        };
        let svg = plot.svg();
        // Two more explain the colours.
        assert_eq!(svg.matches("<rect").count(), 3 + 2);
        assert!(svg.contains("t &amp; t") && svg.contains("a&lt;b"));
    }
}
