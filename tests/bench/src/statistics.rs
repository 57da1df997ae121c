//! What is said of repeated measurements.

/// The median of some measurements, and the quartiles around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
    pub(crate) count: usize,
}

impl Summary {
    /// Of at least one measurement.
    pub(crate) fn of(measurements: &[f64]) -> Self {
        let mut sorted = measurements.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self {
            lower: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            upper: quantile(&sorted, 0.75),
            count: sorted.len(),
        }
    }
}

/// The value below which this part of the sorted values lies, between two of them if need be.
pub(crate) fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * sorted.len().saturating_sub(1) as f64;
    let (before, rest) = (place.floor() as usize, place.fract());
    match (sorted.get(before), sorted.get(before + 1)) {
        (Some(low), Some(high)) => low + (high - low) * rest,
        (Some(only), None) => *only,
        (None, _) => 0.0,
    }
}

/// The geometric mean, or none of nothing.
pub(crate) fn geometric_mean(values: &[f64]) -> Option<f64> {
    let sum: f64 = values.iter().map(|value| value.ln()).sum();
    (!values.is_empty()).then(|| (sum / values.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::{Summary, geometric_mean};

    #[test]
    fn quartiles_lie_between_the_measurements() {
        let summary = Summary::of(&[4.0, 1.0, 3.0, 2.0]);
        let expected = Summary {
            lower: 1.75,
            median: 2.5,
            upper: 3.25,
            count: 4,
        };
        assert_eq!(summary, expected);
        let one = Summary {
            lower: 7.0,
            median: 7.0,
            upper: 7.0,
            count: 1,
        };
        assert_eq!(Summary::of(&[7.0]), one);
    }

    #[test]
    fn twice_and_half_cancel_each_other() {
        let mean = geometric_mean(&[2.0, 0.5, 1.0]).expect("there are values");
        assert!((mean - 1.0).abs() < 1e-12);
        assert_eq!(geometric_mean(&[]), None);
    }
}
