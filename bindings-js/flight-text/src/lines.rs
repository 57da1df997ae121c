//! Lines and columns of a text.

/// A text, and where its lines begin.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(position, _)| position + 1);
        let starts = core::iter::once(0).chain(breaks).collect();
        Self { text, starts }
    }

    /// Line and column of a byte position, both from 1 on; the column in UTF-16 units, as editors count.
    pub(crate) fn locate(&self, position: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= position);
        let start = self.starts[line - 1];
        let before = self.text.get(start..position).unwrap_or_default();
        (line as u32, before.encode_utf16().count() as u32 + 1)
    }
}
