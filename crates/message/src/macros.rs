//! The declaration of sentences.

/// Declares sentences: a function for each, and the table `ALL` of their templates.
///
/// ```
/// mod said {
///     core_monitor_message::messages! {
///         pub fn a_list() = "a list";
///         /// What was written is of another kind.
///         pub fn wrong_type(key, wanted: Message) = "`{key}` must be {wanted}";
///     }
/// }
/// let message = said::wrong_type("ports", said::a_list());
/// assert_eq!(message.code(), "wrong_type");
/// assert_eq!(message.text(), "`ports` must be a list");
/// assert_eq!(said::ALL[1].params, ["key", "wanted"]);
/// ```
///
/// The compiler checks that text and parameters agree. A parameter is a value, such as a name or a number, and anything
/// that can be displayed will do. One that is itself prose is declared as `Message`, so that it is translated too. A comment
/// says what the text does not, for translators. Codes are permanent: a sentence may be reworded, but one that says
/// something else gets another name.
#[macro_export]
macro_rules! messages {
    ($($(#[$about:meta])* $visible:vis fn $name:ident($($param:ident $(: $prose:ident)?),* $(,)?) = $text:literal;)*) => {
        $(
            #[doc = concat!("\"", $text, "\"")]
            $(#[$about])*
            $visible fn $name($($param: $crate::param!(type $($prose)?)),*) -> $crate::Message {
                const TEMPLATE: $crate::Template = $crate::Template {
                    code: stringify!($name),
                    text: $text,
                    params: &[$(stringify!($param)),*],
                };
                let text = format!($text $(, $param = $param)*);
                let params = $crate::Params::from([$((
                    String::from(stringify!($param)),
                    $crate::param!(value $param $($prose)?),
                )),*]);
                $crate::Message::of(&TEMPLATE, params, text)
            }
        )*

        /// The sentences declared here, for the crate to publish.
        pub(crate) const ALL: &[$crate::Template] = &[$($crate::Template {
            code: stringify!($name),
            text: $text,
            params: &[$(stringify!($param)),*],
        }),*];
    };
}

/// Type and value of a parameter of [`messages!`](crate::messages).
#[doc(hidden)]
#[macro_export]
macro_rules! param {
    (type) => { impl ::std::fmt::Display };
    (type Message) => { $crate::Message };
    (value $param:ident) => { $crate::Param::new(&$param) };
    (value $param:ident Message) => { $crate::Param::from(&$param) };
}
