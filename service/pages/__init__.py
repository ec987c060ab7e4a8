"""HTML pages in French, in the State’s design: parse, call one operation or one view, show. No SQL, no rule."""

from service.pages import (
    account,
    after,
    batches,
    committee,
    documents,
    drafts,
    evaluations,
    extensions,
    files,
    inquiries,
    members,
    officer,
    proposals,
    public,
    sharing,
    signing,
    static,
    steering,
    teams,
    threads,
)

routes = [
    static.static_file,
    *public.routes,
    *inquiries.routes,
    *signing.routes,
    *account.routes,
    *proposals.routes,
    *drafts.routes,
    *files.routes,
    *after.routes,
    *threads.routes,
    *sharing.routes,
    *documents.routes,
    *evaluations.routes,
    *officer.routes,
    *teams.routes,
    *extensions.routes,
    *steering.routes,
    *batches.routes,
    *committee.routes,
    *members.routes,
]

__all__ = ["routes"]
