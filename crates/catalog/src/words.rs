//! Enums whose variants are words of files and of the API.

/// Declares an enum with the word of each variant.
macro_rules! words {
    ($(#[$about:meta])* $enum:ident { $($(#[$doc:meta])* $name:ident = $text:literal,)* }) => {
        $(#[$about])*
        pub enum $enum {
            $($(#[$doc])* $name,)*
        }

        impl $enum {
            /// Every one, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub(crate) const NAMES: &'static [&'static str] = &[$($text,)*];

            /// The name in files and in the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            pub(crate) fn of(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

pub(crate) use words;
