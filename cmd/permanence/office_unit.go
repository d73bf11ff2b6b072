package main

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// unit is a systemd service (systemd.service(5), systemd.exec(5)): a user of its own,
// who may write nowhere but in the office's folder, has no capability, and can ask the
// kernel for what services ask for and no more.
const unit = `[Unit]
Description=Permanence, le serveur du bureau
Wants=network-online.target
After=network-online.target postgresql.service

[Service]
ExecStart=%s office --data /var/lib/permanence
DynamicUser=yes
StateDirectory=permanence
StateDirectoryMode=0700
Restart=on-failure
RestartSec=2
TimeoutStopSec=30
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
MemoryMax=1G
UMask=0077

[Install]
WantedBy=multi-user.target
`

// officeUnit prints the systemd service.
func officeUnit(_ context.Context, w outputs, args []string) error {
	if len(args) > 0 {
		return usageError{"« " + args[0] + " » n'est pas attendu ici"}
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, unit, quoted(program))
	return err
}

// quoted is a path as a command line of systemd has it (systemd.service(5), "COMMAND
// LINES"): a percent sign is doubled, and a path with spaces stands in quotes. Quotes
// systemd takes in no program's path.
func quoted(path string) string {
	path = strings.ReplaceAll(path, "%", "%%")
	if strings.Contains(path, " ") {
		return `"` + path + `"`
	}
	return path
}
