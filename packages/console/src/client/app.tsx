// The whole page: a header, the apps with what waits and what was given up, and beside them what happens.
import { Activity } from "./activity/activity.tsx";
import { Announcer } from "./activity/announcer.tsx";
import { Logs } from "./activity/logs.tsx";
import { AppSection } from "./apps/app-section.tsx";
import { DeadLetters } from "./apps/dead-letters.tsx";
import { DropArea } from "./drop/drop-area.tsx";
import { Dropped } from "./drop/dropped.tsx";
import { Facade } from "./head/facade.tsx";
import { Header } from "./head/header.tsx";
import { Notice } from "./head/notice.tsx";
import { Sections } from "./head/sections.tsx";
import { Empty } from "./parts/text.tsx";
import { access, world } from "./state.ts";

export function App() {
  if (access.value !== "granted") return <Notice refused={access.value === "refused"} />;
  const apps = world.value?.apps;
  return (
    <>
      <a class="skip" href="#apps">
        Skip to the apps
      </a>
      <Header />
      <Facade apps={apps ?? []} />
      <Sections />
      <main>
        <div class="apps" id="apps" tabIndex={-1}>
          <Dropped />
          {apps === undefined && <Empty>Asking the host…</Empty>}
          {apps?.length === 0 && (
            <Empty>
              No app is here yet. Make one with <code>npm run faasade -- new app my-app</code>, and it
              appears.
            </Empty>
          )}
          {apps?.map((app) => (
            <AppSection key={app.name} app={app} />
          ))}
          <DeadLetters />
        </div>
        <div class="happenings">
          <Activity />
          <Logs />
        </div>
      </main>
      <footer>
        {world.value !== undefined && (
          <p>
            Data lives in <code>{world.value.data}</code>. Apps answer at <code>{world.value.gateway}</code>.
          </p>
        )}
      </footer>
      <Announcer />
      <DropArea />
    </>
  );
}
