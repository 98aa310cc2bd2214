import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes docs/api.md from the .proto files and their comments. With --check it fails when the committed page differs.
 */

const FOLDER = "proto/straightline/v1";
const TARGET = "docs/api.md";

interface Declaration {
  readonly keyword: "service" | "message" | "enum";
  readonly name: string;
  readonly comment: string;
  readonly members: Member[];
}

interface Member {
  /** As declared, without its number. */
  readonly text: string;
  readonly number: string;
  readonly comment: string;
}

/** Declarations of a file in its order; what is nested comes after what holds it. */
function read(file: string): Declaration[] {
  const found: Declaration[] = [];
  const open: Declaration[] = [];
  let comment: string[] = [];
  for (const line of joinStatements(readFileSync(join(FOLDER, file), "utf8"))) {
    if (line.startsWith("//")) {
      comment.push(line.slice(2).trim());
      continue;
    }
    take(line, comment.join(" "), found, open);
    comment = [];
  }
  return found;
}

/** One line that is no comment; `open` holds the declarations that the line is in. */
function take(line: string, comment: string, found: Declaration[], open: Declaration[]): void {
  const [, keyword, name, closed] = /^(service|message|enum|oneof) (\w+) \{(\})?$/.exec(line) ?? [];
  const holder = open.at(-1);
  if (keyword === "oneof" && holder !== undefined) {
    // Its members are fields of the message that holds it.
    holder.members.push({ text: `oneof ${name}`, number: "", comment });
    open.push(holder);
  } else if (keyword !== undefined) {
    const declaration = { keyword, name, comment, members: [] } as unknown as Declaration;
    found.push(declaration);
    if (closed === undefined) open.push(declaration);
  } else if (line === "}") open.pop();
  else if (line !== "") holder?.members.push(memberOf(line, comment));
}

/** Trimmed lines; a statement that goes over several is one. */
function joinStatements(text: string): string[] {
  const lines: string[] = [];
  let part = "";
  for (const line of text.split("\n").map((one) => one.trim())) {
    part = part === "" ? line : `${part} ${line}`;
    if (!/^(rpc|option) /.test(part) || /[;}]$/.test(part)) {
      lines.push(part);
      part = "";
    }
  }
  return lines;
}

function memberOf(line: string, comment: string): Member {
  const [, text = line, number = ""] = /^(.*?) = (\d+)(?: \[.*\])?;$/.exec(line) ?? [];
  return { text: text.replace(/^rpc /, "").replace(/(;| \{\})$/, ""), number, comment };
}

function section({ keyword, name, comment, members }: Declaration): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = members.map((member) =>
    keyword === "service"
      ? `| \`${member.text}\` | ${cell(member.comment)} |`
      : `| \`${member.text}\` | ${member.number} | ${cell(member.comment)} |`,
  );
  const header =
    keyword === "service"
      ? "| call | does |\n|---|---|"
      : `| ${keyword === "enum" ? "value" : "field"} | number | meaning |\n|---|---|---|`;
  const table = rows.length === 0 ? "" : `\n${header}\n${rows.join("\n")}\n`;
  return `### ${keyword} ${name}\n\n${comment}\n${table}`;
}

const INTRODUCTION = `# API

Generated from \`${FOLDER}\` by \`npm run generate\`. Clients need those files and nothing else; servers answer reflection and \`grpc.health.v1\` too. Errors are
listed in [errors.md](errors.md). Numbers are the wire's: they never change.
`;

const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".proto"))
  .sort();
const parts = files.map((file) => ({ file, declarations: read(file) }));
// Services first: they are what a reader looks for.
const isService = ({ keyword }: Declaration): boolean => keyword === "service";
const services = parts.flatMap(({ declarations }) => declarations.filter(isService)).map(section);
const types = parts.flatMap(({ file, declarations }) => {
  const own = declarations.filter((declaration) => !isService(declaration));
  return own.length === 0 ? [] : [`## ${file}\n`, ...own.map(section)];
});
const page = [INTRODUCTION, "## Services\n", ...services, ...types].join("\n");
if (process.argv.includes("--check")) {
  if (readFileSync(TARGET, "utf8") !== page) {
    console.error(`${TARGET} differs from the .proto files: run npm run generate`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(TARGET, page);
}
