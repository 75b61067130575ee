//! A source line as terminal cells.

use core_monitor_message::acts;

/// Maximum characters of a line that are shown; the rest is cut around the marked part.
const MAX_CHARS: usize = 100;
/// Characters shown before the marked part of a cut line.
const LEAD: usize = 40;

/// Part of a line, and which of its cells are marked.
pub(super) struct Cells {
    pub(super) shown: String,
    /// Cells before the first marked one.
    pub(super) before: usize,
    /// Marked cells, at least one.
    pub(super) marked: usize,
}

impl Cells {
    /// The line around `length` characters starting at `column`, counted from 1. A position past the end is marked after the
    /// last character.
    pub(super) fn around(line: &str, column: u32, length: u32) -> Self {
        let start = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let first = if line.chars().nth(MAX_CHARS).is_some() { start.saturating_sub(LEAD) } else { 0 };
        let mut cells = Self { shown: String::new(), before: 0, marked: 0 };
        if first > 0 {
            cells.shown.push_str("...");
            cells.before = 3;
        }
        let mut rest = line.chars().enumerate().skip(first);
        for (index, c) in rest.by_ref().take(MAX_CHARS) {
            let width = cells.push(c);
            if index < start {
                cells.before += width;
            } else if index - start < length {
                cells.marked += width;
            }
        }
        if rest.next().is_some() {
            cells.shown.push_str("...");
        }
        cells.marked = cells.marked.max(1);
        cells
    }

    fn push(&mut self, c: char) -> usize {
        if c == '\t' {
            self.shown.push_str("    ");
            return 4;
        }
        let shown = visible(c);
        self.shown.push(shown);
        width(shown)
    }
}

/// Replaces a character that would control the terminal or change the text direction, by one only: the marks below the line
/// are counted in characters of the file.
fn visible(c: char) -> char {
    if acts(c) { '\u{fffd}' } else { c }
}

/// Width of a character: two cells for wide East Asian characters and pictographs, none for combining marks and joiners.
/// Coarser than the Unicode tables, which terminals do not follow exactly either.
fn width(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036f}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200d}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{2060}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97c}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}
