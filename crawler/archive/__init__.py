"""archive.db and warcs/: what was fetched, what it said, and what is still to be fetched.

The way of a page, and who calls what (modules in brackets; docs/archive.md has the tables):

    archive = Archive.open(path)                                  [db] one writer, ArchiveError
    run = start_or_resume(archive, portal_ids, args)              [runs] .id .resumed
    found = find_salvage(archive, wanted)                         [salvage] answers without rows
    repairs = repair_archive(archive, ends_of(found))             [captures] cut torn WARC tails
    sync_units(archive, load_units()); sync_portals(archive, registry.all())       [reference]
    frontier = Frontier(archive, portals=portal_ids)              [frontier] hands out these only
    frontier.recover(but=ids_of_found)                            claims of a killed crawl
    frontier.seed(run.id, portal, [NewLink(url, "start")...])     once per run and portal
    writer = open_writer(archive, kept=ends_of(found))            [captures] WarcWriter

    for origin in frontier.origins():                             scheme://host:port, port always
        row = frontier.peek(origin, time.time())                  FrontierRow or None; no claim
        frontier.next_due(origin)                                 Unix seconds, 0.0 = now, None
        frontier.claim(row.id)                                    counts an attempt
        frontier.release(row.id)                                  given back unfetched
    ref = writer.write(RawResponse(...))                          on disk when it returns
    capture = NewCapture.of(response, ref, status=..., content_type=..., body_sha256=...,
                            redirect_url=...)
    stored = store(archive, run_id=, row=, capture= | None, reading= | None, problem= | None,
                   links=[NewLink...], portal=, outcome=Outcome(...), profile_version=)   [store]
        Outcome("done" | "retry" | "failed", reason, due_at, walk_complete=, items_digest=)
        -> Stored(capture_id, article_id, change, links_added); ONE transaction

    frontier.done / retry / failed (row_id, ...)                  ends without store()
    add_problem(archive, Problem(stage, kind, detail, numbers), run_id=, portal_id=, url=)  [runs]
    get_robots(archive, origin) / put_robots(archive, origin, decision, expires_at=...)  [robots]
    finish_portal(archive, run.id, portal_id, seconds); finish(archive, run.id, "done")     [runs]
    portal_runs(archive, run.id) -> list[PortalRun]               the table that crawl prints
    read_capture(archive.warcs, ref) -> ReadCapture               digests checked

Pagers: a listing's first page is the walk (`row.walk` is its id, for NewLink.walk_id of "next"
links). Before store(), ask `frontier.follow(row.walk, portal.id, links)`: "stop" (leave the next
page out), "go" (add it), "again" (add it with revisit=True). A page without a next link, or with
the items_digest of the page before, ends the walk: Outcome(walk_complete=True).

All writes of one call are one transaction; wrap several calls in `with archive.atomic():`.
"""
