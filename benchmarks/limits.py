"""What readers download and wait for at 10,000 incidents: sizes after gzip, and the search in a real Chromium.

Run by `make bench`; for the time of the search, Chromium must be installed, and `make browse` have run once.
"""

import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from serving import served
from stages import make_site

from site_builder.sources import read_site, read_tree

PAGES = ("index.html", "2021/index.html", "2021/departments/general-office.html", "2021/handbook/index.html")
"""The pages whose largest paint is measured."""

KEYS = ("旷", "旷工", "未按", "材料", "2021-0", "通报〔2021〕", "zzz")
"""What is typed; each is timed from the key to the results."""


def size(path: Path) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(path.read_bytes(), 9))


def sizes(site: Path, output: Path) -> None:
    """Print the sizes."""
    pages = {path: size(path) for path in output.rglob("*.html")}
    largest = max(pages, key=lambda path: pages[path])
    print(f"largest page              {pages[largest] / 1000:8.1f} KB  {largest.relative_to(output)}")
    for kind, pattern in (("all scripts", "*.js"), ("all styles", "*.css")):
        print(f"{kind:25} {sum(map(size, (output / 'static').glob(pattern))) / 1000:8.1f} KB")
    found = read_site(read_tree(site)).site
    assert found is not None
    texts = sum(len(one.body.encode()) for year in found.years.values() for one in year.incidents.values())
    every = {path: size(path) for path in (output / "search").glob("*.js")}
    first = sum(bytes_ for path, bytes_ in every.items() if path.name.startswith("index."))
    print(f"search, before results    {first / 1e6:8.2f} MB")
    every_byte = sum(every.values())
    print(f"search, all               {every_byte / 1e6:8.2f} MB  {every_byte / texts:.0%} of the texts' bytes")


def waits(output: Path) -> None:
    """Print what readers wait for in a real Chromium."""
    program = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        print("what readers wait for            –     (no Chromium, or no playwright)")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        search(browser, output)
        filters(browser, output)
        with served(output) as address:
            for url in PAGES:
                paint(browser, f"{address}/{url}", url)
        browser.close()


def search(browser: Any, output: Path) -> None:
    """Print the milliseconds from a key to the results, everything being loaded."""
    page = browser.new_page()
    page.goto(f"{output.as_uri()}/search.html")
    page.fill("#query", "材料")
    page.wait_for_timeout(5000)
    times = [page.evaluate(_TIMED, key) for key in KEYS for _ in range(3)]
    print(f"search, key to results    {median(times):8.1f} ms  at most {max(times):.1f} ms")


def filters(browser: Any, output: Path) -> None:
    """Print how long the longest task blocks the page while its 10,000 rows are filtered and sorted."""
    page = browser.new_page()
    page.goto(f"{output.as_uri()}/2021/incidents.html")
    page.evaluate(
        "window.tasks = []; new PerformanceObserver(list => tasks.push(...list.getEntries()"
        ".map(one => one.duration))).observe({type: 'longtask', buffered: true})"
    )
    page.select_option("select[name=month]", "2021-03")
    page.wait_for_timeout(1500)
    page.evaluate("tasks.length = 0")
    for key in ("", "2021-05"):
        page.select_option("select[name=month]", key)
        page.wait_for_timeout(300)
    page.fill("input[name=text]", "材料")
    for button in page.locator("th button.sort").all():
        button.click()
        page.wait_for_timeout(300)
    print(f"table, longest block      {max(page.evaluate('tasks'), default=0):8.0f} ms  (0: none over 50 ms)")


def paint(browser: Any, address: str, url: str) -> None:
    """Print the largest contentful paint and the layout shift on a slow phone (150 ms, 1.6 Mbit/s, a quarter speed)."""
    page = browser.new_page(viewport={"width": 412, "height": 823})
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 96_000}
    session.send("Network.emulateNetworkConditions", slow)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address)
    page.wait_for_timeout(2500)
    largest, shift = page.evaluate(_PAINTED)
    print(f"largest paint, shift      {largest:8.0f} ms  {shift:.3f}  {url}")
    page.close()


_PAINTED = """() => new Promise(done => {
  let largest = 0, shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => { largest = one.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(one => { shift += one.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done([largest, shift]), 100);
})"""


_TIMED = """key => new Promise(done => {
  const field = document.getElementById("query"), results = document.getElementById("search-status");
  const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now() - begin); });
  seen.observe(results, {childList: true, characterData: true, subtree: true});
  field.value = key;
  const begin = performance.now();
  field.dispatchEvent(new Event("input"));
})"""


def main(incidents: int = 10_000) -> None:
    """Make a site, build it, and print the table."""
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as parent:
        site, output = Path(parent) / "site", Path(parent) / "output"
        make_site(site, incidents, 1)
        command = [sys.executable, "-m", "site_builder", "--site", str(site), "build", "-o", str(output)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        sizes(site, output)
        waits(output)


if __name__ == "__main__":
    main()
