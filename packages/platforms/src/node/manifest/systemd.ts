// A unit for systemd: the process may write its state, see nothing else of the machine, and is started again when it ends.
import type { Plan } from "../../shared/kubernetes/plan.ts";

/** Expects what was built under `/opt/<app>-<stage>`. */
export function unitOf(
  { deployment, labels }: Plan,
  { drainSeconds }: { readonly drainSeconds: number },
): string {
  const { app, stage } = deployment;
  const name = labels["faasade-deployment"];
  const [artefact] = deployment.artefacts;
  const folder = `/opt/${name}`;
  return `[Unit]
Description=${app}, stage ${stage}
Wants=network-online.target
After=network-online.target
X-faasade-app=${labels["faasade-app"]}
X-faasade-stage=${labels["faasade-stage"]}
X-faasade-deployment=${name}

[Service]
# Where the built folder was put, and a Node.js 24.
WorkingDirectory=${folder}/${artefact?.path ?? app}
ExecStart=/usr/bin/env node index.mjs
EnvironmentFile=${folder}/settings.env
EnvironmentFile=${folder}/secrets.env
Environment=NODE_ENV=production PORT=8080 HOST=127.0.0.1 FAASADE_DRAIN_SECONDS=${drainSeconds}
StateDirectory=${name}
StateDirectoryMode=0700
Restart=always
RestartSec=1
TimeoutStopSec=${drainSeconds + 5}
MemoryMax=512M
DynamicUser=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
SystemCallArchitectures=native
UMask=0077

[Install]
WantedBy=multi-user.target
`;
}
