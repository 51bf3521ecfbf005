// A field for JSON, and its reading.

export function JsonField({ label }: { readonly label: string }) {
  return (
    <label>
      {label}
      <textarea name="json" rows={4} spellcheck={false} autocomplete="off" required defaultValue="{}" />
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
