CREATE TABLE IF NOT EXISTS type_effectiveness (
    attacking  text NOT NULL,
    defending  text NOT NULL,
    multiplier double precision NOT NULL CHECK (multiplier >= 0),
    PRIMARY KEY (attacking, defending)
);

CREATE TABLE IF NOT EXISTS creatures (
    id         integer PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    type_1     text NOT NULL,
    type_2     text,
    hp         integer NOT NULL CHECK (hp > 0),
    attack     integer NOT NULL CHECK (attack > 0),
    defense    integer NOT NULL CHECK (defense > 0),
    sp_attack  integer NOT NULL CHECK (sp_attack > 0),
    sp_defense integer NOT NULL CHECK (sp_defense > 0),
    speed      integer NOT NULL CHECK (speed > 0)
);

-- A move without a type is neutral against everything.
CREATE TABLE IF NOT EXISTS moves (
    id       integer PRIMARY KEY,
    name     text NOT NULL UNIQUE,
    type     text,
    category text NOT NULL CHECK (category IN ('physical', 'special')),
    power    integer NOT NULL CHECK (power > 0),
    accuracy integer NOT NULL CHECK (accuracy BETWEEN 1 AND 100)
);

CREATE TABLE IF NOT EXISTS movesets (
    creature_id integer NOT NULL REFERENCES creatures,
    move_id     integer NOT NULL REFERENCES moves,
    PRIMARY KEY (creature_id, move_id)
);
