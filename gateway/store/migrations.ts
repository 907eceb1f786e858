import type { Sqlite } from './sqlite.ts'
import { int } from './sqlite.ts'

/** One step for each version of the schema. A step that was released is never changed. */
const migrations: readonly string[] = [
  `
CREATE TABLE devices (
  kid TEXT PRIMARY KEY, public_key BLOB NOT NULL, address BLOB NOT NULL, name TEXT, status TEXT NOT NULL,
  enrolled_ms INTEGER NOT NULL, connect_boot INTEGER NOT NULL DEFAULT -1, connect_n INTEGER NOT NULL DEFAULT -1,
  cell TEXT, lat_e7 INTEGER, lng_e7 INTEGER, gain_ddbi INTEGER
) STRICT;
CREATE TABLE nonces (nonce TEXT PRIMARY KEY, expires_ms INTEGER NOT NULL) STRICT;
CREATE TABLE reports (
  id INTEGER PRIMARY KEY, kid TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, received_ms INTEGER NOT NULL,
  code TEXT NOT NULL, equivocated INTEGER NOT NULL DEFAULT 0, digest BLOB NOT NULL, payload BLOB NOT NULL, signature BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX reports_pair ON reports (kid, boot, seq);
CREATE TABLE boots (kid TEXT NOT NULL, boot TEXT NOT NULL, seq_max INTEGER NOT NULL, PRIMARY KEY (kid, boot)) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY, kid TEXT NOT NULL, received_ms INTEGER NOT NULL, code TEXT NOT NULL, detail TEXT, message BLOB NOT NULL
) STRICT;
CREATE TABLE counts (
  kid TEXT NOT NULL, day INTEGER NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (kid, day, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE latest (
  kid TEXT NOT NULL, schema INTEGER NOT NULL, log_index INTEGER NOT NULL, received_ms INTEGER NOT NULL, time_s INTEGER,
  cells TEXT NOT NULL, PRIMARY KEY (kid, schema)
) STRICT, WITHOUT ROWID;
CREATE TABLE epochs (
  epoch INTEGER PRIMARY KEY, log_from INTEGER NOT NULL, log_to INTEGER NOT NULL, closed_ms INTEGER NOT NULL,
  ruleset TEXT NOT NULL, root TEXT NOT NULL, budget TEXT NOT NULL, paid TEXT NOT NULL, carried TEXT NOT NULL
) STRICT;
CREATE TABLE verdicts (
  epoch INTEGER NOT NULL, log_index INTEGER NOT NULL, item INTEGER NOT NULL, kind TEXT NOT NULL, kid TEXT NOT NULL,
  beacon TEXT NOT NULL, code TEXT NOT NULL, rule TEXT, measured REAL, threshold REAL, unit TEXT,
  PRIMARY KEY (epoch, log_index, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE shares (
  epoch INTEGER NOT NULL, place INTEGER NOT NULL, kid TEXT NOT NULL, address TEXT NOT NULL, points TEXT NOT NULL,
  amount TEXT NOT NULL, PRIMARY KEY (epoch, place)
) STRICT, WITHOUT ROWID;
`,
  `
CREATE TABLE sessions (
  session TEXT PRIMARY KEY, kid TEXT NOT NULL, nonce TEXT NOT NULL, issued_ms INTEGER NOT NULL, use_before_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sessions_nonce ON sessions (kid, nonce);
CREATE TABLE relays (kid TEXT NOT NULL, relay TEXT NOT NULL, approved_ms INTEGER NOT NULL, PRIMARY KEY (kid, relay)) STRICT, WITHOUT ROWID;
CREATE TABLE commands (
  kid TEXT NOT NULL, n INTEGER NOT NULL, op INTEGER NOT NULL, args TEXT NOT NULL, issued_ms INTEGER NOT NULL, sent INTEGER NOT NULL,
  answered_ms INTEGER, status INTEGER, detail TEXT, PRIMARY KEY (kid, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE schemas (id INTEGER PRIMARY KEY, document BLOB NOT NULL, signature BLOB NOT NULL, added_ms INTEGER NOT NULL) STRICT;
`,
  `
ALTER TABLE devices ADD COLUMN owner BLOB;
ALTER TABLE devices ADD COLUMN pending_until_ms INTEGER;
ALTER TABLE devices ADD COLUMN rotated_to TEXT;
ALTER TABLE devices ADD COLUMN altitude_dm INTEGER;
CREATE UNIQUE INDEX devices_rotated_to ON devices (rotated_to);
CREATE TRIGGER devices_ended BEFORE UPDATE OF status ON devices
  WHEN OLD.status IN ('revoked', 'rotated') AND NEW.status <> OLD.status
  BEGIN SELECT RAISE(ABORT, 'a key that was revoked or rotated never comes back'); END;
CREATE TRIGGER devices_kept BEFORE DELETE ON devices BEGIN SELECT RAISE(ABORT, 'a device is never forgotten'); END;
ALTER TABLE nonces ADD COLUMN purpose TEXT NOT NULL DEFAULT 'enrol';
CREATE TABLE rotations (
  kid TEXT PRIMARY KEY, new_kid TEXT NOT NULL UNIQUE, public_key BLOB NOT NULL, due_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE history (
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kid TEXT NOT NULL, event TEXT NOT NULL, actor TEXT NOT NULL, detail TEXT NOT NULL,
  digest BLOB, signatures TEXT NOT NULL
) STRICT;
CREATE INDEX history_kid ON history (kid, id);
CREATE TRIGGER history_unchanged BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_kept BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TABLE entropy (idx INTEGER PRIMARY KEY, value BLOB NOT NULL, released_ms INTEGER NOT NULL) STRICT;
CREATE INDEX entropy_released ON entropy (released_ms);
`,
  'CREATE INDEX verdicts_log ON verdicts (log_index); CREATE INDEX verdicts_beacon ON verdicts (beacon);',
  `
CREATE TABLE releases (
  board TEXT NOT NULL, firmware INTEGER NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, added_ms INTEGER NOT NULL,
  PRIMARY KEY (board, firmware)
) STRICT, WITHOUT ROWID;
CREATE TABLE updates (
  kid TEXT NOT NULL, firmware INTEGER NOT NULL, board TEXT NOT NULL, stage TEXT NOT NULL, code TEXT, first_n INTEGER NOT NULL,
  n INTEGER NOT NULL, asked_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, sent_ms INTEGER, fetched_ms INTEGER, ended_ms INTEGER,
  PRIMARY KEY (kid, firmware)
) STRICT, WITHOUT ROWID;
CREATE TABLE running (kid TEXT PRIMARY KEY, firmware INTEGER NOT NULL, board TEXT, seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`,
  'CREATE TABLE ends (kid TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (kid, boot)) STRICT, WITHOUT ROWID;',
  `
CREATE TABLE consumers (address TEXT PRIMARY KEY, name TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, added_ms INTEGER NOT NULL) STRICT;
CREATE TABLE consumption (
  id INTEGER PRIMARY KEY, consumer TEXT NOT NULL, log_index INTEGER NOT NULL, received_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX consumption_once ON consumption (consumer, log_index);
CREATE TRIGGER consumption_unchanged BEFORE UPDATE ON consumption BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER consumption_kept BEFORE DELETE ON consumption BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
ALTER TABLE epochs ADD COLUMN consumed_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE epochs ADD COLUMN first_emission TEXT;
ALTER TABLE epochs ADD COLUMN halving_epochs INTEGER;
ALTER TABLE epochs ADD COLUMN unissued TEXT NOT NULL DEFAULT '0';
`,
  'ALTER TABLE running ADD COLUMN updates INTEGER NOT NULL DEFAULT 1;',
]

export const schemaVersion = migrations.length

export const versionOf = (sqlite: Sqlite): number =>
  int(sqlite.prepare('PRAGMA user_version').get([]) ?? {}, 'user_version')

export const migrate = (sqlite: Sqlite): void => {
  for (let version = versionOf(sqlite); version < migrations.length; version++) {
    sqlite.transaction(() => {
      sqlite.exec(migrations[version] as string)
      sqlite.exec(`PRAGMA user_version=${version + 1}`)
    })
  }
}
