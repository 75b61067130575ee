//! The web UI that was built into this program; `build.rs` lists its files.

use core_monitor_web_assets::{Assets, File};

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/web_ui.rs"));

/// Its files; none if it was not built before this program was.
pub(crate) fn embedded() -> Assets {
    Assets::of(FILES)
}

#[cfg(test)]
mod tests {
    use core_monitor_web_assets::Accepted;

    use super::*;

    /// Holds whether the UI was built or not.
    #[test]
    fn what_is_embedded_can_be_served() {
        assert!(FILES.is_sorted_by_key(|file| file.path));
        assert_eq!(FILES.is_empty(), !embedded().is_built());
        for file in FILES {
            let sent = file.sent(Accepted::read([]));
            assert_ne!(sent.content_type, "application/octet-stream", "{}", file.path);
        }
    }
}
