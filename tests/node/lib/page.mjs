// As much of a browser's page as JSONP needs: scripts that are fetched and run when they are put into the page, and forms that
// are posted into a frame. Call `openPage` before a client is made that is to use it.

import { runInThisContext } from "node:vm";

class Element {
  style = {};
  children = [];
  parentNode = null;

  constructor(name) {
    this.localName = name;
  }

  appendChild(child) {
    child.parentNode = this;
    this.children.push(child);
    if (child.localName === "script") {
      load(child);
    }
  }

  insertBefore(child) {
    this.appendChild(child);
  }

  removeChild(child) {
    child.parentNode = null;
    this.children = this.children.filter((it) => it !== child);
  }

  setAttribute(name, value) {
    this[name] = value;
  }

  submit() {
    post(this);
  }
}

async function load(script) {
  try {
    const answer = await fetch(script.src);
    const kind = answer.headers.get("content-type");
    const text = await answer.text();
    if (answer.status !== 200 || !kind.startsWith("text/javascript")) {
      throw new Error(`a script of status ${answer.status} and type ${kind}`);
    }
    // A script that was taken out of the page before it came runs all the same, as in a browser.
    runInThisContext(text);
  } catch (error) {
    script.onerror?.(error);
  }
}

async function post(form) {
  const area = form.children.find((child) => child.localName === "textarea");
  const frame = form.children.find((child) => child.localName === "iframe");
  // Browsers send line ends of forms as two characters.
  const body = new URLSearchParams({ [area.name]: area.value.replace(/\r?\n/g, "\r\n") });
  const answer = await fetch(form.action, { method: "POST", body });
  await answer.text();
  frame.onload?.();
}

export function openPage() {
  const body = new Element("body");
  globalThis.document = {
    body,
    createElement(name) {
      if (name.startsWith("<")) {
        throw new Error("only old browsers take markup here");
      }
      return new Element(name);
    },
    getElementsByTagName: () => [],
  };
}
