/** WebAssembly text in the editor: the mode that exists, an overlay for the newer types, and quiet colours. */
import { wast } from "@codemirror/lang-wast";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { Decoration, MatchDecorator, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const style = HighlightStyle.define([
  { tag: tags.keyword, class: "tok-word" },
  { tag: tags.typeName, class: "tok-word" },
  { tag: tags.number, class: "tok-number" },
  { tag: tags.string, class: "tok-string" },
  { tag: tags.variableName, class: "tok-name" },
  { tag: [tags.lineComment, tags.blockComment], class: "tok-comment" },
  { tag: tags.paren, class: "tok-paren" },
]);

/** Types wear the hue that they have everywhere on the page; those that the mode does not know are among them. */
const TYPES =
  /\b(i32|i64|f32|f64|v128|funcref|externref|anyref|eqref|i31ref|structref|arrayref|exnref|nullref|nullfuncref|nullexternref|nullexnref)\b(?![.\w])/g;

const typeHues = new MatchDecorator({
  regexp: TYPES,
  decoration: (match) => Decoration.mark({ class: `hue-${/^[ifv]\d/.test(match[1]!) ? match[1] : "ref"}` }),
});

const overlay = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = typeHues.createDeco(view);
    }
    update(update: ViewUpdate): void {
      this.decorations = typeHues.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export function watLanguage(): Extension {
  return [wast(), syntaxHighlighting(style), overlay];
}
