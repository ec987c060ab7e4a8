"""HTML pages in French, in the State’s design: parse, call one operation or one view, show. No SQL, no rule."""

from service.pages import drafts, proposals, public, static

routes = [static.static_file, *public.routes, *proposals.routes, *drafts.routes]

__all__ = ["routes"]
