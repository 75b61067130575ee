//! When a container has done its work.

use super::ServiceSpec;
use crate::observation::ObservedContainer;

impl ServiceSpec {
    /// Whether `container` ended because its work is done, so that it stays as it is: nothing starts it again, and it is
    /// no drift. `stopped` says whether its last run is known to have been stopped on purpose.
    ///
    /// A job that another service waits for is done when it exited with 0 and nobody is known to have stopped it. Any
    /// other container must be known to have exited by itself, with a restart policy that leaves it alone afterwards:
    /// an exit code of 0 is also what a server returns that is asked to stop.
    pub fn is_done(&self, container: &ObservedContainer, stopped: bool) -> bool {
        if stopped {
            false
        } else if self.is_awaited {
            container.succeeded()
        } else {
            self.container.restart.stays_stopped_after_success() && container.has_finished()
        }
    }
}
