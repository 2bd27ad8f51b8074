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

from stages import make_site

from site_builder.sources import read_site, read_tree

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
    print(f"search, before results    {every[output / 'search/index.js'] / 1e6:8.2f} MB")
    every_byte = sum(every.values())
    print(f"search, all               {every_byte / 1e6:8.2f} MB  {every_byte / texts:.0%} of the texts' bytes")


def search(output: Path) -> None:
    """Print the milliseconds from a key to the results, everything being loaded."""
    program = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        print("search, key to results           –     (no Chromium, or no playwright)")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{output.as_uri()}/search.html")
        page.fill("#query", "材料")
        page.wait_for_timeout(5000)
        times = [page.evaluate(_TIMED, key) for key in KEYS for _ in range(3)]
        browser.close()
    print(f"search, key to results    {median(times):8.1f} ms  at most {max(times):.1f} ms")


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
        search(output)


if __name__ == "__main__":
    main()
