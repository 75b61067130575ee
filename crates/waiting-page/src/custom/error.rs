//! What can be wrong with a theme, and what to try.

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {kind}")]
pub struct ThemeError {
    /// The file, by its path in the theme's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub kind: ThemeErrorKind,
}

/// What is wrong with a theme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeErrorKind {
    /// There is no template.
    #[error("the theme has no page: neither `index.html` nor `{other}`")]
    NoPage {
        /// The other name that was looked for.
        other: String,
    },
    /// The files, or the page made of them, are too large.
    #[error("the theme is too large: more than {limit} bytes")]
    TooLarge {
        /// How many bytes are allowed.
        limit: usize,
    },
    /// The path of a file is absolute, or has `..` or a backslash in it.
    #[error("the path of this file does not stay in the folder of the theme")]
    BadPath,
    /// A template, a style sheet or a script is not UTF-8.
    #[error("the file is not text in UTF-8")]
    NotText,
    /// A file is referred to that is not there.
    #[error("there is no file `{path}`")]
    MissingFile {
        /// Its path, from the folder of the theme.
        path: String,
    },
    /// A reference leads out of the folder.
    #[error("`{reference}` leads out of the folder of the theme")]
    OutsideFolder {
        /// As it is written.
        reference: String,
    },
    /// A file that is neither an image nor a font that browsers know.
    #[error("`{path}` is neither an image nor a font, by its name")]
    UnknownKind {
        /// Its path, from the folder of the theme.
        path: String,
    },
    /// `<script>` or `<style>` without an end.
    #[error("`<{element}>` is never closed")]
    Unclosed {
        /// The name of the element.
        element: String,
    },
    /// The template language does not understand it, or a value is not there.
    #[error("{message}")]
    Template {
        /// What the template language says.
        message: String,
    },
    /// It loops too often or too deep.
    #[error("the template does too much work")]
    TooMuchWork,
}

impl ThemeErrorKind {
    /// What to try, as a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoPage { .. } => "add a template with one of these names at the top of the folder",
            Self::TooLarge { .. } => "make the images smaller, or leave some out",
            Self::BadPath => "give the files paths without `..`, `\\` and a leading `/`",
            Self::NotText => "save it as UTF-8",
            Self::MissingFile { .. } => {
                "add the file, or correct the path: it is relative to the file it stands in"
            }
            Self::OutsideFolder { .. } => "copy the file into the folder of the theme",
            Self::UnknownKind { .. } => {
                "use png, jpg, gif, webp, avif, svg or ico for images, and woff2, woff, ttf or otf for fonts"
            }
            Self::Unclosed { .. } => "add the closing tag",
            Self::Template { .. } => {
                "check the spelling; the variables are serviceName, displayName, estimatedTime, elapsedTime, phase, status, \
                 reason, detail, lines, retryAfter, retryAction, retryToken, returnTo, coreMonitor, eventsPath, statusPath, lang \
                 and nonce"
            }
            Self::TooMuchWork => "use fewer and shorter loops",
        }
    }
}

/// Something in a theme that the browser will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {kind}")]
pub struct ThemeWarning {
    /// The file, by its path in the theme's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What it is.
    pub kind: ThemeWarningKind,
}

/// What the browser will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeWarningKind {
    /// An address on some host, or something that pages cannot have: pages load nothing, not even from the service, which is not
    /// ready.
    #[error(
        "`{address}` is not loaded; a theme can only have style sheets, scripts, images and fonts from its own folder"
    )]
    External {
        /// As it is written.
        address: String,
    },
    /// `style="…"` or `onclick="…"`: only elements can have the nonce.
    #[error("the attribute `{name}` has no effect; use a `<style>` or `<script>` element")]
    Attribute {
        /// Its name.
        name: String,
    },
    /// `@import` in a style sheet.
    #[error("`@import` has no effect; refer to the style sheet with `<link rel=\"stylesheet\">`")]
    Import,
}
