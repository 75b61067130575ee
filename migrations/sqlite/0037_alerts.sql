-- What the watch over alerts remembers: one document.
CREATE TABLE alert_watch (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    state TEXT    NOT NULL CHECK (json_valid(state))
) STRICT;

-- The last alerts, and to whom each was sent: by channel, why it was not, or null if it was. A channel that is missing is still to come.
CREATE TABLE alert (
    alert_id  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    alert     TEXT    NOT NULL CHECK (json_valid(alert)),
    delivered TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(delivered))
) STRICT;
