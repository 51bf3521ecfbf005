// A field for JSON, and its reading.

interface JsonFieldProps {
  readonly label: string;
  /** What stands there at first. */
  readonly example?: string | undefined;
}

export function JsonField({ label, example = "{}" }: JsonFieldProps) {
  return (
    <label>
      {label}
      <textarea name="json" rows={4} spellcheck={false} autocomplete="off" required defaultValue={example} />
    </label>
  );
}

export function readJson(form: FormData): unknown {
  try {
    return JSON.parse(String(form.get("json")));
  } catch (error) {
    throw new Error(
      `Cannot read the text as JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
