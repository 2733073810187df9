const MARKS = { "*": "strong", _: "em", "~": "s", "```": "code" } as const;
const MARKED = /(```|[*_~])(?=\S)(.+?)(?<=\S)\1/s;

/** WhatsApp's own marks: *bold*, _italic_, ~struck~ and ```code```. Never HTML. */
export function richText(text: string): Node[] {
  const found = MARKED.exec(text);
  if (!found) return text === "" ? [] : [document.createTextNode(text)];
  const [whole, mark = "", inner = ""] = found;
  const marked = document.createElement(MARKS[mark as keyof typeof MARKS]);
  marked.append(...richText(inner));
  return [
    document.createTextNode(text.slice(0, found.index)),
    marked,
    ...richText(text.slice(found.index + whole.length)),
  ];
}
