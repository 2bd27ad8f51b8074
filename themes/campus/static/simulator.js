/* What an event would deduct. A page's state is a list of changes to what is recorded, and stands in the address; figures
   come from scoring.js, which counts as the program does. */
(function () {
  "use strict";

  var kaohe = window.kaohe;
  var scoring = kaohe.scoring;
  var home = document.getElementById("simulator");
  if (!home) return;
  var form = document.getElementById("simulator-form");
  var status = document.getElementById("simulator-status");
  var department = document.getElementById("department");
  var item = document.getElementById("item");
  var LONGEST = 6000;
  var MOST = 200;
  var NEW = "~";
  var FRACTIONAL = ["point"];
  var book = null;
  var records = {};
  var recorded = [];
  var whose = "";
  var changes = {};
  var added = [];
  var serial = 0;
  var outcome = null;

  function texts(id) {
    var found = {};
    document.querySelectorAll("#" + id + " dt").forEach(function (term) {
      found[term.textContent] = term.nextElementSibling.textContent;
    });
    return found;
  }

  var sentences = texts("sentences");
  var words = {};
  document.getElementById("states").content.querySelectorAll("[data-state]").forEach(function (one) {
    words[one.dataset.state] = one.textContent;
  });

  function filled(text, values) {
    return text.replace(/\{([a-z]+)\}/g, function (whole, name) {
      return Object.prototype.hasOwnProperty.call(values, name) ? values[name] : whole;
    });
  }

  /* A sentence of the engine in the page's language; events that are tried out are called by their number. */
  function said(message) {
    var values = {};
    Object.keys(message.values).forEach(function (name) {
      var value = message.values[name];
      values[name] = typeof value === "object" ? said(value) : name === "other" ? named(value) : value;
    });
    return filled(sentences[message.template], values);
  }

  /* The first step as the other pages say it: so many, and what the clause deducts for each. */
  function amountSaid(step) {
    var list = document.getElementById("amounts").dataset;
    var pairs = step.counts.map(function (pair) { return [book.units[pair[0]] || pair[0], kaohe.scoring.plain(pair[1])]; });
    var counted = pairs.map(function (pair) { return pair[1] + (pair[0].charCodeAt(0) < 128 ? " " : "") + pair[0]; });
    var values = { amount: kaohe.scoring.plain(kaohe.scoring.decimal(step.amount)), counted: counted.join(list.separator) };
    if (!pairs.length) return filled(list.none, values);
    if (pairs.every(function (pair) { return pair[1] === "1"; })) {
      return filled(/^[次起例]$/.test(pairs[0][0]) ? list.happened : list.once, values);
    }
    values.units = pairs.map(function (pair) { return pair[0]; }).reduce(function (units, unit) {
      return filled(list.units, { units: units, unit: unit });
    });
    return filled(list.each, values);
  }

  function named(id) {
    return id[0] === NEW ? filled(words.event, { number: Number(id.slice(1)) }) : id;
  }

  /* The next id of an event that is tried out: their order as text, in which they are counted, is the order of adding. */
  function fresh() {
    serial += 1;
    return NEW + String(serial).padStart(6, "0");
  }

  kaohe.records = function (given) {
    records[given.department] = given.records.map(function (one) {
      return {
        id: one[0], date: one[1], criterion: one[2], clause: one[3], counts: one[4], deduction: one[5], case: one[6],
        state: one[7]
      };
    });
  };

  function clauseOf(event) {
    var at = Object.prototype.hasOwnProperty.call(book.items, event.criterion) && book.items[event.criterion];
    return at && Object.prototype.hasOwnProperty.call(at.clauses, event.clause) ? book.clauses[at.clauses[event.clause]] : null;
  }

  function byCase(rule) {
    return rule.cumulation === "highest-per-case";
  }

  function isCount(unit, text) {
    if (FRACTIONAL.indexOf(unit) >= 0) return isPoints(text);
    return /^[1-9][0-9]{0,8}$/.test(text);
  }

  function isPoints(text) {
    return /^(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$/.test(text) && !/^0(\.0+)?$/.test(text);
  }

  function isDate(text) {
    return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && !isNaN(Date.parse(text + "T00:00:00Z")) &&
      new Date(text + "T00:00:00Z").toISOString().slice(0, 10) === text && text >= book.first && text <= book.last;
  }

  /* What is wrong with an event: the field and the kind of sentence that says so; null where nothing is. */
  function wrong(event) {
    var rule = clauseOf(event);
    if (!isDate(event.date)) return ["date", "date"];
    if (rule.amount === null && !isPoints(event.deduction || "")) return ["deduction", "points"];
    if (byCase(rule) && !(event.case || "").trim()) return ["case", "case"];
    var unit = rule.per.find(function (one) { return event.counts[one] !== undefined && !isCount(one, event.counts[one]); });
    return unit ? [unit, FRACTIONAL.indexOf(unit) >= 0 ? "points" : "count"] : null;
  }

  /* The events as they would be: recorded ones with their changes, then those that are tried out. */
  function events() {
    return recorded
      .filter(function (one) { return changes[one.id] !== "removed"; })
      .map(function (one) { return changes[one.id] && !wrong(changes[one.id]) ? changes[one.id] : one; })
      .concat(added.filter(function (one) { return !wrong(one); }));
  }

  /* The state in the address. An event is: item * clause * date * unit.count_unit.count * deduction * case. */
  function written(event) {
    var counts = Object.keys(event.counts).map(function (unit) { return unit + "." + event.counts[unit]; }).join("_");
    return [event.criterion, event.clause, event.date, counts, event.deduction || "", event.case || ""].join("*");
  }

  function readEvent(text, id) {
    var parts = text.split("*");
    var event = {
      id: id, criterion: parts[0], clause: parts[1], date: parts[2], counts: {}, deduction: parts[4] || null,
      case: parts.slice(5).join("*") || null, state: ""
    };
    var rule = parts.length >= 6 && clauseOf(event);
    if (!rule) return null;
    var known = parts[3].split("_").filter(Boolean).every(function (pair) {
      var dot = pair.indexOf(".");
      event.counts[pair.slice(0, dot)] = pair.slice(dot + 1);
      return rule.per.indexOf(pair.slice(0, dot)) >= 0;
    });
    return known && !wrong(event) && (event.case || "").length <= 64 ? event : null;
  }

  function remember() {
    var pairs = [];
    if (whose) pairs.push(["department", whose]);
    Object.keys(changes).forEach(function (id) {
      if (changes[id] === "removed") pairs.push(["remove", id]);
      else if (!wrong(changes[id])) pairs.push(["change", id + "*" + written(changes[id])]);
    });
    added.forEach(function (one) { if (!wrong(one)) pairs.push(["add", written(one)]); });
    var fits = pairs.length;
    while (new URLSearchParams(pairs.slice(0, fits)).toString().length > LONGEST) fits -= 1;
    kaohe.remember(pairs.slice(0, fits));
    if (fits < pairs.length) status.textContent = status.dataset.long;
  }

  /* Takes the state from the address, whole or not at all. */
  function restore(given) {
    var fine = true;
    var seen = 0;
    given.forEach(function (text, key) {
      seen += 1;
      if (key === "remove") {
        if (recorded.some(function (one) { return one.id === text; })) changes[text] = "removed";
        else fine = false;
      } else if (key === "change") {
        var at = text.indexOf("*");
        var old = recorded.find(function (one) { return one.id === text.slice(0, at); });
        var event = old && readEvent(text.slice(at + 1), old.id);
        if (event && event.criterion === old.criterion && event.clause === old.clause) {
          event.state = old.state;
          changes[old.id] = event;
        } else {
          fine = false;
        }
      } else if (key === "add") {
        var made = readEvent(text, fresh());
        if (made) added.push(made);
        else fine = false;
      }
    });
    if (!fine || seen > MOST + 1 || location.search.length > LONGEST + 2000) {
      forget();
      status.textContent = status.dataset.damaged;
    }
  }

  function forget() {
    changes = {};
    added = [];
    serial = 0;
  }

  /* Pages. */

  function editable(event) {
    if (event.id[0] === NEW) return event;
    if (!changes[event.id] || changes[event.id] === "removed") {
      changes[event.id] = Object.assign({}, event, { counts: Object.assign({}, event.counts) });
    }
    return changes[event.id];
  }

  /* An event with its fields; `redraw` brings figures and sentences up to date without losing the focus. */
  function drawn(event) {
    var part = document.getElementById("event").content.firstElementChild.cloneNode(true);
    var rule = clauseOf(event);
    var now = function () { return event.id[0] === NEW ? event : changes[event.id] || event; };
    var name = part.querySelector(".event-name");
    if (event.id[0] === NEW) {
      name.textContent = named(event.id);
      part.querySelector("details").open = true;
    } else {
      var link = kaohe.made("a", event.id);
      link.href = kaohe.root + home.dataset.year + "/incidents/" + event.id + ".html";
      name.append(event.date + " ", link);
    }
    kaohe.own(part.querySelector("q"), rule.text);
    var fields = part.querySelector(".event-fields");
    var date = part.querySelector(".event-date input");
    date.min = book.first;
    date.max = book.last;
    date.addEventListener("input", function () { edit(function (one) { one.date = date.value; }); });
    var inputs = { date: date };
    rule.per.forEach(function (unit) {
      var label = document.createElement("label");
      label.append(kaohe.made("span", book.units[unit] || unit, "label"));
      var input = document.createElement("input");
      input.type = "text";
      input.inputMode = FRACTIONAL.indexOf(unit) >= 0 ? "decimal" : "numeric";
      input.maxLength = 16;
      input.className = "count";
      input.addEventListener("input", function () {
        edit(function (one) { one.counts[unit] = kaohe.folded(input.value.trim()); });
      });
      label.append(input);
      fields.insertBefore(label, part.querySelector(".event-deduction"));
      inputs[unit] = input;
    });
    optional("deduction", rule.amount === null);
    optional("case", byCase(rule));

    function optional(key, wanted) {
      var label = part.querySelector(".event-" + key);
      if (!wanted) return label.remove();
      inputs[key] = label.querySelector("input");
      inputs[key].addEventListener("input", function () {
        edit(function (one) { one[key] = inputs[key].value.trim(); });
      });
    }

    function edit(change) {
      change(editable(event));
      update();
    }

    function fill() {
      var one = now() === "removed" ? event : now();
      date.value = one.date;
      rule.per.forEach(function (unit) { inputs[unit].value = one.counts[unit] === undefined ? "1" : one.counts[unit]; });
      if (inputs.deduction) inputs.deduction.value = one.deduction || "";
      if (inputs.case) inputs.case.value = one.case || "";
    }

    var remove = part.querySelector(".remove");
    var undo = part.querySelector(".undo");
    remove.addEventListener("click", function () {
      if (event.id[0] === NEW) {
        added = added.filter(function (one) { return one !== event; });
        part.remove();
        parts.delete(event.id);
        document.getElementById("add").focus();
      } else if (changes[event.id] === "removed") {
        delete changes[event.id];
        fill();
      } else {
        changes[event.id] = "removed";
        fill();
      }
      update();
    });
    undo.addEventListener("click", function () {
      delete changes[event.id];
      fill();
      update();
      date.focus();
    });
    fill();
    part.redraw = function () {
      var one = now();
      var removed = one === "removed";
      var bad = removed ? null : wrong(one);
      var entry = outcome.entries[event.id];
      part.classList.toggle("removed", removed);
      part.querySelector(".amount").textContent = !removed && entry ? minus(entry.counted) : "–";
      var label = removed ? "removed" : event.id[0] === NEW ? "new" : changes[event.id] ? "changed" : event.state;
      var badge = part.querySelector(".status");
      badge.textContent = label ? words[label] : "";
      badge.hidden = !label;
      remove.textContent = removed ? remove.dataset.restore : remove.dataset.remove;
      undo.hidden = !(changes[event.id] && !removed);
      var told = part.querySelector(".wrong");
      told.hidden = !bad;
      var sentence = bad ? told.dataset[bad[1]] : "";
      if (told.textContent !== sentence) told.textContent = sentence;
      Object.keys(inputs).forEach(function (key) {
        inputs[key].disabled = removed;
        if (bad && bad[0] === key) inputs[key].setAttribute("aria-invalid", "true");
        else inputs[key].removeAttribute("aria-invalid");
      });
      part.querySelector("details").hidden = removed || !entry;
      if (entry) steps(part.querySelector(".steps"), entry);
    };
    return part;
  }

  function minus(text) {
    return text === "0" ? "0" : "−" + text;
  }

  function steps(list, entry) {
    list.replaceChildren.apply(list, entry.steps.map(function (step) {
      var line = document.createElement("li");
      line.className = "step";
      var text = step.counts ? amountSaid(step) : said(step.text);
      line.append(kaohe.made("span", (step.rule === "amount" ? words.gross + " " : "") + text, "step-text"));
      if (text !== step.value) line.append(" ", kaohe.made("span", "= " + step.value, "step-value"));
      return line;
    }));
  }

  var parts = new Map();

  function part(event) {
    if (!parts.has(event.id)) parts.set(event.id, drawn(event));
    return parts.get(event.id);
  }

  /* The recorded events by section; a section's are drawn when somebody opens it. */
  function draw() {
    parts.clear();
    var groups = new Map();
    home.querySelectorAll("tr[data-section]").forEach(function (row) { groups.set(row.dataset.section, []); });
    recorded.forEach(function (one) { groups.get(shownSection(book.items[one.criterion].section)).push(one); });
    var list = document.getElementById("recorded");
    list.textContent = "";
    groups.forEach(function (own, section) {
      if (!own.length) return;
      var details = document.createElement("details");
      details.className = "group";
      details.dataset.section = section;
      details.append(document.createElement("summary"));
      details.addEventListener("toggle", function () {
        if (details.open && details.childElementCount === 1) {
          own.forEach(function (one) { details.append(part(one)); });
          redraw();
        }
      });
      details.open = own.some(function (one) { return changes[one.id]; });
      list.append(details);
    });
    var made = document.getElementById("added");
    made.textContent = "";
    added.forEach(function (one) { made.append(part(one)); });
  }

  function shownSection(name) {
    var rows = home.querySelectorAll("tr[data-section]");
    var found = name;
    rows.forEach(function (row) {
      var own = row.dataset.section;
      if (own.indexOf(".") > 0 && (name + ".").indexOf(own + ".") === 0) found = own;
      else if (own === name) found = own;
    });
    return found;
  }

  function redraw() {
    parts.forEach(function (one) { one.redraw(); });
  }

  function update() {
    figures();
    remember();
  }

  function figures() {
    var before = scoring.score(book, recorded);
    outcome = scoring.score(book, events());
    var largest = null;
    home.querySelectorAll("tr[data-section]").forEach(function (row) {
      var old = before.scores[row.dataset.section];
      var then = outcome.scores[row.dataset.section];
      row.querySelector(".before").textContent = figure(old);
      row.querySelector(".after").textContent = figure(then);
      var difference = scoring.minus(scoring.decimal(then.score), scoring.decimal(old.score));
      var text = scoring.plain(difference);
      row.querySelector(".difference").textContent = text === "0" ? "" : text[0] === "-" ? "−" + text.slice(1) : "+" + text;
      row.classList.toggle("differs", text !== "0");
      if (text !== "0" && (!largest || row.dataset.section.indexOf(largest[0]) === 0)) {
        largest = [row.dataset.section, row.querySelector("th").textContent, figure(old), figure(then)];
      }
    });
    document.querySelectorAll("#recorded > details").forEach(function (one) {
      var own = recorded.filter(function (event) {
        return changes[event.id] !== "removed" && shownSection(book.items[event.criterion].section) === one.dataset.section;
      });
      var points = own.reduce(function (sum, event) {
        return scoring.plus(sum, scoring.decimal(outcome.entries[event.id].counted));
      }, scoring.decimal("0"));
      one.querySelector("summary").textContent = filled(words.count, {
        section: book.sections[one.dataset.section].title, count: own.length, points: scoring.plain(points)
      });
    });
    status.textContent = largest ? filled(status.dataset.said, { section: largest[1], before: largest[2], after: largest[3] }) : "";
    redraw();
  }

  function figure(score) {
    return score.points === null ? minus(score.deducted) : score.score + " / " + score.points;
  }

  function clauses() {
    var at = book.items[item.value];
    var list = document.getElementById("clauses");
    list.replaceChildren.apply(list, Object.keys(at.clauses).map(function (name, number) {
      var label = document.createElement("label");
      var choice = document.createElement("input");
      choice.type = "radio";
      choice.name = "clause";
      choice.value = name;
      choice.checked = !number;
      label.append(choice, " ", kaohe.made("span", book.clauses[at.clauses[name]].text));
      return label;
    }));
  }

  function add() {
    var clause = form.elements.clause.value;
    var rule = book.clauses[book.items[item.value].clauses[clause]];
    var event = {
      id: fresh(), criterion: item.value, clause: clause, date: book.last,
      counts: {}, deduction: rule.amount === null ? "0.1" : null, case: byCase(rule) ? words.case : null, state: ""
    };
    added.push(event);
    document.getElementById("added").append(part(event));
    update();
    (part(event).querySelector("input.count") || part(event).querySelector("input")).focus();
  }

  function failed() {
    status.textContent = status.dataset.failed;
  }

  /* The records of the chosen department. An answer that comes after another choice is left; where none comes, the choice
     goes back to the department whose figures are shown. */
  function chosen(then) {
    var option = department.selectedOptions[0];
    function current() {
      if (department.value !== option.value) return false;
      form.removeAttribute("aria-busy");
      return true;
    }
    function arrived() {
      if (!current()) return;
      whose = option.value;
      recorded = whose ? records[whose] : [];
      then();
    }
    if (!option.value) return arrived();
    form.setAttribute("aria-busy", "true");
    kaohe.load(option.dataset.script, arrived, function () {
      if (!current()) return;
      department.value = whose;
      failed();
    });
  }

  department.addEventListener("change", function () {
    chosen(function () {
      changes = {};
      draw();
      update();
    });
  });
  item.addEventListener("change", clauses);
  document.getElementById("add").addEventListener("click", add);
  document.getElementById("copy").addEventListener("click", function () { kaohe.copy(location.href); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function (event) {
    event.preventDefault();
    forget();
    draw();
    update();
  });

  /* On a phone the status is a bar over the page's end: what has the focus stays above it, however high it is. */
  new ResizeObserver(function () {
    document.documentElement.style.setProperty("--bar", status.offsetHeight + 8 + "px");
    if (form.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
  }).observe(status);

  kaohe.book(home.dataset.year, function (given) {
    book = scoring.rules(given);
    var asked = kaohe.given();
    var wanted = asked.get("department") || "";
    department.value = wanted;
    var unknown = department.value !== wanted;
    if (unknown) department.value = "";
    var about = asked.get("item") || "";
    if (Object.prototype.hasOwnProperty.call(book.items, about)) item.value = about;
    else if (about) unknown = true;
    clauses();
    figures();
    form.hidden = false;
    chosen(function () {
      if (!unknown) restore(asked);
      draw();
      var damaged = unknown ? status.dataset.damaged : status.textContent;
      update();
      if (damaged) status.textContent = damaged;
    });
  }, failed);
})();
