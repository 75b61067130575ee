//! A line of source as cells of a terminal.

/// Characters of a line that are shown at most; the rest is cut off around the marked place.
const LONGEST: usize = 100;
/// Characters shown before the marked place of a line that is cut.
const LEAD: usize = 40;

/// A part of a line, and which of its cells are marked.
pub(super) struct Cells {
    pub(super) shown: String,
    /// Cells before the first marked one.
    pub(super) before: usize,
    /// Marked cells, at least one.
    pub(super) marked: usize,
}

impl Cells {
    /// The line around `length` characters from `column` on, counted from 1. What lies past the end of the line is marked
    /// behind its last character.
    pub(super) fn around(line: &str, column: u32, length: u32) -> Self {
        let start = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let first = if line.chars().nth(LONGEST).is_some() { start.saturating_sub(LEAD) } else { 0 };
        let mut cells = Self { shown: String::new(), before: 0, marked: 0 };
        if first > 0 {
            cells.shown.push_str("...");
            cells.before = 3;
        }
        let mut rest = line.chars().enumerate().skip(first);
        for (index, c) in rest.by_ref().take(LONGEST) {
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

/// Text that cannot steer a terminal and stays on its line.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// A sign in place of what would steer the terminal, or turn the direction of the text around.
fn visible(c: char) -> char {
    match c {
        '\n' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            '\u{fffd}'
        }
        c => c,
    }
}

/// Cells of a character: the wide and fullwidth blocks of East Asian scripts and the pictographs take two, combining marks
/// and joiners none. Coarser than the Unicode tables, which a terminal does not follow to the letter either.
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
