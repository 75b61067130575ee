//! What a table of actions becomes.

/// Whether an action changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It changes nothing.
    Read,
    /// It changes something.
    Write,
}

/// Makes the type of all actions from the table of them.
macro_rules! actions {
    ($( $(#[$doc:meta])* $name:ident = $word:literal, $mode:ident $kind:ident, $audience:expr; )*) => {
        /// An action that can be requested. Its name is also the `operationId` in the HTTP API, and is stored
        /// permanently in the audit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Action {
            $( $(#[$doc])* $name, )*
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in the API document, in refusals and in the audit.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// Whether it changes anything.
            pub fn writes(self) -> bool {
                let mode = match self { $(Self::$name => Mode::$mode),* };
                mode == Mode::Write
            }

            /// The kind of its resource.
            pub fn resource(self) -> ResourceKind {
                match self { $(Self::$name => ResourceKind::$kind),* }
            }

            /// The role that it takes; `None` if nobody outside may use it.
            pub fn role(self) -> Option<Role> {
                self.audience().role
            }

            /// The permission that it takes besides the role.
            pub fn permission(self) -> Option<Permission> {
                self.audience().permission
            }

            /// Whether a grant for anything at all is enough, however few stacks it is for.
            pub fn is_anywhere(self) -> bool {
                self.audience().reach == Reach::Anywhere
            }

            fn audience(self) -> Audience {
                match self { $(Self::$name => $audience),* }
            }
        }
    };
}

pub(super) use actions;
