-- How a service that wakes on demand stands, as the gateway last said.
CREATE TABLE on_demand_report (
    stack_id TEXT NOT NULL REFERENCES stack (stack_id),
    service  TEXT NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    report   TEXT NOT NULL CHECK (json_valid(report)),
    PRIMARY KEY (stack_id, service)
) STRICT, WITHOUT ROWID;

-- What the gateway has learned about a service: how long it takes to start, when it is used, how much memory it needs.
CREATE TABLE on_demand_experience (
    stack_id   TEXT NOT NULL REFERENCES stack (stack_id),
    service    TEXT NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    experience TEXT NOT NULL CHECK (json_valid(experience)),
    PRIMARY KEY (stack_id, service)
) STRICT, WITHOUT ROWID;

-- What happened to a service on a day, which is counted from the beginning of 1970.
CREATE TABLE on_demand_day (
    stack_id TEXT    NOT NULL REFERENCES stack (stack_id),
    service  TEXT    NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    day      INTEGER NOT NULL,
    happened TEXT    NOT NULL CHECK (json_valid(happened)),
    PRIMARY KEY (stack_id, service, day)
) STRICT, WITHOUT ROWID;

-- What somebody wants of a service beside what its definition says. No row means nothing.
CREATE TABLE on_demand_wish (
    stack_id TEXT NOT NULL REFERENCES stack (stack_id),
    service  TEXT NOT NULL CHECK (length(service) BETWEEN 1 AND 255),
    wish     TEXT NOT NULL CHECK (json_valid(wish)),
    PRIMARY KEY (stack_id, service)
) STRICT, WITHOUT ROWID;

-- The gateway, of which there is one.
CREATE TABLE on_demand_gateway (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    report TEXT    NOT NULL CHECK (json_valid(report))
) STRICT;
