"""A dossier, from its struct to its PDF: processor time against that of WeasyPrint alone on the same HTML."""

from weasyprint import HTML

from reports.paper import OwnFonts
from reports.render import dossier_html, render_dossier
from reports.sheet import Sheet
from tests.bench.figure import Figure, cpu_ms
from tests.reports import samples


def measure(times: str = "5") -> Figure:
    """How many times as much, and the milliseconds of both."""
    told = samples.whole_dossier()
    html = dossier_html(told, Sheet())

    def alone() -> None:
        HTML(string=html, url_fetcher=OwnFonts(), base_url=None).write_pdf(pdf_variant="pdf/a-3a")

    ours, theirs = cpu_ms(lambda: render_dossier(told), times=int(times)), cpu_ms(alone, times=int(times))
    return Figure(ours / theirs, "times", "at most 1.2", f"{ours:.0f} ms, {theirs:.0f} ms by the library alone")
