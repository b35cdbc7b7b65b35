// Renders /openapi.json: one article per operation, an index by tag, a filter. No library, no other site.
"use strict";

const methods = ["get", "post", "put", "patch", "delete"];

// element makes a node; text is always text, so that nothing in the description can be taken for markup.
function element(name, text, attributes = {}) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function resolve(doc, schema) {
  if (!schema || !schema.$ref) return schema || {};
  return schema.$ref.split("/").slice(1).reduce((at, part) => at[part], doc) || {};
}

// shape writes a schema the way its JSON looks, with types in place of values.
function shape(doc, schema, depth = 0) {
  const s = resolve(doc, schema);
  const pad = "  ".repeat(depth + 1);
  const type = Array.isArray(s.type) ? s.type.join(" | ") : s.type;
  if (depth > 6) return "…";
  if (s.properties) {
    const required = new Set(s.required || []);
    const lines = Object.entries(s.properties).map(([name, property]) =>
      `${pad}${name}${required.has(name) ? "" : "?"}: ${shape(doc, property, depth + 1)}${note(property)}`);
    return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
  }
  if (s.items) return `[${shape(doc, s.items, depth)}]`;
  if (s.additionalProperties) return `{[name]: ${shape(doc, s.additionalProperties, depth)}}`;
  if (s.enum) return s.enum.map((value) => JSON.stringify(value)).join(" | ");
  return s.format ? `${type || "any"} (${s.format})` : type || "any";
}

function note(schema) {
  return schema.description ? `   // ${schema.description}` : "";
}

function table(doc, parameters) {
  const node = element("table");
  const head = node.appendChild(element("tr"));
  for (const title of ["name", "in", "type", "meaning"]) head.append(element("th", title, { scope: "col" }));
  for (const parameter of parameters) {
    const row = node.appendChild(element("tr"));
    const required = parameter.required ? " (required)" : "";
    for (const cell of [parameter.name + required, parameter.in, shape(doc, parameter.schema), parameter.description || ""]) {
      row.append(element("td", cell));
    }
  }
  return node;
}

function bodies(doc, article, title, content) {
  for (const [type, media] of Object.entries(content || {})) {
    article.append(element("h3", `${title} ${type}`), element("pre", shape(doc, media.schema), { tabindex: "0" }));
  }
}

function render(doc, method, path, operation) {
  const article = element("article", undefined, { id: operation.operationId });
  const heading = article.appendChild(element("h2"));
  heading.append(element("span", method.toUpperCase(), { class: "method" }), path);
  const who = operation["x-permission"] ? `needs ${operation["x-permission"]}` : "public";
  article.append(element("p", `${operation.summary || operation.operationId} · ${who}`, { class: "meta" }));
  if (operation.parameters) article.append(element("h3", "Parameters"), table(doc, operation.parameters));
  bodies(doc, article, "Body", operation.requestBody && operation.requestBody.content);
  for (const [status, response] of Object.entries(operation.responses || {})) {
    if (status === "default") continue;
    bodies(doc, article, status, resolve(doc, response).content);
  }
  return article;
}

function listed(doc) {
  const all = [];
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const method of methods) {
      if (item[method]) all.push({ method, path, operation: item[method], tag: (item[method].tags || ["other"])[0] });
    }
  }
  return all.sort((a, b) => a.tag.localeCompare(b.tag) || a.path.localeCompare(b.path));
}

function show(doc, all, words) {
  const index = document.getElementById("index");
  const main = document.getElementById("operations");
  index.replaceChildren();
  main.replaceChildren();
  let tag = "";
  for (const { method, path, operation, tag: own } of all) {
    const text = `${method} ${path} ${operation.operationId} ${operation.summary} ${operation["x-permission"]} ${own}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    if (own !== tag) index.append(element("li", own, { class: "tag" }));
    tag = own;
    index.appendChild(element("li")).append(element("a", operation.summary || path, { href: `#${operation.operationId}` }));
    main.append(render(doc, method, path, operation));
  }
  if (!main.firstChild) main.append(element("p", "No operation matches."));
}

async function start() {
  const main = document.getElementById("operations");
  try {
    const answer = await fetch("/openapi.json");
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const doc = await answer.json();
    const all = listed(doc);
    const filter = document.getElementById("filter");
    filter.addEventListener("input", () => show(doc, all, filter.value.toLowerCase().split(/\s+/).filter(Boolean)));
    show(doc, all, []);
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (problem) {
    main.replaceChildren(element("p", `The description did not load: ${problem.message}. Reload the page to try again.`));
  }
}

start();
