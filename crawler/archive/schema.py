"""The tables of archive.db as SQL. docs/archive.md says what each column means."""

from __future__ import annotations

REFERENCE = """
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE units (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT,
  parent_id TEXT REFERENCES units(id) DEFERRABLE INITIALLY DEFERRED,
  valid_from TEXT,
  valid_to TEXT
) STRICT;
CREATE INDEX units_parent ON units(parent_id);

CREATE TABLE unit_successors (
  unit_id TEXT NOT NULL REFERENCES units(id) DEFERRABLE INITIALLY DEFERRED,
  successor_id TEXT NOT NULL REFERENCES units(id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (unit_id, successor_id)
) STRICT;
CREATE INDEX unit_successors_successor ON unit_successors(successor_id);

CREATE TABLE portals (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT,
  level TEXT,
  province TEXT,
  platform TEXT,
  status TEXT,
  status_date TEXT,
  successor TEXT,
  valid_from TEXT,
  valid_to TEXT,
  note TEXT
) STRICT;

CREATE TABLE portal_units (
  portal_id TEXT NOT NULL REFERENCES portals(id),
  unit_id TEXT NOT NULL REFERENCES units(id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (portal_id, unit_id)
) STRICT;
CREATE INDEX portal_units_unit ON portal_units(unit_id);
"""

RUNS = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  state TEXT NOT NULL
    CHECK (state IN ('running', 'done', 'budget', 'deferred', 'failed', 'interrupted')),
  args TEXT NOT NULL,
  version TEXT NOT NULL
) STRICT;

CREATE TABLE portal_runs (
  run_id INTEGER NOT NULL REFERENCES runs(id),
  portal_id TEXT NOT NULL REFERENCES portals(id),
  seeded_at TEXT,
  finished_at TEXT,
  pages INTEGER NOT NULL DEFAULT 0,
  articles_new INTEGER NOT NULL DEFAULT 0,
  articles_changed INTEGER NOT NULL DEFAULT 0,
  articles_same INTEGER NOT NULL DEFAULT 0,
  listings INTEGER NOT NULL DEFAULT 0,
  other INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  reasons TEXT NOT NULL DEFAULT '{}',
  seconds REAL,
  PRIMARY KEY (run_id, portal_id)
) STRICT;

CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  run_id INTEGER REFERENCES runs(id),
  portal_id TEXT REFERENCES portals(id),
  url TEXT,
  stage TEXT NOT NULL CHECK (stage IN ('fetch', 'robots', 'capture', 'read', 'store')),
  kind TEXT NOT NULL,
  detail TEXT,
  numbers TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX problems_portal ON problems(portal_id, at);
"""

CAPTURES = """
CREATE TABLE warcs (
  file TEXT PRIMARY KEY,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  url TEXT NOT NULL,
  method TEXT NOT NULL DEFAULT 'GET',
  request_body TEXT,
  kind TEXT NOT NULL,
  status INTEGER NOT NULL,
  content_type TEXT,
  fetched_at TEXT NOT NULL,
  warc_file TEXT,
  warc_offset INTEGER,
  warc_length INTEGER,
  payload_digest TEXT NOT NULL,
  body_sha256 TEXT,
  size_bytes INTEGER NOT NULL,
  redirect_url TEXT,
  tls_verified INTEGER CHECK (tls_verified IN (0, 1)),
  address TEXT
) STRICT;
CREATE UNIQUE INDEX captures_record ON captures(warc_file, warc_offset);
CREATE INDEX captures_url ON captures(url);
CREATE INDEX captures_portal ON captures(portal_id);
"""

# No CHECK and no generated column but `folded`: sqlite-utils' transform() silently drops both,
# and migrations.reshape_articles() knows only about this one.
ARTICLES = """
CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  native_id TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT,
  lead TEXT,
  text TEXT,
  published_at TEXT,
  published_precision TEXT,
  published_raw TEXT,
  published_date TEXT,
  year INTEGER,
  updated_at TEXT,
  author TEXT,
  source TEXT,
  agency_code TEXT,
  category TEXT,
  language TEXT,
  platform TEXT,
  province TEXT,
  level TEXT,
  text_method TEXT,
  confidence REAL,
  flags TEXT NOT NULL DEFAULT '[]',
  first_captured_at TEXT NOT NULL,
  last_captured_at TEXT NOT NULL,
  capture_id INTEGER REFERENCES captures(id),
  text_sha256 TEXT NOT NULL,
  UNIQUE (portal_id, native_id)
) STRICT;
CREATE INDEX articles_published ON articles(published_at);
CREATE INDEX articles_year ON articles(year);
CREATE INDEX articles_province ON articles(province);
CREATE INDEX articles_level ON articles(level);
CREATE INDEX articles_capture ON articles(capture_id);

CREATE TABLE article_urls (
  url TEXT NOT NULL,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  article_id INTEGER NOT NULL REFERENCES articles(id),
  PRIMARY KEY (portal_id, url)
) STRICT;
CREATE INDEX article_urls_article ON article_urls(article_id);

CREATE TABLE images (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  caption TEXT,
  credit TEXT,
  PRIMARY KEY (article_id, position)
) STRICT;

CREATE TABLE attachments (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  name TEXT,
  PRIMARY KEY (article_id, position)
) STRICT;

CREATE TABLE tags (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  tag TEXT NOT NULL,
  PRIMARY KEY (article_id, tag)
) STRICT;
CREATE INDEX tags_tag ON tags(tag);

CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  capture_id INTEGER REFERENCES captures(id),
  seen_at TEXT NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('first', 'edit', 'reader')),
  title TEXT,
  lead TEXT,
  text TEXT,
  published_at TEXT,
  author TEXT,
  source TEXT,
  text_sha256 TEXT NOT NULL,
  reader_version TEXT NOT NULL,
  profile_version TEXT
) STRICT;
CREATE INDEX versions_article ON versions(article_id, id);
CREATE INDEX versions_capture ON versions(capture_id);
"""

# The partial indexes are what peek() lives on: rows due at once in order of merit, rows that
# wait for a time in order of that time. Neither query ever walks past rows it does not want.
FRONTIER = """
CREATE TABLE frontier (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  url TEXT NOT NULL,
  method TEXT NOT NULL DEFAULT 'GET',
  form TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('robots', 'start', 'feed', 'sitemap', 'listing', 'next',
    'article', 'print', 'other')),
  native_id TEXT,
  state TEXT NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'claimed', 'done', 'failed')),
  origin TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0,
  depth INTEGER NOT NULL DEFAULT 0,
  hops INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at REAL NOT NULL DEFAULT 0,
  reason TEXT,
  referrer_id INTEGER REFERENCES frontier(id),
  walk_id INTEGER REFERENCES frontier(id),
  page_no INTEGER,
  walk_complete_at TEXT,
  items_digest TEXT,
  run_id INTEGER REFERENCES runs(id),
  capture_id INTEGER REFERENCES captures(id),
  article_id INTEGER REFERENCES articles(id),
  claimed_at TEXT,
  done_at TEXT
) STRICT;
CREATE INDEX frontier_ready ON frontier(origin, portal_id, priority DESC, id)
  WHERE state = 'pending' AND due_at = 0;
CREATE INDEX frontier_waiting ON frontier(origin, portal_id, due_at, id)
  WHERE state = 'pending' AND due_at > 0;
CREATE INDEX frontier_claimed ON frontier(id) WHERE state = 'claimed';
CREATE INDEX frontier_portal ON frontier(portal_id, state);
CREATE INDEX frontier_native ON frontier(portal_id, native_id) WHERE native_id IS NOT NULL;
CREATE INDEX frontier_capture ON frontier(capture_id) WHERE capture_id IS NOT NULL;

CREATE TABLE walk_items (
  walk_id INTEGER NOT NULL REFERENCES frontier(id),
  item TEXT NOT NULL,
  PRIMARY KEY (walk_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE robots (
  origin TEXT PRIMARY KEY,
  decision TEXT NOT NULL CHECK (decision IN ('rules', 'allow', 'deny', 'wait')),
  body TEXT,
  status INTEGER,
  fetched_at TEXT NOT NULL,
  expires_at REAL NOT NULL,
  capture_id INTEGER REFERENCES captures(id)
) STRICT;
"""

# SQLite folds every Vietnamese mark but never the stroke of đ (nor of ð, its look-alike in old
# fonts), so the index holds the words twice: as written, and with the stroke gone.
FOLDED_COLUMN = """
ALTER TABLE articles ADD COLUMN folded TEXT GENERATED ALWAYS AS (
  replace(replace(replace(replace(
    coalesce(title, '') || char(10) || coalesce(lead, '') || char(10) || coalesce(text, ''),
    'đ', 'd'), 'Đ', 'D'), 'ð', 'd'), 'Ð', 'D')
) VIRTUAL;
"""

# Datasette finds the table by the exact text content="articles". The update trigger names its
# columns, so that storing an unchanged article again costs the index nothing.
SEARCH = """
CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, lead, text, folded,
  content="articles", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts(rowid, title, lead, text, folded)
    VALUES (new.id, new.title, new.lead, new.text, new.folded);
END;
CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, lead, text, folded)
    VALUES ('delete', old.id, old.title, old.lead, old.text, old.folded);
END;
CREATE TRIGGER articles_au AFTER UPDATE OF id, title, lead, text ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, lead, text, folded)
    VALUES ('delete', old.id, old.title, old.lead, old.text, old.folded);
  INSERT INTO articles_fts(rowid, title, lead, text, folded)
    VALUES (new.id, new.title, new.lead, new.text, new.folded);
END;
"""

# Counts of what stands on a portal's article pages. `pages` of repeated_portals is how many were
# counted, weighed by age; blocks are by far the most rows, so they are stored in their key.
REPETITION = """
CREATE TABLE repeated_portals (
  portal_id TEXT PRIMARY KEY REFERENCES portals(id),
  pages INTEGER NOT NULL,
  pruned_at TEXT NOT NULL
) STRICT;

CREATE TABLE repeated_regions (
  portal_id TEXT NOT NULL REFERENCES portals(id),
  region TEXT NOT NULL,
  path TEXT NOT NULL,
  pages INTEGER NOT NULL,
  blocks INTEGER NOT NULL,
  texts INTEGER NOT NULL,
  chars INTEGER NOT NULL,
  last_seen_at TEXT NOT NULL,
  PRIMARY KEY (portal_id, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE repeated_blocks (
  portal_id TEXT NOT NULL REFERENCES portals(id),
  region TEXT NOT NULL,
  text_key TEXT NOT NULL,
  sample TEXT NOT NULL,
  pages INTEGER NOT NULL,
  last_seen_at TEXT NOT NULL,
  PRIMARY KEY (portal_id, region, text_key)
) STRICT, WITHOUT ROWID;

ALTER TABLE articles ADD COLUMN repeated_version TEXT;
ALTER TABLE versions ADD COLUMN repeated_version TEXT;
UPDATE articles SET repeated_version = '' WHERE text_method LIKE 'generic:%';
UPDATE versions SET repeated_version = '' WHERE article_id IN
  (SELECT id FROM articles WHERE repeated_version IS NOT NULL);
CREATE INDEX articles_repeated ON articles(portal_id, id, repeated_version);
"""

CITATIONS = """
CREATE TABLE citations (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  type TEXT,
  number TEXT,
  code TEXT,
  organ TEXT,
  date TEXT,
  paragraph INTEGER,
  PRIMARY KEY (article_id, position)
) STRICT;
CREATE INDEX citations_number ON citations(number, code, organ);
"""

# What makes an archive keepable by the clock: when each portal is due and how it fared, which
# hosts asked for more room, what befell a portal, and by what an address is asked again.
WATCHING = """
CREATE TABLE schedule (
  portal_id TEXT PRIMARY KEY REFERENCES portals(id),
  next_visit_at TEXT NOT NULL,
  interval_s INTEGER NOT NULL,
  reason TEXT NOT NULL,
  visits INTEGER NOT NULL DEFAULT 0,
  last_visit_at TEXT
) STRICT;
CREATE INDEX schedule_next ON schedule(next_visit_at);

CREATE TABLE portal_events (
  id INTEGER PRIMARY KEY,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  kind TEXT NOT NULL,
  detail TEXT,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  ended_at TEXT,
  run_id INTEGER REFERENCES runs(id),
  capture_id INTEGER REFERENCES captures(id)
) STRICT;
CREATE INDEX portal_events_portal ON portal_events(portal_id, kind, id);
CREATE INDEX portal_events_capture ON portal_events(capture_id) WHERE capture_id IS NOT NULL;

CREATE TABLE host_pace (
  host TEXT PRIMARY KEY,
  delay_s REAL NOT NULL,
  refusals INTEGER NOT NULL,
  reason TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE portal_days (
  portal_id TEXT NOT NULL REFERENCES portals(id),
  day TEXT NOT NULL,
  pages INTEGER NOT NULL,
  PRIMARY KEY (portal_id, day)
) STRICT, WITHOUT ROWID;

ALTER TABLE portal_runs ADD COLUMN articles_gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE portal_runs ADD COLUMN not_modified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE portal_runs ADD COLUMN state TEXT;
ALTER TABLE portal_runs ADD COLUMN why TEXT;
ALTER TABLE portal_runs ADD COLUMN measures TEXT NOT NULL DEFAULT '{}';
ALTER TABLE articles ADD COLUMN gone_at TEXT;
ALTER TABLE frontier ADD COLUMN revisit_at REAL;
ALTER TABLE frontier ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE frontier ADD COLUMN etag TEXT;
ALTER TABLE frontier ADD COLUMN last_modified TEXT;
CREATE INDEX frontier_revisit ON frontier(portal_id, revisit_at) WHERE revisit_at IS NOT NULL;
"""

# The index is what shared stamps are counted from, without a look at the articles.
EVENT_DATES = """
ALTER TABLE articles ADD COLUMN event_date TEXT;
CREATE INDEX articles_stamp ON articles(portal_id, published_at);
"""

# What the operator was told of last, so that an alert goes out when a portal's standing changes
# and not after every run. An alert that fails is a problem of a stage of its own: SQLite has no way
# to widen a check but a new table.
ALERTS = """
CREATE TABLE portal_alerts (
  portal_id TEXT PRIMARY KEY REFERENCES portals(id),
  standing TEXT NOT NULL,
  cause TEXT NOT NULL,
  events TEXT NOT NULL,
  told_at TEXT NOT NULL
) STRICT;

CREATE TABLE problems_wider (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  run_id INTEGER REFERENCES runs(id),
  portal_id TEXT REFERENCES portals(id),
  url TEXT,
  stage TEXT NOT NULL CHECK (stage IN ('fetch', 'robots', 'capture', 'read', 'store', 'alert')),
  kind TEXT NOT NULL,
  detail TEXT,
  numbers TEXT NOT NULL DEFAULT '{}'
) STRICT;
INSERT INTO problems_wider SELECT id, at, run_id, portal_id, url, stage, kind, detail, numbers
  FROM problems;
DROP TABLE problems;
ALTER TABLE problems_wider RENAME TO problems;
CREATE INDEX problems_portal ON problems(portal_id, at);
"""

# The articles of a year, province or level are shown newest first, and SQLite would otherwise read
# all of them to sort them. The last index is what all counts of a page are taken from.
NEWEST_FIRST = (
    "DROP INDEX articles_year",
    "CREATE INDEX articles_year ON articles(year, published_at)",
    "DROP INDEX articles_province",
    "CREATE INDEX articles_province ON articles(province, published_at)",
    "DROP INDEX articles_level",
    "CREATE INDEX articles_level ON articles(level, published_at)",
    "CREATE INDEX articles_counts ON articles(portal_id, province, level, year)",
)

DROP_SEARCH = """
DROP TRIGGER IF EXISTS articles_ai;
DROP TRIGGER IF EXISTS articles_ad;
DROP TRIGGER IF EXISTS articles_au;
DROP TABLE IF EXISTS articles_fts;
"""
