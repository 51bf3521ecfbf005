// The script that deploys: commands of gcloud in an order that works, each of which may be run again.

/** In this order, each under its title. */
const sections = {
  settings: "What the operator says. Set a variable before the script is run to say otherwise.",
  apis: "Google's services that are used.",
  accounts: "Who the services are, and who posts events to them.",
  stores: "Buckets.",
  topics: "Topics, and where what was given up is kept.",
  secrets: "Secrets: their values are the operator's to store.",
  grants: "What each service may touch, and nothing else.",
  services: "The services.",
  callers: "Who may call them.",
  objects: "Events of objects.",
  messages: "Messages of topics.",
  schedules: "Due times.",
} as const;

export type Section = keyof typeof sections;

const preamble = `set -eu
cd "$(dirname "$0")"
rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT

# need VARIABLE WHAT_IT_IS: stops when nobody set it.
need() {
  eval "value=\\\${$1-}"
  if [ -z "$value" ]; then
    echo "Cannot deploy: $1 is not set. $2" >&2
    exit 1
  fi
  export "$1"
}

# there COMMAND...: whether it describes something.
there() {
  "$@" > /dev/null 2>&1
}

# cut_off BUCKET: whether it has no label and holds nothing, so that a run made it and came no further.
cut_off() {
  [ -z "$(gcloud storage buckets describe "$1" --format='value(labels)')" ] || return 1
  held=$(gcloud storage ls "$1" 2>&1) || case $held in *"matched no objects"*) held='' ;; esac
  [ -z "$held" ]
}

# render FILE: its text with every \${VARIABLE} filled in, as text of YAML.
render() {
  awk '
    function escaped(text,   at, char, out) {
      out = ""
      for (at = 1; at <= length(text); at++) {
        char = substr(text, at, 1)
        if (char == "\\\\" || char == "\\"") out = out "\\\\" char
        else if (char == "\\n") out = out "\\\\n"
        else out = out char
      }
      return out
    }
    {
      line = $0
      out = ""
      while (match(line, /\\$\\{[A-Z][A-Z0-9_]*\\}/)) {
        name = substr(line, RSTART + 2, RLENGTH - 3)
        before = substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (!(name in ENVIRON)) {
          print "Cannot deploy: " name " is not set." > "/dev/stderr"
          exit 1
        }
        # A value of its own is text, whatever it looks like.
        quote = (before ~ /: $/ && line == "") ? "\\"" : ""
        out = out before quote escaped(ENVIRON[name]) quote
      }
      print out line
    }
  ' "$1"
}
`;

export class Script {
  readonly #lines = new Map<Section, Set<string>>();
  readonly #notes = new Set<string>();

  /** Adds commands; the same ones may be wanted more than once. */
  add(section: Section, command: string): void {
    const lines = this.#lines.get(section) ?? new Set();
    this.#lines.set(section, lines.add(command));
  }

  /** Creates something unless its description says that it is there; then `update`, if anything, is run. */
  ensure(section: Section, describe: string, create: string, update?: string): void {
    const command =
      update === undefined
        ? `there ${describe} ||\n  ${create}`
        : `if there ${describe}; then\n  ${update}\nelse\n  ${create}\nfi`;
    this.add(section, command);
  }

  /** A variable without which nothing can be deployed. */
  need(variable: string, meaning: string): void {
    this.add("settings", `need ${variable} ${quote(meaning)}`);
  }

  /** A variable with a value of its own unless the operator says another; the value is the shell's to expand. */
  choose(variable: string, value: string, meaning: string): void {
    this.add(
      "settings",
      `# ${meaning.replaceAll(/\s+/g, " ")}\nexport ${variable}="\${${variable}-${value}}"`,
    );
  }

  /** Something that is otherwise on this platform than the app says, for whoever deploys. */
  note(text: string): void {
    this.#notes.add(text);
  }

  toText(title: string): string {
    const notes = [...this.#notes].map((note) => `# Note: ${note}\n`).join("");
    const parts = Object.entries(sections).flatMap(([section, heading]) => {
      const lines = this.#lines.get(section as Section);
      return lines === undefined ? [] : [`# ${heading}\n${[...lines].join("\n")}\n`];
    });
    return `#!/bin/sh\n# ${title}\n# May be run again: what is missing is created, what is there is brought up to date.\n${notes}${preamble}\n${parts.join("\n")}`;
  }
}

/** Text as one word of the shell, whatever is in it. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Text for `choose` that is to stay as it is. */
export function literal(text: string): string {
  return text.replaceAll(/[\\"$`}]/g, "\\$&");
}

/** A command over several lines, one flag on each. */
export function command(name: string, ...flags: readonly string[]): string {
  return [name, ...flags].join(" \\\n    ");
}
