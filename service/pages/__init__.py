"""HTML pages in French, in the State’s design: parse, call one operation or one view, show. No SQL, no rule."""

from service.pages import (
    account,
    committee,
    documents,
    drafts,
    evaluations,
    members,
    officer,
    proposals,
    public,
    signing,
    static,
)

routes = [
    static.static_file,
    *public.routes,
    *signing.routes,
    *account.routes,
    *proposals.routes,
    *drafts.routes,
    *documents.routes,
    *evaluations.routes,
    *officer.routes,
    *committee.routes,
    *members.routes,
]

__all__ = ["routes"]
