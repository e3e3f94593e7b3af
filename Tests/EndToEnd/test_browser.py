"""The HTML report in a real browser: Chromium, headless, on a file as somebody would open it."""

import dataclasses
import datetime
import os
import re
import shutil

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from test_docs import ROOT

# All tests of the fleet and of the browser in one process: each is made once.
pytestmark = pytest.mark.xdist_group("reports")

DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 360, "height": 740}
SHOTS = ROOT / ".build/screenshots"


def chromium() -> str | None:
    """The distribution's. None: Playwright's own, where the distribution has none to install."""
    return os.environ.get("ROTATE_BROWSER") or shutil.which("chromium")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        yield browser
        browser.close()


@dataclasses.dataclass
class Visit:
    page: Page
    requests: list[str]
    complaints: list[str]


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a page; afterwards nothing may have gone wrong in it, and nothing been asked for."""
    visits = []

    def open_(html: str, **options) -> Page:
        file = tmp_path / f"report-{len(visits)}.html"
        file.write_text(html)
        page = browser.new_context(**{"viewport": DESKTOP} | options).new_page()
        visit = Visit(page, [], [])
        visits.append(visit)
        page.visit = visit
        # Before any script: a violation of the page's policy is an event of its own.
        page.add_init_script(
            "window.violations = []; document.addEventListener('securitypolicyviolation',"
            " event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI))")
        page.on("console", lambda message: visit.complaints.append(message.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("request", lambda request: visit.requests.append(request.url))
        page.route(re.compile(r"^(?!file:)"), lambda route: route.abort())
        page.goto(file.as_uri())
        return page

    yield open_
    for visit in visits:
        assert visit.complaints == []
        assert all(url.startswith("file://") for url in visit.requests), visit.requests
        assert len(visit.requests) == 1, visit.requests
        assert not visit.page.evaluate("window.violations")
        visit.page.context.close()


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def test_it_renders_what_the_report_says(forms, visit):
    page = visit(forms.html)
    assert page.title().startswith("rotate: status, ")
    assert page.inner_text("h1") == (
        "1 of 16 users could not be handled, 3 need somebody to act")
    assert page.locator("article").count() == 16
    keys = [(user, key) for user in forms.report["users"] for key in user["keys"]]
    shown = page.locator("#keys tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))")
    assert {(row[0], row[1]) for row in shown if row[1]} == {
        (user["user"], key["accessKeyId"]) for user, key in keys}
    for user in forms.report["users"]:
        article = page.locator("article").filter(has=page.get_by_role(
            "heading", name=user["user"], exact=True))
        text = article.inner_text()
        for key in user["keys"]:
            assert key["accessKeyId"] in text
            for name in ("publishedAt", "supersededAt", "deactivatedAt", "dueAt", "overdueAt"):
                if name in key:
                    assert f"{key[name][:10]} {key[name][11:16]}Z" in text, (user["user"], name)
    # Of whom nobody knows, nothing is said; and what waits for somebody has no date.
    cells = {row[0]: row for row in shown}
    assert cells["zappa-prod"][3] == "?" and cells["ci-without-key"][3] == "none"
    assert cells["shop-contained"][5] == "waits"
    shoot(page, "fleet-light")


def test_a_life_is_told_in_its_order(forms, visit):
    page = visit(forms.html)

    def lives(user: str) -> list[list[str]]:
        article = page.locator("article").filter(has=page.get_by_role(
            "heading", name=user, exact=True))
        return [[re.sub(r" \d{4}-.*", "", item) for item in life.locator("li").all_inner_texts()]
                for life in article.locator(".lives dd").all()]

    assert lives("batch-in-grace")[0] == [
        "created", "superseded", "grace until", "to be made Inactive", "to be deleted"]
    # A compromised key had no grace.
    assert lives("games-leaked")[0] == ["created", "superseded", "made Inactive", "to be deleted"]


def test_hostile_words_are_only_shown(forms, visit):
    page = visit(forms.html)
    assert page.evaluate("window.hostile") is None
    assert page.locator("img, iframe, object, link, base, form").count() == 0
    assert page.locator("script").count() == 1
    assert "<script>window.hostile=1</script>" in page.inner_text("main")
    # Were there a hole, the page's own policy would stand in it.
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.hostile = 2';"
        "document.body.append(s); const i = new Image(); i.src = 'http://192.0.2.1/x';"
        "document.body.append(i)")
    page.wait_for_function("window.violations.length >= 2")
    assert page.evaluate("window.hostile") is None
    assert sorted(page.evaluate("window.violations.splice(0)")) == [
        "img-src http://192.0.2.1/x", "script-src-elem inline"]
    # Chromium tells of both, and names the image that it did not fetch among the requests.
    assert len(page.visit.complaints) == 2 and page.visit.requests.pop() == "http://192.0.2.1/x"
    page.visit.complaints.clear()


def test_the_timeline_is_to_scale(forms, visit):
    """Each mark stands where its date belongs between creation and the present."""
    page = visit(forms.html)
    marks = page.evaluate("""() => [...document.querySelectorAll('article')].map(article => ({
      user: article.querySelector('h3').textContent,
      now: article.querySelector('svg.line .now')?.getBoundingClientRect().left,
      marks: [...article.querySelectorAll('figure > svg.line:first-of-type .mark')].map(mark => ({
        kind: mark.getAttribute('class'), title: mark.querySelector('title').textContent,
        x: mark.getScreenCTM().e}))}))""")
    by_user = {entry["user"]: entry for entry in marks}

    def moment(mark: dict) -> float:
        return datetime.datetime.strptime(
            mark["title"][-17:], "%Y-%m-%d %H:%MZ").timestamp() / 86400

    points = [(moment(mark), mark["x"]) for entry in marks for mark in entry["marks"]]
    (t0, x0), (t1, x1) = min(points), max(points)
    assert t1 - t0 > 100 and x1 - x0 > 500
    for at, x in points:
        expected = x0 + (at - t0) / (t1 - t0) * (x1 - x0)
        assert abs(x - expected) < 1.5, (at, x, expected)
    kinds = {mark["kind"] for entry in marks for mark in entry["marks"]}
    assert {"mark created", "mark published", "mark superseded", "mark deactivated", "mark used",
            "mark due", "mark due planned", "mark deactivated planned", "mark deleted planned",
            "mark overdue planned"} <= kinds
    assert by_user["zappa-prod"]["marks"] == []


def order(page: Page, column: int) -> list[str]:
    return page.locator(f"#keys tbody tr > :nth-child({column})").all_inner_texts()


def test_the_table_sorts_by_mouse_and_by_keyboard(forms, visit):
    page = visit(forms.html)
    before = order(page, 1)
    page.get_by_role("button", name="User").click()
    assert order(page, 1) == sorted(before, key=str.lower) != before
    head = page.get_by_role("columnheader", name="User")
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.inner_text("#sorted") == "Sorted by User, ascending"
    page.keyboard.press("Enter")
    assert order(page, 1) == sorted(before, key=str.lower, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    # On with the keyboard alone, to the column of ages: by the age, not by its letters.
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") is None
    ages = [int(text.split()[0].removeprefix("<1") or 0) for text in order(page, 4)
            if text.strip() not in ("none", "?")]
    assert ages == sorted(ages, reverse=True) or ages == sorted(ages)
    assert len(set(ages)) > 5
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_it_needs_no_script(forms, visit):
    page = visit(forms.html, java_script_enabled=False)
    assert page.locator("#keys tbody tr").count() >= 18
    assert page.locator("#keys button").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_it_fits_and_is_accessible(forms, visit, scheme, size):
    viewport = DESKTOP if size == "desktop" else PHONE
    page = visit(forms.html, viewport=viewport, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate("document.querySelector('.wide').scrollWidth <= "
                         "document.querySelector('.wide').clientWidth + 1")
    if (size, scheme) in (("desktop", "light"), ("phone", "dark")):  # it takes its time
        found = Axe().run(page, options={"runOnly": [
            "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        problems = [(one["id"], [node["html"][:120] for node in one["nodes"]])
                    for one in found.response["violations"]]
        assert problems == []
    # Letters inside drawings are not axe's: 4.5 : 1 as for all text, 3 : 1 for shapes.
    ratios = page.evaluate(CONTRAST)
    assert len(ratios) > 10
    for name, ratio, least in ratios:
        assert ratio >= least, (name, ratio)
    shoot(page, f"fleet-{size}-{scheme}")


CONTRAST = """() => {
  const parse = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const light = rgb => {
    const [r, g, b] = rgb.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(parse(getComputedStyle(document.body).backgroundColor));
  const against = text => {
    const [a, b] = [light(parse(text)), paper].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const found = new Map();
  document.querySelectorAll('svg text, svg tspan').forEach(text => {
    const fill = getComputedStyle(text).fill;
    found.set('text ' + fill, [text.textContent, against(fill), 4.5]);
  });
  document.querySelectorAll('svg.line rect[class], .legend rect[class], .past').forEach(rect => {
    const style = getComputedStyle(rect);
    const colour = style.fillOpacity < 1 ? style.stroke : style.fill;
    found.set(rect.getAttribute('class'), [rect.getAttribute('class'), against(colour), 3]);
  });
  document.querySelectorAll('.mark, .now').forEach(mark => {
    const name = mark.getAttribute('class');
    found.set(name, [name, against(getComputedStyle(mark).stroke), 3]);
  });
  return [...found.values()];
}"""


def test_dark_is_dark_and_paper_is_light(forms, visit, tmp_path):
    def colours(page):
        return page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")

    light, dark = visit(forms.html), visit(forms.html, color_scheme="dark")
    assert colours(light) != colours(dark)
    dark.emulate_media(media="print")
    assert colours(dark)[1] == colours(light)[1]
    shoot(dark, "fleet-print")
    file = SHOTS / "fleet.pdf"
    dark.pdf(path=file, format="A4")
    pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    assert 2 <= len(pages) <= 12
    # The table goes over a page's end, and its head with it.
    keys = [number for number, text in enumerate(pages) if "Timelines" in text][0]
    assert keys > 0 and all("Next step" in text for text in pages[:keys + 1])


def test_one_user_fills_a_page(forms, visit):
    for name, html, headline in (
        ("one-due", forms.one, "api-due is due"), ("one-well", forms.well, "web-fresh: nothing to do"),
        ("one-done", forms.done, "api-due was changed"),
    ):
        page = visit(html)
        assert page.inner_text("h1") == headline
        assert page.locator("#attention").count() == 0
        shoot(page, name)
