/* Search over all words of the site, by a linear scan: any substring is found. The data comes as scripts, so that it works
   from a folder; nothing is loaded before somebody searches. */
(function () {
  "use strict";

  var kaohe = window.kaohe;
  var home = document.getElementById("search");
  if (!home) return;
  var form = document.getElementById("search-form");
  var field = document.getElementById("query");
  var status = document.getElementById("search-status");
  var results = document.getElementById("results");
  var KINDS = ["rules", "incidents", "interpretations", "departments", "pages"];
  var SHOWN = 20;
  var SLICE = 2000;
  var LONGEST = 160;
  var entries = null;
  var incidents = [];
  var shards = [];
  var loaded = 0;
  var failed = false;
  var run = 0;

  /* Alike is what `kaohe.folded` makes the same. `at` leads from a folded character to the text's own. */
  function folded(text) {
    var plain = kaohe.folded(text);
    if (plain.length === text.length) return { text: plain, at: null };
    var found = "";
    var at = [];
    for (var number = 0; number < text.length; number += 1) {
      var one = kaohe.folded(text[number]);
      for (var inner = 0; inner < one.length; inner += 1) at.push(number);
      found += one;
    }
    at.push(text.length);
    return { text: found, at: at };
  }

  function entry(kind, url, title, text, facts, unseen) {
    var made = { kind: kind, url: url, title: title, text: text, facts: facts || "", unseen: unseen || "" };
    made.folded = fold(made);
    return made;
  }

  function fold(one) {
    return folded([one.title, one.text, one.facts, one.unseen].join("\n")).text;
  }

  kaohe.index = function (data) {
    entries = [];
    KINDS.forEach(function (kind) {
      if (kind === "incidents") {
        data.incidents.forEach(function (one) {
          var section = data.sections[one[3]];
          var title = one[0] + " " + data.names[one[2]];
          var made = entry(kind, section[0] + "/incidents/" + one[0] + ".html", title, one[5], [one[1], section[1], one[4]].join(" "));
          incidents.push(made);
          entries.push(made);
        });
      } else {
        data[kind].forEach(function (one) { entries.push(entry(kind, one[0], one[1], one[2], "", one[3])); });
      }
    });
    shards = data.shards;
  };

  kaohe.bodies = function (data) {
    data.forEach(function (one) {
      var made = incidents[one[0]];
      made.text += one[1];
      made.folded = fold(made);
    });
  };

  function load(url, then) {
    kaohe.load(url, then, function () {
      failed = true;
      status.textContent = status.dataset.failed;
    });
  }

  function loadShards() {
    if (loaded >= shards.length) return;
    load(kaohe.files + shards[loaded], function () {
      loaded += 1;
      loadShards();
      search();
    });
  }

  function marked(parent, text, words) {
    var own = folded(text);
    var spans = [];
    words.forEach(function (word) {
      var start = own.text.indexOf(word);
      while (start >= 0) {
        spans.push(own.at ? [own.at[start], own.at[start + word.length - 1] + 1] : [start, start + word.length]);
        start = own.text.indexOf(word, start + word.length);
      }
    });
    spans.sort(function (left, right) { return left[0] - right[0]; });
    var end = 0;
    if (/[\u3400-\u9fff]/.test(text) && document.documentElement.lang !== "zh-CN") parent.lang = "zh-CN";
    spans.forEach(function (span) {
      if (span[0] < end) return;
      parent.append(text.slice(end, span[0]));
      var mark = document.createElement("mark");
      mark.textContent = text.slice(span[0], span[1]);
      parent.append(mark);
      end = span[1];
    });
    parent.append(text.slice(end));
  }

  /* The words around the first place that was found. */
  function excerpt(text, words) {
    var own = folded(text);
    var places = words.map(function (word) { return own.text.indexOf(word); }).filter(function (at) { return at >= 0; });
    var first = places.length ? Math.min.apply(null, places) : 0;
    if (own.at) first = own.at[first];
    var pieces = text.match(/[^。！？!?\n]*[。！？!?\n]+[”’」』）)]*|[^。！？!?\n]+$/g) || [];
    var at = 0;
    var number = 0;
    while (number < pieces.length - 1 && at + pieces[number].length <= first) at += pieces[number++].length;
    var found = pieces[number] || "";
    if (found.length > LONGEST) return part(found, first - at);
    while (++number < pieces.length && /[。！？!?]/.test(pieces[number]) && (found + pieces[number]).length <= 120) {
      found += pieces[number];
    }
    return found.trim().replace(/\n+/g, " ");
  }

  /* Of a very long sentence what stands between commas that no bracket holds; without any, all of it. */
  function part(sentence, place) {
    var depth = 0;
    var start = 0;
    var end = sentence.length;
    for (var at = 0; at < sentence.length; at += 1) {
      if ("（([〔【《“「".indexOf(sentence[at]) >= 0) depth += 1;
      if ("）)]〕】》”」".indexOf(sentence[at]) >= 0) depth -= 1;
      if (depth || "，；、　".indexOf(sentence[at]) < 0) continue;
      if (at < place - 30) start = at + 1;
      if (at > place + 90) {
        end = at;
        break;
      }
    }
    return (start ? "…" : "") + sentence.slice(start, end).trim() + (end < sentence.length ? "…" : "");
  }

  function line(one, words) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    link.href = kaohe.root + one.url;
    marked(link, one.title, words);
    item.append(link);
    var text = document.createElement("p");
    marked(text, [one.facts, excerpt(one.text, words)].filter(Boolean).join("　"), words);
    /* Who asks for an id sees it; the cells of tables are no sentences. */
    if (/^\S+$/.test(one.unseen) && !item.querySelector("mark") && !text.querySelector("mark")) {
      text.append(text.textContent ? "　" : "");
      marked(text, one.unseen, words);
    }
    if (text.textContent) item.append(text);
    return item;
  }

  function show(found, words, active) {
    results.textContent = "";
    KINDS.forEach(function (kind) {
      var own = found.filter(function (one) { return one.kind === kind; });
      if (!own.length) return;
      var section = document.getElementById("kind-" + kind).content.firstElementChild.cloneNode(true);
      section.querySelector(".count").textContent = own.length;
      var list = section.querySelector("ol");
      var more = section.querySelector("button");
      var shown = 0;
      function add() {
        own.slice(shown, shown + SHOWN).forEach(function (one) { list.append(line(one, words)); });
        shown = Math.min(shown + SHOWN, own.length);
        more.hidden = shown >= own.length;
      }
      more.addEventListener("click", function () {
        var first = shown;
        add();
        list.children[first].querySelector("a").focus();
      });
      add();
      results.append(section);
    });
    if (active) {
      var again = Array.prototype.find.call(results.querySelectorAll("li a"), function (one) { return one.href === active; });
      if (again) again.focus();
    }
  }

  function told(count, cut, further) {
    var text = [count ? status.dataset.found.replace("{count}", count) : status.dataset.none];
    if (loaded < shards.length) {
      text.push(status.dataset.part.replace("{done}", loaded + 1).replace("{all}", shards.length + 1));
    }
    if (further) text.push(status.dataset.apart.replace("{count}", further));
    if (cut) text.push(status.dataset.long);
    if (failed) text.push(status.dataset.failed);
    status.textContent = text.join("　");
  }

  /* A word of Chinese in pieces of two, for texts in which they stand apart: 档案移交 as 档案 and 移交. */
  function pieces(words) {
    var found = [];
    words.forEach(function (spellings) {
      var word = spellings[0];
      if (!/^[\u3400-\u9fff]{4,}$/.test(word)) return void found.push(spellings);
      for (var at = 0; at < word.length; at += 2) found.push([word.slice(Math.min(at, word.length - 2), at + 2)]);
    });
    return found.length > words.length ? found : null;
  }

  function search(cut) {
    if (!entries) return;
    run += 1;
    var own = run;
    var words = kaohe.spelt(field.value);
    if (!words.length) {
      results.textContent = "";
      status.textContent = "";
      return;
    }
    var active = document.activeElement && document.activeElement.closest("#results li a");
    scan(own, words, function (found) {
      var apart = found.some(function (one) { return one.kind === "rules"; }) ? null : pieces(words);
      if (!apart) return done(found, words);
      scan(own, apart, function (more) {
        var further = more.filter(function (one) { return found.indexOf(one) < 0; });
        done(found.concat(further), further.length ? words.concat(apart) : words, further.length);
      });
    });

    function done(found, marks, further) {
      show(found, [].concat.apply([], marks), active && active.href);
      told(found.length, cut, further);
    }
  }

  /* Every entry that holds all the words, in slices, so that typing is never held up. */
  function scan(own, words, then) {
    var found = [];
    var at = 0;
    (function slice() {
      if (own !== run) return;
      for (var end = Math.min(at + SLICE, entries.length); at < end; at += 1) {
        var text = entries[at].folded;
        if (kaohe.holds(text, words)) found.push(entries[at]);
      }
      if (at < entries.length) setTimeout(slice);
      else then(found);
    })();
  }

  var asked = false;

  function changed(cut) {
    var query = field.value.trim();
    kaohe.remember(query ? { q: query } : {});
    if (entries) return search(cut === true);
    if (asked || !query) return;
    asked = true;
    load(home.dataset.index, function () {
      search(cut === true);
      loadShards();
    });
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  field.addEventListener("input", changed);
  home.addEventListener("keydown", function (event) {
    if (kaohe.composing(event)) return;
    var links = Array.prototype.slice.call(results.querySelectorAll("li a"));
    var at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && links.length) {
      event.preventDefault();
      links[Math.min(at + 1, links.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (at ? links[at - 1] : field).focus();
    } else if (event.key === "Escape") {
      field.value = "";
      field.focus();
      changed();
    } else if (event.key === "Enter" && document.activeElement === field && links.length) {
      event.preventDefault();
      links[0].click();
    }
  });

  var given = kaohe.given().get("q") || "";
  field.value = given.slice(0, 200);
  field.focus();
  if (field.value) changed(given.length > 200);
})();
