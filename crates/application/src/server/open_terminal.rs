//! Opening a terminal: a ticket first, then the terminal for who has it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::session::SessionHash;
use core_monitor_domain::terminal::{ExecRequest, TICKET_LIFE, Ticket, TicketHash};
use core_monitor_domain::time::Timestamp;
use sha2::{Digest, Sha256};

use super::Server;
use super::gate::BeforeIdentity;
use super::terminals::{AttachedTerminal, TerminalError, ready_container};

/// A ticket for a terminal, for its holder. It implements neither `Debug` nor `Display`.
pub struct OpenedTerminal {
    /// The secret, in letters that a URL can contain.
    pub ticket: String,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The container by the engine's id, whether it was named by id or name.
    pub container: ContainerId,
}

fn hash(ticket: &str) -> TicketHash {
    Sha256::digest(ticket.as_bytes()).into()
}

impl Server {
    /// A ticket for running a command in a container, in a terminal that ends with the session if it is opened in one. Nothing is
    /// started yet.
    pub async fn open_terminal(
        &self,
        actor: &Actor,
        session: Option<SessionHash>,
        container: &ContainerId,
        request: ExecRequest,
    ) -> Result<OpenedTerminal, TerminalError> {
        let ports = self.permit(actor, Action::OpenTerminal, &Resource::Container(container.clone())).await?;
        if !ports.terminals.allowed {
            return Err(TerminalError::Off);
        }
        request.check()?;
        let container = ready_container(ports, container).await?;
        let secret = URL_SAFE_NO_PAD.encode(ports.ids.secret());
        let ticket = Ticket { actor: actor.clone(), session, container: container.id.clone(), request };
        self.desk().open().issue(hash(&secret), ticket, ports.clock.elapsed())?;
        let expires_at = ports.clock.now().plus(TICKET_LIFE);
        Ok(OpenedTerminal { ticket: secret, expires_at, container: container.id })
    }

    /// Uses up a ticket. Nothing is started until the terminal runs, and what stands against it then is told in it: a
    /// browser does not show why a WebSocket was refused.
    pub async fn attach_terminal(&self, ticket: &str) -> Result<AttachedTerminal, TerminalError> {
        let ports = self.before_identity(BeforeIdentity::Ticket);
        // Also without a ticket: the answer takes as long for every wrong one.
        ports.tokens.of_hash(&[0; 32]).await?;
        let redeemed = {
            let now = ports.clock.elapsed();
            self.desk().open().redeem(&hash(ticket), now)
        };
        let (Ticket { actor, session, container, request }, place) = redeemed.ok_or(TerminalError::Ticket)?;
        let seat = self.desk().seat(place);
        if !self.still_stands(&actor, session.as_ref()).await? {
            return Err(TerminalError::Ticket);
        }
        Ok(AttachedTerminal::new(self.clone(), (actor, session), container, request, seat))
    }
}
