/**
 * JSON (RFC 8259) with its numbers as they were written: receipts cover values that are rounded once from their decimal form, and JSON.parse rounds to FP64
 * first. Refuses fields that appear twice, and more than 64 levels.
 */

/** A number as it was written. */
export class NumberText {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  valueOf() {
    return Number(this.text);
  }

  toJSON() {
    return Number(this.text);
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\r\n]*/y;
const DEEPEST = 64;

/** @param {string} source @returns {any} with {@link NumberText} for numbers; throws a SyntaxError */
export function parseExact(source) {
  let at = 0;
  const fail = (what) => {
    throw new SyntaxError(`${what} at character ${at}`);
  };
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at += found[0].length;
    return found ? found[0] : null;
  };
  const string = () => {
    const found = take(STRING);
    return found === null ? fail("a string is missing or malformed") : JSON.parse(found);
  };
  const list = (close, member) => {
    at++;
    take(SPACE);
    if (source[at] === close) {
      at++;
      return;
    }
    for (;;) {
      take(SPACE);
      member();
      take(SPACE);
      if (source[at] === close) {
        at++;
        return;
      }
      if (source[at] !== ",") fail(`"," or "${close}" is missing`);
      at++;
    }
  };
  const value = (depth) => {
    if (depth > DEEPEST) fail(`more than ${DEEPEST} levels`);
    take(SPACE);
    switch (source[at]) {
      case "{": {
        const object = Object.create(null);
        list("}", () => {
          const name = string();
          take(SPACE);
          if (source[at++] !== ":") fail('":" is missing');
          if (name in object) fail(`the field "${name}" appears twice`);
          object[name] = value(depth + 1);
        });
        return object;
      }
      case "[": {
        const array = [];
        list("]", () => array.push(value(depth + 1)));
        return array;
      }
      case '"':
        return string();
      default:
        for (const [word, meaning] of [["true", true], ["false", false], ["null", null]]) {
          if (source.startsWith(word, at)) {
            at += word.length;
            return meaning;
          }
        }
        return new NumberText(take(NUMBER) ?? fail("a value is missing or malformed"));
    }
  };
  const whole = value(0);
  take(SPACE);
  if (at !== source.length) fail("something follows behind the value");
  return whole;
}
