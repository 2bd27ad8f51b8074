/* What a score is, as the program counts it: amounts, then repetition, then limits; exact, without a page.
   A test compares it with the program on random rule books. */
(function () {
  "use strict";

  /* An exact decimal: `digits`, a whole number, over ten to the power of `places`. */
  function decimal(text) {
    var parts = String(text).split(".");
    return { digits: BigInt(parts[0] + (parts[1] || "")), places: (parts[1] || "").length };
  }

  var ZERO = decimal("0");

  function scaled(one, places) {
    return one.digits * 10n ** BigInt(places - one.places);
  }

  function plus(one, other) {
    var places = Math.max(one.places, other.places);
    return { digits: scaled(one, places) + scaled(other, places), places: places };
  }

  function minus(one, other) {
    return plus(one, { digits: -other.digits, places: other.places });
  }

  function times(one, other) {
    return { digits: one.digits * other.digits, places: one.places + other.places };
  }

  function compare(one, other) {
    var difference = minus(one, other).digits;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /* Without exponent, trailing zeros or a negative zero. */
  function plain(one) {
    var negative = one.digits < 0n;
    var text = (negative ? -one.digits : one.digits).toString().padStart(one.places + 1, "0");
    var end = text.length - one.places;
    var shown = text.slice(0, end) + (one.places ? "." + text.slice(end) : "");
    if (one.places) shown = shown.replace(/\.?0+$/, "");
    return (negative && shown !== "0" ? "-" : "") + shown;
  }

  /* A sentence: an English template, which is its key in the translations, and what fills it. */
  function message(template, values) {
    return { template: template, values: values || {} };
  }

  /* So many of a unit: a measure word in Latin letters stands apart. */
  function counted(rules, unit, count) {
    var word = rules.units[unit] || unit;
    return plain(count) + (word.charCodeAt(0) < 128 ? " " : "") + word;
  }

  function then(charge, rule, value, text, details) {
    var step = Object.assign({ rule: rule, value: value, text: text, others: [] }, details);
    return Object.assign({}, charge, { value: value, steps: charge.steps.concat([step]) });
  }

  function amount(rules, clause, incident) {
    if (clause.amount === null) {
      var given = decimal(incident.deduction);
      var text = message("{amount}, at the assessor's discretion", { amount: plain(given) });
      return { rule: "amount", value: given, text: text, others: [] };
    }
    var counts = clause.per.map(function (unit) {
      return [unit, decimal(incident.counts[unit] === undefined ? "1" : incident.counts[unit])];
    });
    var several = counts.filter(function (pair) { return compare(pair[1], decimal("1")) !== 0; });
    var words = (several.length ? several : counts.slice(0, 1)).map(function (pair) {
      return counted(rules, pair[0], pair[1]);
    });
    var value = counts.reduce(function (product, pair) { return times(product, pair[1]); }, decimal(clause.amount));
    var product = [plain(decimal(clause.amount))].concat(words).join(" × ");
    return { rule: "amount", value: value, text: message("{product}", { product: product }), others: [], amount: clause.amount, counts: counts };
  }

  function charged(rules, incident) {
    var item = rules.items[incident.criterion];
    var clause = rules.clauses[item.clauses[incident.clause]];
    var step = amount(rules, clause, incident);
    return { incident: incident, section: item.section, clause: clause, gross: step.value, value: step.value, steps: [step] };
  }

  function inOrder(left, right) {
    var a = left.date + " " + left.id;
    var b = right.date + " " + right.id;
    return a < b ? -1 : a > b ? 1 : 0;
  }

  function uncounted(charge) {
    if (charge.incident.state === "withdrawn") {
      return then(charge, "withdrawn", ZERO, message("Withdrawn: deducts nothing"));
    }
    if (charge.incident.state === "pending") {
      return then(charge, "pending", ZERO, message("Not approved yet: deducts nothing"));
    }
    return charge;
  }

  /* What an incident may not cumulate with; null where it counts whatever else happened. */
  function repetition(charge) {
    if (charge.incident.state) return null;
    if (charge.clause.cumulation === "once-per-item") return JSON.stringify([charge.incident.criterion, charge.clause.id]);
    if (charge.clause.cumulation === "highest-per-case") {
      var own = charge.clause.limit === null ? "" : charge.clause.id;
      return JSON.stringify([charge.section, own, charge.incident.case, true]);
    }
    return null;
  }

  function withoutRepetition(charges) {
    var groups = {};
    charges.forEach(function (charge) {
      var key = repetition(charge);
      if (key !== null) (groups[key] = groups[key] || []).push(charge);
    });
    return charges.map(function (charge) {
      var key = repetition(charge);
      if (key === null || groups[key].length === 1) return charge;
      var highest = groups[key].reduce(function (best, one) { return compare(one.value, best.value) > 0 ? one : best; });
      return repeated(charge, highest);
    });
  }

  function repeated(charge, highest) {
    var once = charge.clause.cumulation === "once-per-item";
    var rule = charge.clause.cumulation;
    var other = highest.incident.id;
    if (charge === highest) {
      if (once) return charge;
      return then(charge, rule, charge.value, message("The highest of case {case}: it counts", { case: charge.incident.case }));
    }
    var text = once
      ? message("Once per item and year: already counted in {other}", { other: other })
      : message("Case {case} counts once, at its highest: counted in {other}", { case: charge.incident.case, other: other });
    return then(charge, rule, ZERO, text, { others: [other] });
  }

  /* The sections with an id and around it, innermost first. */
  function enclosing(rules, name) {
    var parts = name.split(".");
    return parts.map(function (_, number) { return rules.sections[parts.slice(0, parts.length - number).join(".")]; });
  }

  function bounds(rules, charge) {
    var found = [];
    var clause = charge.clause;
    if (clause.limit !== null) found.push({ limit: decimal(clause.limit), whose: message("This clause"), clause: clause.id });
    enclosing(rules, charge.section).forEach(function (section) {
      if (section.points === null) return;
      found.push({ limit: decimal(section.points), whose: message("“{title}”", { title: section.title }), section: section.id });
    });
    return found;
  }

  function limited(rules, charge, used) {
    bounds(rules, charge).forEach(function (bound) {
      var key = bound.clause || bound.section;
      var left = minus(bound.limit, used[key] || ZERO);
      if (compare(charge.value, left) > 0) charge = cut(charge, bound, left);
      used[key] = plus(used[key] || ZERO, charge.value);
    });
    return charge;
  }

  function cut(charge, bound, left) {
    var text = message("{whose} deducts at most {limit}: earlier incidents used {used}, so {left} of {value} counts", {
      whose: bound.whose,
      limit: plain(bound.limit),
      used: plain(minus(bound.limit, left)),
      left: plain(left),
      value: plain(charge.value)
    });
    return then(charge, "limit", left, text, { section: bound.section, clause: bound.clause });
  }

  function scores(rules, charges) {
    var deducted = {};
    charges.forEach(function (charge) {
      enclosing(rules, charge.section).forEach(function (section) {
        deducted[section.id] = plus(deducted[section.id] || ZERO, charge.value);
      });
    });
    var found = {};
    Object.keys(rules.sections).forEach(function (name) {
      var points = rules.sections[name].points;
      var lost = deducted[name] || ZERO;
      found[name] = { points: points, deducted: plain(lost), score: plain(minus(points === null ? ZERO : decimal(points), lost)) };
    });
    return found;
  }

  /* The rule book as the functions above ask for it, from the lists in which it is published. */
  function rules(given) {
    var found = { year: given.year, first: given.first, last: given.last, units: given.units, sections: {}, items: {}, clauses: {} };
    given.sections.forEach(function (one) {
      found.sections[one[0]] = { id: one[0], title: one[1], points: one[2] };
    });
    given.clauses.forEach(function (one) {
      found.clauses[one[0]] = {
        id: one[0], text: one[1], amount: one[2], per: one[3], limit: one[4], cumulation: one[5], page: one[6]
      };
    });
    given.items.forEach(function (one) {
      var clauses = {};
      one[3].forEach(function (pair) { clauses[pair[0]] = pair[1]; });
      found.items[one[0]] = { id: one[0], text: one[1], section: one[2], clauses: clauses };
    });
    return found;
  }

  /* Every incident of one department counted, and the department's score in every section; points are text. */
  function score(book, incidents) {
    var used = {};
    var charges = incidents.slice().sort(inOrder).map(function (one) { return uncounted(charged(book, one)); });
    charges = withoutRepetition(charges).map(function (charge) { return limited(book, charge, used); });
    var entries = {};
    charges.forEach(function (charge) {
      entries[charge.incident.id] = {
        gross: plain(charge.gross),
        counted: plain(charge.value),
        steps: charge.steps.map(function (step) { return Object.assign({}, step, { value: plain(step.value) }); })
      };
    });
    return { entries: entries, scores: scores(book, charges) };
  }

  window.kaohe = window.kaohe || {};
  window.kaohe.scoring = { rules: rules, score: score, decimal: decimal, plain: plain, plus: plus, minus: minus, compare: compare };
})();
