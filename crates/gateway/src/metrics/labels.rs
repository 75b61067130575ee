//! The values that labels can have.

macro_rules! labels {
    ($(#[$about:meta])* $vis:vis $name:ident { $($(#[$what:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$what])* $variant,)+
        }

        impl $name {
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As the value of the label.
            $vis fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

labels! {
    /// Who made an answer.
    pub AnsweredBy {
        /// The service.
        Service = "service",
        /// The gateway: a waiting page, or an error.
        Gateway = "gateway",
    }
}

labels! {
    /// The first digit of the status of an answer.
    pub(super) StatusClass {
        /// 101: the connection became a tunnel.
        Informational = "1xx",
        /// Success.
        Success = "2xx",
        /// Redirection.
        Redirection = "3xx",
        /// An error of the client.
        ClientError = "4xx",
        /// An error of the server.
        ServerError = "5xx",
    }
}

impl StatusClass {
    /// Of a status from 100 to 999; those from 600 on exist only by mistake of a server.
    pub(super) fn of(status: u16) -> Self {
        match status {
            0..200 => Self::Informational,
            200..300 => Self::Success,
            300..400 => Self::Redirection,
            400..500 => Self::ClientError,
            500.. => Self::ServerError,
        }
    }
}

labels! {
    /// What there can be several of at a time.
    pub Gauge {
        /// Requests that were let in and whose answer has not ended.
        Requests = "requests",
        /// Connections that became tunnels.
        Tunnels = "tunnels",
        /// Requests that wait for the service.
        Waiting = "waiting",
        /// Waiting pages that are open and listen.
        Pages = "pages",
    }
}

labels! {
    /// Why a service was started.
    pub StartCause {
        /// A request came for it.
        Request = "request",
        /// Its schedule says so.
        Schedule = "schedule",
        /// It was expected to be used soon.
        Predicted = "predicted",
        /// A service of another stack needs it.
        NeededBy = "needed_by",
        /// Somebody asked for it.
        Person = "person",
        /// Somebody else had started it.
        FoundRunning = "found_running",
    }
}

labels! {
    /// A part of a start.
    pub StartPhase {
        /// Until the command to start it was begun.
        Queued = "queued",
        /// From then until its containers ran.
        Running = "running",
        /// From then until it took requests.
        Ready = "ready",
    }
}

labels! {
    /// How a start ended.
    pub StartOutcome {
        /// The service took requests.
        Succeeded = "succeeded",
        /// It did not, or not in time.
        Failed = "failed",
    }
}

labels! {
    /// What a service waits for that is wanted and may not start yet.
    pub HeldReason {
        /// The next opening of its schedule.
        Closed = "closed",
        /// Its turn: others are starting.
        Turn = "turn",
        /// A service that it needs.
        Needs = "needs",
        /// A service that must not run beside it.
        Beside = "beside",
        /// Memory.
        Memory = "memory",
    }
}

labels! {
    /// Why a start failed.
    pub StartFailureReason {
        /// The command failed.
        Command = "command",
        /// The queue did not take the command.
        Queue = "queue",
        /// Its container ended.
        Ended = "ended",
        /// It has no container.
        NoContainer = "no_container",
        /// It did not answer in time.
        Silent = "silent",
        /// Its health check fails.
        Unhealthy = "unhealthy",
    }
}

labels! {
    /// Why a service was stopped.
    pub SleepCause {
        /// Nobody has used it.
        Idle = "idle",
        /// Its schedule says so.
        Schedule = "schedule",
        /// Another service needs its memory, or must not run beside it.
        Yields = "yields",
        /// Somebody asked for it.
        Person = "person",
        /// It ended by itself, or somebody else had stopped it.
        FoundStopped = "found_stopped",
    }
}

labels! {
    /// What came of a prediction.
    pub Prediction {
        /// It was used after it was started because of one.
        Hit = "hit",
        /// It was not used after it was started because of one.
        Waste = "waste",
        /// It was used without having been expected.
        Miss = "miss",
    }
}

labels! {
    /// Why a request may not wake a service.
    pub WakeRefusal {
        /// The client wakes services too often.
        Rate = "rate",
        /// Too many requests wait already.
        TooManyWaiting = "too_many_waiting",
        /// The service needs credentials that the request does not have, or that cannot be looked up.
        Credentials = "credentials",
    }
}

labels! {
    /// Why a connection is refused.
    pub Refusal {
        /// The client has as many as one may have.
        ClientHasMost = "client_has_most",
        /// There are as many as there may be.
        MostInTotal = "most_in_total",
        /// The header of the PROXY protocol is missing, invalid or late, or the peer may not send one.
        ProxyProtocol = "proxy_protocol",
        /// The TLS handshake failed.
        Tls = "tls",
    }
}
