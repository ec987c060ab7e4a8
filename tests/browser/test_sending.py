"""Files sent from a draft's page: one that is refused says why, one that was cut goes on."""

from pathlib import Path

from playwright.sync_api import FilePayload, Route, expect

from tests.browser.conftest import Open
from tests.browser.saving import PATIENCE, a_draft
from tests.support.site import Site


def test_a_file_that_is_refused_says_why(site: Site, open_page: Open, tmp_path: Path) -> None:
    """What is no PDF where a PDF is asked for: the reason, not only that it failed."""
    page = open_page()
    a_draft(site, page, "attachments")
    status, sending = page.locator('[data-attach="presentation"] [role=status]'), page.locator(".al-sending")
    plan = FilePayload(name="plan.pdf", mimeType="application/pdf", buffer=b"ceci n'est pas un PDF")
    page.locator("#fichier-presentation").set_input_files(plan)
    expect(status).to_contain_text("formats acceptés\u00a0: PDF")
    expect(sending.first).to_contain_text("plan.pdf")
    page.locator("#fichier-presentation").set_input_files(_big(tmp_path, "plan.pdf", 21_000_000))
    expect(status).to_contain_text("la limite est de 20 Mo")


def _big(folder: Path, name: str, size: int) -> Path:
    """A file that begins as a PDF."""
    path = folder / name
    path.write_bytes(b"%PDF-1.7\n" + bytes(size))
    return path


def test_a_file_goes_on_after_a_cut_and_after_the_page_was_closed(site: Site, open_page: Open, tmp_path: Path) -> None:
    """Several files at once; the connection is cut in the middle, the page closed, and opened again."""
    page = open_page()
    address = a_draft(site, page, "attachments")
    paths = [_big(tmp_path, f"annexe-{n}.pdf", 600_000) for n in range(2)]
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH":
            held.append(route)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/uploads/**", hold)
    page.locator("#fichier-annexes").set_input_files(paths)
    expect(page.get_by_text("l’envoi reprendra de lui-même")).to_have_count(2, timeout=PATIENCE)
    other = page.context.new_page()
    page.close()
    other.goto(address.replace("attachments", "project"))
    expect(other.locator(".al-sending progress")).not_to_have_count(0, timeout=PATIENCE)
    expect(other.locator(".al-sending progress")).to_have_count(0, timeout=PATIENCE)
    other.goto(address)
    links = other.locator('[data-field="annexes"] [data-files]').get_by_role("link")
    expect(links).to_have_count(2, timeout=PATIENCE)
    assert sorted(text.split(".pdf")[0] for text in links.all_inner_texts()) == ["annexe-0", "annexe-1"]
    assert len(held) >= 2


def test_files_stand_in_the_order_in_which_they_were_chosen(site: Site, open_page: Open, tmp_path: Path) -> None:
    """Whichever comes first: the others overtake the first one, which waits for them."""
    page = open_page()
    a_draft(site, page, "attachments")
    links = page.locator('[data-field="annexes"] [data-files]').get_by_role("link")
    late: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH" and not late:
            late.append(route)
        else:
            route.continue_()

    page.route("**/api/uploads/**", hold)
    page.locator("#fichier-annexes").set_input_files([_big(tmp_path, f"{name}.pdf", 10) for name in "cab"])
    expect(links).to_have_count(2)
    late[0].continue_()
    expect(links).to_have_count(3)
    expect(links.first).to_contain_text("c.pdf")
    page.reload()
    assert [text.split(".pdf")[0] for text in links.all_inner_texts()] == ["c", "a", "b"]
