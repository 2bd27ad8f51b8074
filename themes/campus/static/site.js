/* What every page may do with scripts: the key /, copied links, contents that follow the reading, a clause's words where
   it is cited; and what the other scripts share. */
(function () {
  "use strict";

  var kaohe = window.kaohe = window.kaohe || {};
  var body = document.body;
  var told = document.getElementById("told");
  kaohe.root = body.dataset.root;
  kaohe.files = body.dataset.files;

  /* Half- and full-width, large and small letters, and all brackets of document numbers are alike. */
  kaohe.folded = function (text) {
    return text.normalize("NFKC").toLowerCase().replace(/[[〔【]/g, "(").replace(/[\]〕】]/g, ")");
  };

  /* The folded words of a query without quotation marks around them, each with its spellings: a date also as recorded. */
  kaohe.spelt = function (query) {
    return kaohe.folded(query).split(/\s+/).map(function (given) {
      var word = given.replace(/^["“”「」『』]+|["“”「」『』]+$/g, "");
      var date = /^([0-9]{4})[年/.-]([0-9]{1,2})[月/.-]([0-9]{1,2})日?$/.exec(word);
      return date ? [word, date[1] + "-" + date[2].padStart(2, "0") + "-" + date[3].padStart(2, "0")] : [word];
    }).filter(function (spellings) { return spellings[0]; });
  };

  kaohe.holds = function (text, words) {
    return words.every(function (spellings) {
      return spellings.some(function (one) { return text.indexOf(one) >= 0; });
    });
  };

  /* Text of the sources in an element, marked where its language is not the page's. */
  kaohe.own = function (element, text) {
    element.textContent = text;
    var tag = /[\u3400-\u9fff\uf900-\ufaff]/.test(text) ? "zh-CN" : "";
    if (tag && tag !== document.documentElement.lang) element.lang = tag;
    return element;
  };

  kaohe.made = function (tag, text, name) {
    var element = document.createElement(tag);
    if (text) kaohe.own(element, text);
    if (name) element.className = name;
    return element;
  };

  /* A data file as a script, which works from a folder too; once only. */
  var loads = {};
  kaohe.load = function (url, then, failed) {
    if (loads[url]) {
      if (loads[url] === "done") then();
      else loads[url].push([then, failed]);
      return;
    }
    loads[url] = [[then, failed]];
    var tag = document.createElement("script");
    tag.src = url;
    tag.onload = function () {
      var waiting = loads[url];
      loads[url] = "done";
      waiting.forEach(function (one) { one[0](); });
    };
    tag.onerror = function () {
      var waiting = loads[url];
      delete loads[url];
      waiting.forEach(function (one) { if (one[1]) one[1](); });
    };
    document.head.append(tag);
  };

  /* The state of a page in its address. */
  kaohe.given = function () {
    return new URLSearchParams(location.search.slice(0, 8000));
  };
  kaohe.query = location.search;
  kaohe.remember = function (wanted) {
    var query = new URLSearchParams(wanted).toString();
    kaohe.query = query ? "?" + query : "";
    try {
      history.replaceState(null, "", location.pathname + kaohe.query + location.hash);
    } catch (error) { /* from a folder some browsers refuse: the page works all the same */ }
  };

  /* The same page in another language keeps the place and the state. */
  document.querySelectorAll(".masthead a[hreflang]").forEach(function (link) {
    function follow() {
      link.search = kaohe.query;
      link.hash = location.hash;
    }
    ["pointerdown", "focus", "click"].forEach(function (name) { link.addEventListener(name, follow); });
  });

  /* The part of the page that the address names is shown, unfolded, where scripts changed what stands above it too. */
  kaohe.arrive = function () {
    var part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!part) return;
    for (var around = part.parentElement; around; around = around.parentElement) {
      if (around.tagName === "DETAILS") around.open = true;
    }
    part.scrollIntoView({ behavior: "instant", block: "start", inline: "nearest" });
  };
  addEventListener("load", kaohe.arrive);

  /* The rule books as they arrive. */
  var books = {};
  kaohe.rules = function (given) { books[given.year] = given; };
  kaohe.book = function (year, then, failed) {
    var url = body.getAttribute("data-rules-" + year);
    if (url) kaohe.load(url, function () { then(books[year]); }, failed);
    else if (failed) failed();
  };

  /* Keys that go to an input method, to choose what it offers, are not the page's. */
  kaohe.composing = function (event) {
    return event.isComposing || event.keyCode === 229;
  };

  document.addEventListener("keydown", function (event) {
    var at = event.target;
    if (kaohe.composing(event)) return;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    event.preventDefault();
    var field = document.getElementById("query");
    var link = document.getElementById("search-link");
    if (field) field.focus();
    else if (link) location.href = link.href;
  });

  /* A permanent link is copied as it is followed. Where the browser gives no clipboard, the address bar has it. */
  function copied(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    var field = kaohe.made("textarea");
    field.value = text;
    field.className = "visually-hidden";
    body.append(field);
    field.select();
    var done = document.execCommand("copy");
    field.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("refused"));
  }

  var hiding = 0;
  function tell(text) {
    told.textContent = text;
    clearTimeout(hiding);
    hiding = setTimeout(function () { told.textContent = ""; }, 3000);
  }

  kaohe.copy = function (text) {
    copied(text).then(function () { tell(told.dataset.copied); }, function () { tell(told.dataset.refused); });
  };
  document.addEventListener("click", function (event) {
    var link = event.target.closest(".permalink");
    if (link) kaohe.copy(link.href);
  });

  /* The contents stand open beside a wide page, and mark what is being read. */
  var contents = document.querySelector(".contents");
  if (contents) {
    var wide = window.matchMedia("(min-width: 72rem)");
    var details = contents.querySelector("details");
    var follow = function () { details.open = wide.matches; };
    wide.addEventListener("change", follow);
    follow();
    var links = Array.prototype.slice.call(contents.querySelectorAll("a"));
    var parts = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
    var mark = function () {
      var at = 0;
      var ended = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
      parts.forEach(function (part, number) {
        if (!part) return;
        var top = part.getBoundingClientRect().top;
        if (top < 120 || (ended && top < innerHeight && links[at].hash !== location.hash)) at = number;
      });
      links.forEach(function (link, number) {
        if (number === at) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    };
    var waits = false;
    addEventListener("scroll", function () {
      if (waits) return;
      waits = true;
      requestAnimationFrame(function () {
        waits = false;
        mark();
      });
    }, { passive: true });
    mark();
  }

  /* Where a clause is cited, its words are shown under the pointer or the focus; Escape takes them away. */
  var card = null;
  var cited = null;
  var soon = 0;

  function put() {
    if (card) card.remove();
    if (cited) cited.removeAttribute("aria-describedby");
    card = cited = null;
    clearTimeout(soon);
  }

  function place(link) {
    var parts = /(?:^|\/)([0-9]{4})\/handbook\/([a-z0-9.-]+)\.html#([a-z0-9.-]+)$/.exec(link.href);
    return parts && { year: parts[1], section: parts[2], anchor: parts[3] };
  }

  function words(book, at) {
    var dot = at.anchor.lastIndexOf(".");
    var owner = at.anchor.slice(0, Math.max(dot, 0));
    var shared = owner === "clauses";
    var id = shared ? at.section + "#" + at.anchor.slice(dot + 1) : at.section + "." + owner + "#" + at.anchor.slice(dot + 1);
    var clause = book.clauses.find(function (one) { return one[0] === id; });
    var item = book.items.find(function (one) { return one[0] === at.section + "." + (dot < 0 ? at.anchor : owner); });
    var section = book.sections.find(function (one) { return one[0] === at.section; });
    return [section && section[1], item && item[1], clause && clause[1]].filter(Boolean);
  }

  function show(link, at, book) {
    if (cited !== link) return;
    var said = words(book, at);
    var plain = link.textContent.trim();
    if (said.length < 2 || said[said.length - 1] === plain.replace(/^[“"]|[”"]$/g, "")) said.pop();
    if (said.length < 2) return;
    card = kaohe.made("div", "", "card");
    card.id = "card";
    card.setAttribute("role", "tooltip");
    said.forEach(function (text, number) { card.append(kaohe.made("p", text, number === said.length - 1 ? "card-words" : "")); });
    body.append(card);
    var box = link.getBoundingClientRect();
    var below = box.bottom + card.offsetHeight + 12 < innerHeight;
    card.style.left = Math.max(8, Math.min(box.left, innerWidth - card.offsetWidth - 8)) + scrollX + "px";
    card.style.top = (below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + scrollY + "px";
    link.setAttribute("aria-describedby", "card");
  }

  function cite(event) {
    var link = event.target.closest && event.target.closest("main a[href*='/handbook/'][href*='#'], main a[href^='#'].clause-words");
    if (!link || link === cited) return;
    if (card && card.contains(link)) return;
    var at = place(link);
    put();
    if (!at || link.classList.contains("permalink")) return;
    cited = link;
    soon = setTimeout(function () {
      kaohe.book(at.year, function (book) { show(link, at, book); });
    }, event.type === "focusin" ? 0 : 150);
  }

  function leave(event) {
    if (!cited) return;
    var to = event.relatedTarget;
    if (to && to.closest && (cited.contains(to) || (card && card.contains(to)))) return;
    if (event.type === "focusout" || (document.activeElement !== cited)) put();
  }

  document.addEventListener("pointerover", cite);
  document.addEventListener("focusin", cite);
  document.addEventListener("pointerout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !kaohe.composing(event)) put();
  });
})();
