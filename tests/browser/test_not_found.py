"""The page for what is not there looks as it should and leads home, served and opened as a file."""

from playwright.sync_api import expect


def test_it_has_its_style_and_leads_home(chromium, address):
    page = chromium.new_page()
    page.goto(f"{address}/404.html")
    expect(page.locator("main .button")).to_have_css("display", "inline-block")
    page.click("main .button")
    page.wait_for_url(f"{address}/index.html")
    page.close()
