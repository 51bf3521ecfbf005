// What was dropped on the page: on its way, and then what came of it.
import { useEffect, useRef } from "preact/hooks";
import { count } from "../format.ts";
import { qualified } from "../names.ts";
import { Failure } from "../parts/action.tsx";
import { Effects } from "../try/effects.tsx";
import { eventsAbout, usePutFiles } from "../try/put-files.ts";
import { close, type Drop, drops, wordsOf } from "./targets.ts";

export function Dropped() {
  return (
    <>
      {drops.value.map((one) => (
        <Upload key={one.number} drop={one} />
      ))}
    </>
  );
}

function Upload({ drop: { number, target, files } }: { readonly drop: Drop }) {
  const section = useRef<HTMLElement>(null);
  const { chosen, progress, run } = usePutFiles(qualified(target.app, target.store), files);
  useEffect(() => {
    section.current?.scrollIntoView({ block: "nearest" });
    void run();
  }, []);
  const title = `drop-${number}`;
  return (
    <section class="dropped" ref={section} aria-labelledby={title}>
      <div class="row">
        <h2 id={title}>Dropped {count(files.length, "file")}</h2>
        <button type="button" class="small" onClick={() => close(number)}>
          Close<span class="unseen"> what was dropped</span>
        </button>
      </div>
      <p role="status">
        {progress.kind === "done" ? "Uploaded to" : "Uploading to"} {wordsOf(target)}
      </p>
      <ul>
        {chosen.value.map(({ file, key, done }) => (
          <li key={key}>
            <span class="key">{key}</span>
            <progress aria-label={`Upload of ${file.name}`} value={done} />
          </li>
        ))}
      </ul>
      <Failure of={progress} />
      {progress.kind === "done" && <Effects ids={eventsAbout(progress.value)} heading="h3" />}
    </section>
  );
}
