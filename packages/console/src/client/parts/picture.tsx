// A picture that is read through the control interface, held while it is shown.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Failure, useAction } from "./action.tsx";

interface PictureProps {
  readonly name: string;
  /** Called once; undefined shows nothing. */
  readonly read: () => Promise<Blob | undefined>;
}

const endings = /\.(avif|gif|jpe?g|png|svg|webp)$/i;

/** Whether a key ends as pictures' names do. */
export function looksLikePicture(key: string): boolean {
  return endings.test(key);
}

export function Picture({ name, read }: PictureProps) {
  const url = useSignal<string | undefined>(undefined);
  const { progress, run } = useAction(async (gone: AbortSignal) => {
    const picture = await read();
    if (picture !== undefined && !gone.aborted) url.value = URL.createObjectURL(picture);
  });
  useEffect(() => {
    const shown = new AbortController();
    void run(shown.signal);
    return () => {
      shown.abort();
      if (url.peek() !== undefined) URL.revokeObjectURL(url.peek() ?? "");
    };
  }, []);
  return (
    <>
      <Failure of={progress} />
      {url.value !== undefined && (
        <figure>
          <img class="picture" src={url.value} alt={`The object ${name}`} />
          <figcaption class="key">{name}</figcaption>
        </figure>
      )}
    </>
  );
}
